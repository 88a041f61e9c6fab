import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { CANARIES, HOSTILE } from './samples';
import {
  canvasOf,
  choose,
  gridOf,
  isDrawn,
  press,
  readGrid,
  settled,
  sortBy
} from './view';

const ON_FIRST_ROW = { x: 120, y: 5 };

const IMPORTS = `
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(3)
`.trim();

const WIDE = `
wide = rng.normal(size=(200, 4096)).astype(np.float32)
nd.Recording.from_arrays({"wide": wide}, labels=np.arange(200) % 10)
`.trim();

/** Too much for a notebook: what is shown is a summary. */
const HUGE = `
huge = np.round(rng.normal(size=(40, 100_000)), 1).astype(np.float32)
nd.Recording.from_arrays({"huge": huge}, labels=np.zeros(40, int), class_names=["all"])
`.trim();

test('4,096 neurons of ten classes, and 100,000 neurons, are drawn, scrolled and sorted', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/large.ipynb`, [IMPORTS, WIDE, HUGE]);
  await runAll(page);
  const [wide, huge] = await (await waitForViews(page, 2)).all();
  await press(wide, 'Classes: show all');
  await expect(wide.locator('.nd-Legend')).toContainText('more');
  for (const [view, layer, count] of [
    [wide, 'wide', 4096],
    [huge, 'huge', 100_000]
  ] as const) {
    await view.scrollIntoViewIfNeeded();
    await settled(view);
    const grid = gridOf(view, layer);
    await expect(grid).toHaveAttribute('aria-rowcount', String(count + 1));
    expect(await isDrawn(canvasOf(view, layer))).toBe(true);
    await grid.focus();
    await page.keyboard.press('End');
    await expect(lastRow(grid)).toHaveText(String(count - 1));
    expect(await isDrawn(canvasOf(view, layer))).toBe(true);
    await page.keyboard.press('Home');
    const name = layer === 'wide' ? 'class 3' : 'all';
    await sortBy(view, `median ${name}`);
    const rows = layer === 'wide' ? 'wide[np.arange(200) % 10 == 3]' : 'huge';
    const first = await evaluate<number[]>(
      page,
      `np.argsort(-np.median(${rows}.astype(float), axis=0), kind="stable")[:10].tolist()`
    );
    expect((await firstNames(grid)).slice(0, 10)).toEqual(first.map(String));
  }
  await expect(huge.locator('.nd-Sentence')).toContainText('summary only');
});

/** Shapes at the edge, a cell each. */
const SHAPES: readonly string[] = [
  // An empty class, and samples without one.
  'nd.Recording.from_arrays({"a": rng.normal(size=(6, 3))}, labels=np.array([0, 0, 2, 2, -1, -1]), class_names=["one", "empty", "two"]).show(classes=["one", "empty"], order=nd.by.median("empty"))',
  // Neurons without a number, all equal, and all zero.
  'nd.Recording.from_arrays({"a": np.array([[np.nan, 2, 0, -np.inf]] * 5)}, labels=np.zeros(5, int))',
  // One sample; one neuron; nothing at all.
  'nd.Recording.from_arrays({"a": rng.normal(size=(1, 4))}, labels=np.zeros(1, int))',
  'nd.Recording.from_arrays({"a": rng.normal(size=(9, 1))}, labels=np.zeros(9, int))',
  // Extreme magnitudes, no labels.
  'nd.Recording.from_arrays({"a": np.array([[1e38, 1e-45, -1e38, 1e8 + 8]] * 3)}, labels=np.arange(3) % 2)',
  // Duplicate names and the world's scripts.
  'nd.Recording.from_arrays({"层 🧠 טקסט": rng.normal(size=(8, 2))}, labels=np.arange(8) % 3, class_names=["same", "same", "Катя\\u202e"], neuron_names={"层 🧠 טקסט": ["same", "same"]}, name="é")'
];

test('empty, constant, tiny, huge and strangely named recordings are drawn', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/shapes.ipynb`, [IMPORTS, ...SHAPES]);
  await runAll(page);
  const views = await (await waitForViews(page, SHAPES.length)).all();
  for (const view of views) {
    await view.scrollIntoViewIfNeeded();
    await settled(view);
    await expect(view.getByRole('alert')).toHaveCount(0);
    expect(await isDrawn(view.locator('.nd-Graph-canvas').first())).toBe(true);
    // Each way of drawing meets each shape.
    await view.getByRole('button', { name: 'More options' }).click();
    for (const [label, text] of [
      ['Axis', 'one a neuron'],
      ['Range', 'full'],
      ['Opaque at', 'the layer’s fullest bin'],
      ['Classes as', 'lanes']
    ]) {
      await choose(view, label, text);
    }
    await view
      .locator('.nd-Graph-canvas')
      .first()
      .hover({ position: ON_FIRST_ROW });
    await expect(page.locator('.nd-Hover')).toBeVisible();
    await page.mouse.move(0, 0);
  }
  const [empty, numberless] = views;
  expect((await readGrid(empty, 'a')).rows.map(row => row[3])).toEqual([
    '–',
    '–',
    '–'
  ]);
  expect((await readGrid(numberless, 'a')).rows.map(row => row[4])).toEqual([
    '–',
    '2',
    '0',
    '–'
  ]);
});

test('hostile names stay text everywhere', async ({ page, tmpPath }) => {
  await page.evaluate(() => {
    Object.assign(window, {
      __pwned: 0,
      __pwn: () => {
        (window as unknown as { __pwned: number }).__pwned += 1;
      }
    });
  });
  const requests: string[] = [];
  page.on('request', request => requests.push(request.url()));
  await openNotebook(page, `${tmpPath}/hostile.ipynb`, [
    IMPORTS,
    `${HOSTILE}
recording.show(layers=names, classes=list(range(len(names))))`
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await press(view, 'Instances: show all');
  await settled(view);
  for (const [k, name] of CANARIES.entries()) {
    await expect(view.getByRole('checkbox', { name, exact: true })).toHaveCount(
      3
    );
    await expect(gridOf(view, name)).toHaveCount(1);
    await view
      .locator('.nd-Graph-canvas')
      .nth(k)
      .hover({ position: ON_FIRST_ROW });
    await expect(page.locator('.nd-Hover')).toContainText(name);
  }
  await sortBy(view, `median ${CANARIES[0]}`, CANARIES[1]);
  await press(view, 'More options');

  expect(
    await page.evaluate(
      () => (window as unknown as { __pwned: number }).__pwned
    )
  ).toBe(0);
  for (const root of [view, page.locator('.nd-Hover')]) {
    await expect(
      root.locator(
        'img, script, base, style, form, iframe, object, svg svg, [onerror], [onload], [href], [srcdoc], [data-commandlinker-command]'
      )
    ).toHaveCount(0);
  }
  expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
  expect(requests.filter(url => url.includes('e.test'))).toEqual([]);
});

/** Name of the last row in the grid. */
function lastRow(grid: Locator): Locator {
  return grid.getByRole('row').last().getByRole('gridcell').first();
}

async function firstNames(grid: Locator): Promise<string[]> {
  return grid.locator('[role="gridcell"]:first-child').allTextContents();
}
