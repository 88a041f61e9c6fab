import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import type { Told } from './view';
import {
  axisOf,
  canvasOf,
  choose,
  column,
  fingerprint,
  graphs,
  gridOf,
  itemOf,
  readGrid,
  rowAt,
  settled,
  sortBy,
  written
} from './view';

const LAYER = 'dense_1';

/** Twenty classes, no predictions. */
const PLAIN = `
nd.Recording.from_arrays(
    {"only": rng.normal(size=(200, 8))},
    labels=np.arange(200) % 20,
    class_names=[f"digit {i}" for i in range(20)],
)
`.trim();

test('every option changes the picture as it says, and back', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/options.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const canvas = canvasOf(view, LAYER);
  const header = graphs(view).first();
  await view.getByRole('button', { name: 'More options' }).click();
  await settled(view);
  const original = await fingerprint(canvas);
  const fitted = await axisOf(view, LAYER);

  for (const [label, initially, others] of [
    ['Classes as', 'overlay', ['lanes']],
    ['Axis', 'one a layer', ['one a neuron']],
    ['Range', 'fitted, 0.1–99.9 %', ['full']],
    ['Opacity', 'linear', ['square root', 'logarithmic']],
    ['Opaque at', 'the row’s fullest bin', ['the layer’s fullest bin']],
    ['Exact zeros', 'apart, left of the bar', ['in their bin']],
    ['Rows', 'normal', ['compact', 'roomy']]
  ] as const) {
    for (const other of others) {
      await choose(view, label, other);
      expect(await fingerprint(canvas), `${label}: ${other}`).not.toBe(
        original
      );
      if (label === 'Axis') {
        await expect(header).toContainText('each neuron on its own axis');
      } else if (label === 'Range') {
        const full = await axisOf(view, LAYER);
        expect(full.xOf(1) - full.xOf(0)).toBeLessThanOrEqual(
          fitted.xOf(1) - fitted.xOf(0)
        );
      } else if (label === 'Opacity') {
        await expect(view.locator('.nd-Legend')).toContainText(other);
      } else if (label === 'Opaque at') {
        await expect(view.locator('.nd-Legend')).toContainText(other);
      }
    }
    await choose(view, label, initially);
    expect(await fingerprint(canvas), `${label}: ${initially}`).toBe(original);
  }

  await test.step('rows have three heights', async () => {
    const heights: number[] = [];
    for (const size of ['compact', 'normal', 'roomy']) {
      await choose(view, 'Rows', size);
      heights.push((await rowAt(view, LAYER, 0)).height);
    }
    expect(heights).toEqual([...new Set(heights)].sort((a, b) => a - b));
    await choose(view, 'Rows', 'normal');
  });

  await test.step('bins go from 8 to 256', async () => {
    const label = view.locator('.nd-Bins');
    const seen = [await label.textContent()];
    for (const [title, end] of [
      ['Coarser bins', '≤ 8'],
      ['Finer bins', '≤ 256']
    ]) {
      const button = view.getByTitle(title);
      while (await button.isEnabled()) {
        await button.click();
        seen.push(await label.textContent());
      }
      expect(seen[seen.length - 1]).toBe(end);
      await settled(view);
      expect(await fingerprint(canvas)).not.toBe(original);
    }
    expect(new Set(seen).size).toBe(6);
  });

  await test.step('layers scroll on their own or together', async () => {
    await choose(view, 'Rows', 'roomy');
    const other = gridOf(view, 'dense_2');
    const scroll = (top: number) =>
      gridOf(view, LAYER).evaluate((node, to) => {
        node.scrollTop = to;
      }, top);
    await scroll(50);
    await settled(view);
    expect(await other.evaluate(node => node.scrollTop)).toBe(0);
    await choose(view, 'Scrolling', 'together');
    await scroll(80);
    await expect.poll(() => other.evaluate(node => node.scrollTop)).toBe(80);
  });
});

test('classes can be made of predictions where there are any, and long lists filtered', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/members.ipynb`, [
    RECORDING,
    SHOW,
    PLAIN
  ]);
  await runAll(page);
  const [view, plain] = await (await waitForViews(page, 2)).all();

  await test.step('sizes and medians of each membership are NumPy’s', async () => {
    await view.getByRole('button', { name: 'More options' }).click();
    await sortBy(view, 'neuron index');
    for (const [membership, text] of [
      ['prediction', 'by predicted label'],
      ['correct', 'correctly classified'],
      ['label', 'by true label']
    ]) {
      await choose(view, 'Class members', text);
      const grid = await readGrid(view, LAYER);
      for (const [index, name] of ['cat', 'dog'].entries()) {
        const [size, medians] = await evaluate<[number, Told[]]>(
          page,
          `[int(members(${index}, "${membership}").sum()), plain(values_of("${LAYER}", "${name}", "${membership}"))]`
        );
        await expect(
          itemOf(view, 'Classes', name).locator('.nd-Item-count')
        ).toHaveText(String(size));
        expect(column(grid, `Median of ${name}`)).toEqual(medians.map(written));
      }
    }
  });

  await test.step('what the recording lacks cannot be chosen and says so', async () => {
    await plain.getByRole('button', { name: 'More options' }).click();
    const options = plain
      .getByRole('combobox', { name: 'Class members' })
      .locator('option');
    for (const [k, disabled] of [false, true, true].entries()) {
      await expect(options.nth(k)).toHaveJSProperty('disabled', disabled);
      const says = expect(options.nth(k));
      await (disabled
        ? says.toHaveAttribute('title', /does not hold/)
        : says.not.toHaveAttribute('title', /./));
    }
  });

  await test.step('a box filters twenty classes; four need none', async () => {
    await expect(view.getByRole('searchbox')).toHaveCount(0);
    const box = plain.getByRole('searchbox', { name: 'Filter Classes' });
    await box.fill(' DIGIT 1');
    await expect(visibleClasses(plain)).toHaveCount(11);
    await box.fill('nothing like it');
    await expect(visibleClasses(plain)).toHaveCount(0);
    await box.fill('');
    await expect(visibleClasses(plain)).toHaveCount(20);
  });
});

function visibleClasses(view: Locator): Locator {
  return view
    .getByRole('group', { name: 'Classes' })
    .getByRole('checkbox')
    .filter({ visible: true });
}
