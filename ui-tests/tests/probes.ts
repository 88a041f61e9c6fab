import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect } from './base';
import { column, readGrid, settled } from './view';

export const FIXTURES = path.resolve(__dirname, '../../tests/fixtures');

/**
 * A recording whose model the kernel has as well, and what the model says of a changed picture. It calls all pictures
 * cats; with a smaller `bias` of that class less surely.
 */
export const modelWith = (bias: number) => `
import sys
sys.path.insert(0, ${JSON.stringify(FIXTURES)})
import models, torch, numpy as np, neuraldivergence as nd

made = {}
recorded = models.recorded
def keep(model, preprocess, **options):
    made["model"] = model.eval()
    with torch.no_grad():
        model.fc2.bias[0] += ${bias}
    return recorded(model, preprocess, **options)
models.recorded = keep
rec = models.torch_recording()

def forward(*changes, add=0):
    picture = np.clip(models.pictures()[5] + float(add), 0, 255)
    for row, column, *color in changes:
        picture[row, column] = color
    return said(picture)

def said(picture):
    x = ((picture / 255 - 0.5) / (0.25, 0.24, 0.26)).astype("float32").transpose(2, 0, 1)[None]
    kept = {}
    hook = made["model"].fc1.register_forward_hook(lambda *a: kept.update(fc1=a[2][0].tolist()))
    with torch.no_grad():
        scores = made["model"](torch.from_numpy(x))[0]
    hook.remove()
    return {**kept, "probabilities": torch.softmax(scores, 0).tolist()}
`;

export const MODEL = modelWith(0);

export const SHOW =
  'rec.show(layers=["stem", "fc1"], instances=["five benign", "five attacked"])';

export function pictureOf(view: Locator): Locator {
  return view.getByRole('application', { name: /enlarged/ });
}

/** Clicks a pixel of the picture, which has so many in a row. */
export async function paintPixel(
  picture: Locator,
  row: number,
  column: number,
  side = 12
): Promise<void> {
  const box = (await picture.boundingBox())!;
  const at = (pixel: number) => ((pixel + 0.5) * box.width) / side;
  await picture.click({ position: { x: at(column), y: at(row) } });
}

/** Its pixels, row after row: [height × width, red green blue]. */
export async function pixelsOf(view: Locator): Promise<readonly number[]> {
  return pictureOf(view)
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const { data } = canvas
        .getContext('2d')!
        .getImageData(0, 0, width, height);
      return [...data].filter((_, i) => i % 4 < 3);
    });
}

export async function follows(probe: Locator): Promise<void> {
  await expect(probe).toContainText('14 of 14 layers follow', {
    timeout: 60_000
  });
}

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
