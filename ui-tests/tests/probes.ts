import type { Locator } from '@playwright/test';
import { expect } from './base';
import { column, readGrid, settled } from './view';

/** What the picture is called that is changed. */
export const CHANGED = 'five benign, changed here';

/** What a forward pass gives for a picture. */
export type Forward = {
  readonly fc1: readonly number[];
  readonly probabilities: readonly number[];
};

export function probeOf(view: Locator): Locator {
  return view.getByRole('region', { name: 'Probe', exact: true });
}

/** What is said of the probe of `five benign` in a view, by neuron and by class. */
export async function saidOf(view: Locator): Promise<Forward> {
  await settled(view);
  const grid = await readGrid(view, 'fc1');
  const neurons = column(grid, 'Neuron').map(Number);
  const values = column(grid, `Value of ${CHANGED}`).map(text =>
    Number(text.replace('\u2212', '-'))
  );
  const probabilities = await probeOf(view)
    .getByRole('list', { name: 'Predicted classes' })
    .locator('.nd-Probe-fill')
    .evaluateAll(bars =>
      bars.map(bar => parseFloat((bar as HTMLElement).style.width) / 100)
    );
  return {
    fc1: neurons.map((_, neuron) => values[neurons.indexOf(neuron)]!),
    probabilities
  };
}

/** A view says of the probe what a forward pass gives, within 1e-4 of the largest. */
export async function expectSaid(
  view: Locator,
  wanted: Forward
): Promise<void> {
  await expect
    .poll(async () => {
      const found = await saidOf(view);
      return (['fc1', 'probabilities'] as const).map(key => {
        const scale = Math.max(...wanted[key].map(Math.abs));
        const apart = wanted[key].map((x, k) => Math.abs(x - found[key][k]!));
        return Math.max(...apart) < 1e-4 * scale;
      });
    })
    .toEqual([true, true]);
}
