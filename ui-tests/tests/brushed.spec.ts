import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  readTable,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import { RECORDING, SHOW } from './samples';
import {
  axisOf,
  canvasOf,
  choose,
  column,
  detailOf,
  gridOf,
  readGrid,
  rowAt,
  settled,
  written
} from './view';

const LAYER = 'dense_2';

/** Samples in all or any of the ranges `(neuron, from, to)`, and the AUC of b over a in every neuron. */
const PYTHON = `
def inside(neuron, low, high):
    return (layers["${LAYER}"][:, neuron] >= low) & (layers["${LAYER}"][:, neuron] < high)


def auc(layer, a, b):
    def one(x, y):
        x, y = (v[np.isfinite(v)].astype(float) for v in (x, y))
        return ((y[:, None] > x).mean() + 0.5 * (y[:, None] == x).mean()).item()
    return [one(x, y) for x, y in zip(layers[layer][a].T, layers[layer][b].T)]
`;

/** Drag from a value on one row to another value, perhaps on another row and with a key held. */
async function drag(
  view: Locator,
  [first, last]: readonly [number, number],
  [from, to]: readonly [number, number],
  key: 'Shift' | 'Alt' | null = null
): Promise<void> {
  const { mouse, keyboard } = view.page();
  const canvas = canvasOf(view, LAYER);
  await canvas.scrollIntoViewIfNeeded();
  const { xOf } = await axisOf(view, LAYER);
  const middleOf = async (row: number) => {
    const { top, height } = await rowAt(view, LAYER, row);
    return top + height / 2;
  };
  const box = (await canvas.boundingBox())!;
  if (key) {
    await keyboard.down(key);
  }
  await mouse.move(box.x + xOf(from), box.y + (await middleOf(first)));
  await mouse.down();
  await mouse.move(box.x + xOf(to), box.y + (await middleOf(last)), {
    steps: 6
  });
  await mouse.up();
  if (key) {
    await keyboard.up(key);
  }
  await settled(view);
}

test('drags over several rows and with Alt; the selection is sorted by and compared as it is', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/brushed.ipynb`, [
    `${RECORDING}\n${PYTHON}`,
    SHOW
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const names = column(await readGrid(view, LAYER), 'Neuron').map(Number);
  const bar = view.getByRole('group', { name: 'Brush', exact: true });
  const rangeOf = async (neuron: number) => {
    const bounds = await Promise.all(
      ['from', 'below'].map(end =>
        bar.getByLabel(`${LAYER} · ${neuron}: ${end}`).inputValue()
      )
    );
    return `inside(${neuron}, ${bounds.join(', ')})`;
  };
  const expectSize = async (mask: string) => {
    const size = await evaluate<number>(page, `int((${mask}).sum())`);
    await expect(bar.getByRole('status')).toContainText(`${size} of 240`);
  };
  let mask = '';

  await test.step('over three rows: samples are in all of them', async () => {
    await drag(view, [1, 3], [0.2, 4]);
    const ranges = await Promise.all(names.slice(1, 4).map(rangeOf));
    expect(new Set(ranges.map(r => r.replace(/\d+/, ''))).size).toBe(1);
    await expectSize(ranges.join(' & '));
    await bar.getByRole('button', { name: 'clear' }).click();
    await expect(bar).toBeHidden();
  });

  await test.step('with Alt: samples of this range as well', async () => {
    await drag(view, [1, 1], [0.5, 2]);
    await drag(view, [4, 4], [3, 5], 'Alt');
    await expect(
      bar.getByLabel(`${LAYER} · ${names[4]}: joined by`)
    ).toHaveValue('or');
    mask = `(${await rangeOf(names[1])} | ${await rangeOf(names[4])})`;
    await expectSize(mask);
  });

  await test.step('sorted by the selection against the rest', async () => {
    await choose(view, 'Sort by', 'median selection');
    await choose(view, 'Compared by', 'AUC →');
    await choose(view, 'compared with', 'the rest');
    const areas = await evaluate<number[]>(
      page,
      `auc("${LAYER}", ${mask}, ~${mask})`
    );
    const grid = await readGrid(view, LAYER);
    const order = areas
      .map((_, neuron) => neuron)
      .sort((a, b) => Math.abs(areas[b] - 0.5) - Math.abs(areas[a] - 0.5));
    expect(column(grid, 'Neuron')).toEqual(order.map(String));
    expect(column(grid, 'Sort value')).toEqual(
      order.map(neuron => written(areas[neuron]))
    );
    await choose(view, 'Compared by', 'Wasserstein-1 →');
    await screenshots(page, view, 'brush-sorted');
  });

  await test.step('in the detail of a neuron they are compared at once', async () => {
    await gridOf(view, LAYER).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const detail = detailOf(view);
    const name = await detail.getAttribute('aria-label');
    const neuron = Number(/\d+$/.exec(name ?? '')?.[0]);
    const [area] = await evaluate<number[]>(
      page,
      `auc("${LAYER}", ${mask}, ~${mask})[${neuron}:${neuron + 1}]`
    );
    await expect
      .poll(async () => {
        const rows = await readTable(detail.locator('.nd-Detail-divergences'));
        return rows.find(([head]) => head === 'AUC')?.[1];
      })
      .toBe(String(Number(area.toPrecision(5))));
    for (const end of ['Divergence from', 'Divergence to']) {
      await expect(
        detail.getByRole('combobox', { name: end }).locator('option:checked')
      ).toHaveText(end.endsWith('from') ? 'selection' : 'the rest');
    }
    await page.keyboard.press('Escape');
  });

  await test.step('without the brush the order is that of the data', async () => {
    await bar.getByRole('button', { name: 'clear' }).click();
    await settled(view);
    expect(column(await readGrid(view, LAYER), 'Neuron')).toEqual(
      [...names].sort((a, b) => a - b).map(String)
    );
  });
});

test('a drag where only a summary is brushes nothing, and says why', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/summary.ipynb`, [
    RECORDING,
    'from neuraldivergence.summary import summarised\nsummarised(recording).show(layers=["dense_2"], classes=["cat", "dog"])'
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  await drag(view, [1, 1], [1, 3]);
  await expect(view.locator('.nd-Notice')).toContainText(
    `“${LAYER}” cannot be brushed.`
  );
  await expect(
    view.getByRole('group', { name: 'Brush', exact: true })
  ).toBeHidden();
  expect(column(await readGrid(view, LAYER), 'Hidden')).not.toContain('yes');
});
