import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import {
  axisOf,
  canvasOf,
  choose,
  clickRow,
  column,
  gridOf,
  press,
  readGrid,
  rowAt,
  settled,
  sortBy,
  toggle
} from './view';

const LAYER = 'dense_1';

test('hidden and marked neurons stay so through every change of the view', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/neurons.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const names = column(await readGrid(view, LAYER), 'Neuron');
  const [first, hidden, marked, both] = names;

  await test.step('a click on the bar hides and shows, a click on the name marks', async () => {
    await clickRow(view, LAYER, 0, 'bar');
    await expectState(view, [first], []);
    await clickRow(view, LAYER, 0, 'bar');
    await expectState(view, [], []);
    await clickRow(view, LAYER, 1, 'bar');
    await clickRow(view, LAYER, 2, 'name');
    await clickRow(view, LAYER, 3, 'bar');
    await clickRow(view, LAYER, 3, 'name');
    await expectState(view, [hidden, both], [marked, both]);
    await expect(view.locator('.nd-Sentence')).toContainText(
      '2 hidden · 2 marked'
    );
  });

  await test.step('sort, classes, instances, layers and membership leave them', async () => {
    const same = () => expectState(view, [hidden, both], [marked, both]);
    for (const key of ['neuron index', 'median frog', 'cat 0 benign']) {
      await sortBy(view, key);
      await same();
    }
    await view.getByTitle('Reverse the order').click();
    await same();
    for (const [section, name] of [
      ['Classes', 'cat'],
      ['Classes', 'ship'],
      ['Instances', 'cat 0 benign'],
      ['Layers', 'dense_2'],
      ['Layers', 'dense_1'],
      ['Layers', 'dense_1']
    ] as const) {
      await toggle(view, section, name).click();
      await settled(view);
      if (await toggle(view, 'Layers', LAYER).isChecked()) {
        await same();
      }
    }
    await openOptions(view);
    await choose(view, 'Class members', 'by predicted label');
    await same();
    await toggle(view, 'Layers', 'dense_2').check();
    const other = await readGrid(view, 'dense_2');
    expect(column(other, 'Hidden')).not.toContain('yes');
  });

  await test.step('left out, marked only, show all', async () => {
    const others = names.filter(name => name !== hidden && name !== both);
    await choose(view, 'Hidden neurons', 'left out');
    expect((await shownNames(view)).sort()).toEqual([...others].sort());
    await press(view, 'Show marked neurons only');
    expect(await shownNames(view)).toEqual([marked]);
    await press(view, 'show all');
    expect((await shownNames(view)).sort()).toEqual([...names].sort());
    await expectState(view, [], [marked, both]);
  });
});

test('the keyboard hides and marks, the card under the pointer counts as NumPy does', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/keys.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await sortBy(view, 'neuron index');
  const grid = gridOf(view, LAYER);
  const rowOf = (name: string) =>
    expect.poll(() => activeName(grid)).toBe(name);

  await test.step('arrows, Home, End; space, H and M', async () => {
    await grid.focus();
    for (const [key, name] of [
      ['Home', '0'],
      ['ArrowDown', '1'],
      ['ArrowDown', '2'],
      ['ArrowUp', '1'],
      ['End', '69'],
      ['ArrowDown', '69'],
      ['Home', '0'],
      ['ArrowDown', '1']
    ]) {
      await page.keyboard.press(key);
      await rowOf(name);
    }
    await page.keyboard.press('Space');
    await expectState(view, ['1'], []);
    await page.keyboard.press('Space');
    await page.keyboard.press('h');
    await page.keyboard.press('m');
    await expectState(view, ['1'], ['1']);
    await page.keyboard.press('h');
    await page.keyboard.press('m');
    await expectState(view, [], []);
  });

  await test.step('every bin of a row has NumPy’s count, and all of them are all samples', async () => {
    await openOptions(view);
    await choose(view, 'Range', 'full');
    for (let step = 0; step < 3; step++) {
      await view.getByTitle('Coarser bins').click();
    }
    await settled(view);
    for (const neuron of [3, 11]) {
      const bins = await hoverRow(view, neuron);
      const from = bins.map(bin => bin.from);
      const [counts, zeros, lost, size] = await evaluate<
        [number[], number, number, number]
      >(
        page,
        `(lambda x: (
          np.histogram(x[np.isfinite(x) & (x != 0)], ${JSON.stringify([...from, bins[bins.length - 1].to])})[0].tolist(),
          int((x == 0).sum()), int((~np.isfinite(x)).sum()), len(x)
        ))(layers["${LAYER}"][labels == 1, ${neuron}].astype(float))`.replace(
          /\n\s*/g,
          ' '
        )
      );
      expect(bins.length).toBeGreaterThan(3);
      expect(bins.map(bin => bin.count)).toEqual(counts);
      expect(new Set(bins.map(bin => bin.zeros))).toEqual(new Set([zeros]));
      expect(new Set(bins.map(bin => bin.lost))).toEqual(new Set([lost]));
      expect(counts.reduce((sum, n) => sum + n, zeros + lost)).toBe(size);
    }
  });
});

async function expectState(
  view: Locator,
  hidden: readonly string[],
  marked: readonly string[]
): Promise<void> {
  const grid = await readGrid(view, LAYER);
  const names = column(grid, 'Neuron');
  const named = (head: string) => {
    const flags = column(grid, head);
    return names.filter((_, row) => flags[row] === 'yes').sort();
  };
  expect(named('Hidden')).toEqual([...hidden].sort());
  expect(named('Marked')).toEqual([...marked].sort());
}

async function shownNames(view: Locator): Promise<string[]> {
  return column(await readGrid(view, LAYER), 'Neuron');
}

async function openOptions(view: Locator): Promise<void> {
  await view.getByRole('button', { name: 'More options' }).click();
}

/** Name of the neuron in the active row. */
async function activeName(grid: Locator): Promise<string | null> {
  return grid.evaluate(node => {
    const id = node.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.firstElementChild?.textContent ?? null;
  });
}

type Bin = {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly zeros: number;
  readonly lost: number;
};

/** Every bin of class "dog" on a row, as the card says it. */
async function hoverRow(view: Locator, row: number): Promise<Bin[]> {
  const page = view.page();
  const { left, right } = await axisOf(view, LAYER);
  const place = await rowAt(view, LAYER, row);
  const box = (await canvasOf(view, LAYER).boundingBox())!;
  const card = page.locator('.nd-Hover');
  const bins = new Map<string, Bin>();
  for (let x = left + 1; x < right; x += (right - left) / 33) {
    await page.mouse.move(box.x + x, box.y + place.top + place.height / 2);
    await expect(card).toContainText(`neuron ${row}`);
    const { range, cells, note } = await card.evaluate(node => {
      const line = [...node.querySelectorAll('tr')].find(
        tr => tr.firstElementChild?.textContent === 'dog'
      );
      return {
        range: node.querySelector('.nd-Hover-range')?.textContent ?? '',
        cells: Array.from(line?.children ?? [], c => c.textContent ?? ''),
        note:
          line?.nextElementSibling?.querySelector('.nd-Hover-note')
            ?.textContent ?? ''
      };
    });
    const [from, to] = range
      .replaceAll('−', '-')
      .match(/-?[\d.]+(e[+-]?\d+)?/g)!
      .map(Number);
    expect(note).not.toContain('axis');
    bins.set(range, {
      from,
      to,
      count: Number(cells[3]),
      zeros: Number(cells[2]),
      lost: Number(/(\d+) not finite/.exec(note)?.[1] ?? 0)
    });
  }
  return [...bins.values()];
}
