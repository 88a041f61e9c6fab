import { test as plain, type Locator } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, readTable, runAll, waitForViews } from './nd';
import { expectQuiet, openPage, viewOf, writePage } from './pages';
import { PICTURES, RECORDING, SHOW } from './samples';
import {
  canvasOf,
  clickRow,
  column,
  detailOf,
  gridOf,
  isDrawn,
  readGrid,
  rowAt,
  settled,
  toggle
} from './view';

const LAYER = 'dense_1';
const OPTIONS = 'layers=["dense_1"], classes=["cat", "dog"]';

const SHOW_FILE = SHOW.replace('show(', 'show(source="file",');

/** Statistics in the order of the table. */
const STATISTICS = [
  'minimum',
  '5 %',
  '25 %',
  'median',
  '75 %',
  '95 %',
  'maximum',
  'mean',
  'std. deviation'
];

/** A number as the tables write it: five significant digits. */
function written(value: number): string {
  return String(Number(value.toPrecision(5))).replaceAll('-', '−');
}

async function tableOf(detail: Locator, at: number) {
  const rows = await readTable(
    detail.locator('section:has(> table), .nd-Numbers-scroll').nth(at)
  );
  return new Map(rows.map(([head = '', ...cells]) => [head, cells]));
}

test('a row opens in detail, by keyboard and by double click, with NumPy’s numbers and the images', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/detail.ipynb`, [PICTURES, SHOW_FILE]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const grid = gridOf(view, LAYER);
  const names = column(await readGrid(view, LAYER), 'Neuron');
  // The topmost has values that are not finite.
  const [, first, second, third] = names;
  const detail = detailOf(view);

  await test.step('Enter on a row', async () => {
    await grid.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${first}`);
    await expect(detail).toContainText('2 of 70');
    await expect(detail.locator('svg .nd-Chart-line')).toHaveCount(2);
  });

  await test.step('statistics and divergences are NumPy’s', async () => {
    const known = await evaluate<number[][]>(
      page,
      `[[*np.quantile(x, [0, .05, .25, .5, .75, .95, 1]).tolist(), float(x.mean()), float(x.std())] for x in [layers["${LAYER}"][labels == c, ${first}].astype(float) for c in (0, 1)]]`
    );
    await expect(detail.locator('.nd-Numbers-bound')).toHaveCount(0);
    const found = await tableOf(detail, 0);
    STATISTICS.forEach((name, i) =>
      expect(found.get(name), name).toEqual(
        known.map(one => written(one[i] ?? NaN))
      )
    );
    expect(found.get('n')).toEqual(['60', '60']);
    const [auc, ks] = await evaluate<[number, number]>(
      page,
      `(lambda a, b: (float((b[:, None] > a).mean() + (b[:, None] == a).mean() / 2), float(max(abs((a <= x).mean() - (b <= x).mean()) for x in np.r_[a, b]))))(*[layers["${LAYER}"][labels == c, ${first}] for c in (0, 1)])`
    );
    const divergences = await tableOf(detail, 1);
    expect(divergences.get('AUC')).toEqual([written(auc)]);
    expect(divergences.get('Kolmogorov–Smirnov')).toEqual([written(ks)]);
    const list = detail.getByRole('combobox', { name: 'Divergence to' });
    const attacked = list.locator('option', { hasText: 'cat 0 attacked' });
    await list.selectOption(await attacked.getAttribute('value'));
    const percentile = await evaluate<number>(
      page,
      `(lambda a, x: float(100 * ((a < x).mean() + (a == x).mean() / 2)))(layers["${LAYER}"][labels == 0, ${first}], attacked["${LAYER}"][${first}])`
    );
    await expect
      .poll(async () => (await tableOf(detail, 1)).get('Percentile')?.[0])
      .toBe(`${written(percentile)}\u2009%`);
  });

  await test.step('ECDF', async () => {
    const toggle = detail.getByRole('button', { name: /ECDF/ });
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'true');
    const chart = detail.getByRole('slider');
    await chart.press('ArrowRight');
    await expect(chart).toHaveAttribute('aria-valuetext', /at or below/);
    const near = Number(await chart.getAttribute('aria-valuenow'));
    const [share] = await evaluate<[number, number[]]>(
      page,
      `(lambda x: (float((x <= ${near}).mean()), 0))(layers["${LAYER}"][labels == 0, ${first}].astype(float))`
    );
    await expect(chart).toHaveAttribute(
      'aria-valuetext',
      new RegExp(`cat ${Math.round(share * 100)}\u2009%`)
    );
    await expect(
      detail.getByRole('button', { name: /around the chosen value/ })
    ).toHaveAttribute('aria-pressed', 'true');
    await expectTiles(
      view,
      'cat',
      await evaluate<number[]>(
        page,
        `(lambda r: r[np.argsort(abs(layers["${LAYER}"][r, ${first}].astype(float) - ${near}), kind="stable")].tolist())(np.flatnonzero(labels == 0))`
      )
    );
  });

  await test.step('samples that activate it most, with their pictures and predictions', async () => {
    await detail
      .getByRole('button', { name: /activate the neuron most/ })
      .click();
    const rows = await evaluate<number[]>(
      page,
      `(lambda r: r[np.argsort(-layers["${LAYER}"][r, ${first}], kind="stable")].tolist())(np.flatnonzero(labels == 1))`
    );
    await expectTiles(view, 'dog', rows);
    const predicted = await evaluate<string>(
      page,
      `CLASSES[predictions[${rows[0]}]]`
    );
    const tile = tilesOf(view, 'dog').first();
    await expect(tile).toContainText(predicted);
    await tile.click();
    await expect(tile).toHaveAttribute('aria-pressed', 'true');
    await expect(detail.locator('.nd-Detail-values')).toContainText(
      `sample ${rows[0]}`
    );
  });

  await test.step('along the order, and two neurons compared', async () => {
    await detail.getByRole('button', { name: /compare others/ }).click();
    await page.keyboard.press('ArrowDown');
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${second}`);
    const scatter = detail.getByRole('img', {
      name: `${LAYER} · ${second} against ${LAYER} · ${first}`
    });
    await expect.poll(() => isDrawn(scatter.locator('canvas'))).toBe(true);
    await toggle(view, 'Classes', 'frog').check();
    await expect(detail.locator('svg .nd-Chart-line')).toHaveCount(3);
    await toggle(view, 'Classes', 'frog').uncheck();
  });

  await test.step('Escape goes back to the row', async () => {
    await detail.getByRole('slider').focus();
    await page.keyboard.press('Escape');
    await expect(detail).toHaveCount(0);
    await expect(grid).toBeFocused();
    await expect.poll(() => activeName(grid)).toBe(second);
  });

  await test.step('a double click opens, and hides nothing', async () => {
    await canvasOf(view, LAYER).scrollIntoViewIfNeeded();
    await doubleClickRow(view, 3);
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${third}`);
    await page.keyboard.press('Escape');
    await expect(grid).toBeFocused();
    expect(column(await readGrid(view, LAYER), 'Hidden')).not.toContain('yes');
    await clickRow(view, LAYER, 3, 'bar');
    expect(column(await readGrid(view, LAYER), 'Hidden')).toContain('yes');
  });
});

