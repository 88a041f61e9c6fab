import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews,
  WITHOUT_WAITING
} from './nd';
import { RECORDING, SHOW } from './samples';
import {
  axisOf,
  canvasOf,
  column,
  gridOf,
  itemOf,
  readGrid,
  rowAt,
  settled,
  toggle,
  written
} from './view';

const LAYER = 'dense_1';
const OTHER = 'dense_2';

/** The samples of ranges `(layer, neuron, from, to)`, all of them. */
const CHOSEN = `
def chosen(*ranges):
    found = np.ones(240, bool)
    for layer, neuron, low, high in ranges:
        x = layers[layer][:, neuron]
        found &= (x >= low) & (x < high)
    return found


def medians(layer, mask):
    rows = [v[np.isfinite(v)].astype(float) for v in layers[layer][mask].T]
    return plain(np.array([np.median(v) if len(v) else np.nan for v in rows]))


def made_of(mask):
    return [int((mask & (labels == c)).sum()) for c in range(4)]
`;

/** Drag from one value of a row to another, perhaps with a key held. */
async function drag(
  view: Locator,
  layer: string,
  row: number,
  [from, to]: readonly [number, number],
  key: 'Shift' | 'Alt' | null = null
): Promise<void> {
  const { mouse, keyboard } = view.page();
  const { xOf } = await axisOf(view, layer);
  const { top, height } = await rowAt(view, layer, row);
  const canvas = canvasOf(view, layer);
  await canvas.scrollIntoViewIfNeeded();
  const box = (await canvas.boundingBox())!;
  const y = box.y + top + height / 2;
  if (key) {
    await keyboard.down(key);
  }
  await mouse.move(box.x + xOf(from), y);
  await mouse.down();
  await mouse.move(box.x + xOf(to), y, { steps: 6 });
  await expect(
    canvas.locator('xpath=..').locator('.nd-BrushBox')
  ).toBeVisible();
  await mouse.up();
  if (key) {
    await keyboard.up(key);
  }
  await settled(view);
}