test('a summary has histograms and divergences, and says what it lacks', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/summary.ipynb`, [
    RECORDING,
    `from neuraldivergence.summary import summarised\nsummarised(recording).show(${OPTIONS})`
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  await gridOf(view, LAYER).press('Enter');
  const detail = detailOf(view);
  await expect(detail).toContainText('Only a summary is here');
  await expect(detail.locator('svg .nd-Chart-line')).toHaveCount(2);
  await expect(detail).toContainText('± is the largest error');
  expect((await tableOf(detail, 1)).get('AUC')?.[0]).toMatch(/±/);
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
});

plain('a page of its own has it too', async ({ page }, testInfo) => {
  const file = writePage(
    testInfo.outputPath(),
    RECORDING,
    `${OPTIONS}, detail={"layer": "${LAYER}", "neuron": 3, "curve": "ecdf"}`
  );
  const deeds = await openPage(page, file);
  const view = viewOf(page);
  const detail = detailOf(view);
  await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · 3`);
  await expect(detail.getByRole('button', { name: /ECDF/ })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  await expect(detail.locator('svg .nd-Chart-line')).toHaveCount(2);
  await expect(detail).toContainText('No images of samples are here');
  await detail.focus();
  await page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
  await expect(gridOf(view, LAYER)).toBeFocused();
  expectQuiet(deeds);
});

function tilesOf(view: Locator, group: string): Locator {
  return detailOf(view)
    .getByRole('group', { name: group, exact: true })
    .getByRole('button');
}

/** The tiles are those samples in this order, and their pictures are of them. */
async function expectTiles(
  view: Locator,
  group: string,
  samples: readonly number[]
): Promise<void> {
  const tiles = tilesOf(view, group);
  await expect(tiles.first().locator('canvas')).toBeVisible();
  const shown = () =>
    tiles.evaluateAll(nodes =>
      nodes.map(node => [
        Number(
          /^sample (\d+)/.exec(node.getAttribute('aria-label') ?? '')?.[1]
        ),
        node.querySelector('canvas')?.getContext('2d')?.getImageData(0, 0, 1, 1)
          .data[0]
      ])
    );
  await expect.poll(async () => (await shown()).length).toBeGreaterThan(3);
  const count = await tiles.count();
  await expect
    .poll(shown)
    .toEqual(samples.slice(0, count).map(row => [row, row]));
}

async function activeName(grid: Locator): Promise<string> {
  return grid.evaluate(
    node =>
      document.getElementById(node.getAttribute('aria-activedescendant') ?? '')
        ?.children[0]?.textContent ?? ''
  );
}

async function doubleClickRow(view: Locator, row: number): Promise<void> {
  const box = await canvasOf(view, LAYER).boundingBox();
  const { top, height } = await rowAt(view, LAYER, row);
  await view.page().mouse.dblclick(box!.x + 160, box!.y + top + height / 2);
}