test('a range is brushed across layers, combined, kept as a group, and cleared', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(180_000);
  await openNotebook(page, `${tmpPath}/brush.ipynb`, [
    `${RECORDING}\n${CHOSEN}`,
    SHOW
  ]);
  await runAll(page);
  let view = (await waitForViews(page)).first();
  await settled(view);
  const before = await readGrid(view, LAYER);
  const names = column(before, 'Neuron');
  const [first, second, third] = [names[1], names[2], names[3]];
  const bar = view.getByRole('group', { name: 'Brush', exact: true });
  await expect(bar).toBeHidden();
  const boundOf = async (neuron: string, end: 'from' | 'below') =>
    Number(await bar.getByLabel(`${LAYER} · ${neuron}: ${end}`).inputValue());
  const expectMedians = async (mask: string) => {
    for (const layer of [LAYER, OTHER]) {
      const grid = await readGrid(view, layer);
      const rows = column(grid, 'Neuron').map(Number);
      for (const [head, samples] of [
        ['Median of selection', mask],
        ['Median of the rest', `~${mask}`]
      ]) {
        const known = await evaluate<(number | null)[]>(
          page,
          `medians("${layer}", ${samples})`
        );
        expect(column(grid, head), `${head}, ${layer}`).toEqual(
          rows.map(neuron => written(known[neuron]))
        );
      }
    }
  };
  const expectCounts = async (mask: string) => {
    const size = await evaluate<number>(page, `int(${mask}.sum())`);
    await expect(bar.getByRole('status')).toContainText(
      `${size} of 240 samples`
    );
    const classes = await evaluate<number[]>(page, `made_of(${mask})`);
    for (const [k, name] of ['cat', 'dog', 'frog', 'ship'].entries()) {
      await expect(
        itemOf(view, 'Classes', name).locator('.nd-Item-count')
      ).toHaveText(`${classes[k]}\u2009/\u200960`);
    }
  };
  const rangeOf = async (neuron: string) =>
    `("${LAYER}", ${neuron}, ${await boundOf(neuron, 'from')}, ${await boundOf(neuron, 'below')})`;
  let one = '';

  await test.step('a drag over a row', async () => {
    await drag(view, LAYER, 1, [1, 3]);
    await expect(bar).toBeVisible();
    expect(await boundOf(first, 'from')).toBeLessThanOrEqual(1);
    expect(await boundOf(first, 'below')).toBeGreaterThanOrEqual(3);
    one = await rangeOf(first);
    await expectCounts(`chosen(${one})`);
    await expectMedians(`chosen(${one})`);
    await screenshots(page, view, 'brush');
  });

  await test.step('and, with Shift', async () => {
    await drag(view, LAYER, 2, [0.5, 4], 'Shift');
    const both = `chosen(${one}, ${await rangeOf(second)})`;
    await expectCounts(both);
    await expectMedians(both);
  });

  await test.step('or, in place of and; not', async () => {
    const two = await rangeOf(second);
    await bar.getByLabel(`${LAYER} · ${second}: joined by`).selectOption('or');
    await settled(view);
    await expectCounts(`(chosen(${one}) | chosen(${two}))`);
    await bar
      .getByRole('button', { name: `${LAYER} · ${second}: not` })
      .click();
    await settled(view);
    await expectMedians(`(chosen(${one}) | ~chosen(${two}))`);
    await bar
      .getByRole('button', { name: `Remove ${LAYER} · ${second}` })
      .click();
    await settled(view);
    await expectCounts(`chosen(${one})`);
  });

  await test.step('an end is dragged', async () => {
    const { xOf } = await axisOf(view, LAYER);
    const { top, height } = await rowAt(view, LAYER, 1);
    const box = (await canvasOf(view, LAYER).boundingBox())!;
    const y = box.y + top + height / 2;
    const to = await boundOf(first, 'below');
    await page.mouse.move(box.x + xOf(to), y);
    await page.mouse.down();
    await page.mouse.move(box.x + xOf(to + 1), y, { steps: 5 });
    await page.mouse.up();
    await settled(view);
    expect(await boundOf(first, 'below')).toBeGreaterThan(to + 0.5);
    one = await rangeOf(first);
    await expectCounts(`chosen(${one})`);
    await page.keyboard.press('Control+z');
    await settled(view);
    expect(await boundOf(first, 'below')).toBe(to);
    one = await rangeOf(first);
  });

  await test.step('over what is shown', async () => {
    await bar.getByLabel('Compared with').selectOption('shown');
    const { heads } = await readGrid(view, OTHER);
    expect(heads.filter(head => head.startsWith('Median'))).toEqual([
      'Median of selection',
      'Median of cat',
      'Median of dog'
    ]);
    await screenshots(page, view, 'brush-shown');
    await bar.getByLabel('Compared with').selectOption('rest');
  });

  await test.step('by keyboard: B, from and to', async () => {
    await gridOf(view, LAYER).focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'b']) {
      await page.keyboard.press(key);
    }
    const from = bar.getByLabel(`${LAYER} · ${third}: from`);
    await expect(from).toBeFocused();
    await page.keyboard.type('0.5');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await settled(view);
    await expectCounts(`chosen(${one}, ("${LAYER}", ${third}, 0.5, 2))`);
    await page.keyboard.press('Escape');
    await expect(gridOf(view, LAYER)).toBeFocused();
  });

  await test.step('it is kept as a group', async () => {
    await bar.getByRole('button', { name: 'keep as group…' }).click();
    await bar.getByLabel('Name').fill('both high');
    await bar.getByRole('button', { name: 'Keep', exact: true }).click();
    await expect(toggle(view, 'Groups', 'both high')).toBeChecked();
    await screenshots(page, view, 'brush-and');
  });

  await test.step('it is there after a reload', async () => {
    await page.notebook.save();
    await page.reload(WITHOUT_WAITING);
    view = (await waitForViews(page)).first();
    await settled(view);
    await expect(
      view.getByRole('group', { name: 'Brush', exact: true })
    ).toContainText(`${LAYER} · ${first}`);
    await expect(toggle(view, 'Groups', 'both high')).toBeChecked();
  });

  await test.step('Escape brings back what was shown', async () => {
    await toggle(view, 'Groups', 'both high').uncheck();
    await gridOf(view, LAYER).focus();
    await page.keyboard.press('Escape');
    await expect(
      view.getByRole('group', { name: 'Brush', exact: true })
    ).toBeHidden();
    expect(await readGrid(view, LAYER)).toEqual(before);
  });

  await test.step('a drag in the detail of a neuron', async () => {
    await gridOf(view, LAYER).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const detail = view.getByRole('region', { name: /^Neuron / });
    const box = (await detail.getByRole('slider').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await settled(view);
    const range = view.getByRole('group', { name: 'Brush', exact: true });
    const [from, below] = await Promise.all(
      ['from', 'below'].map(end =>
        range.getByLabel(`${LAYER} · ${first}: ${end}`).inputValue()
      )
    );
    const size = await evaluate<number>(
      page,
      `int(chosen(("${LAYER}", ${first}, ${from}, ${below})).sum())`
    );
    await expect(range.getByRole('status')).toContainText(`${size} of 240`);
    await expect(detail.locator('table').first()).toContainText('the rest');
    await screenshots(page, view, 'brush-detail');
  });
});
