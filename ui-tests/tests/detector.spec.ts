import { readFile } from 'node:fs/promises';
import { expect as plainExpect, test as plain } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { expectQuiet, openPage, viewOf, writePage } from './pages';
import { RECORDING } from './samples';

/** Adds pairs that are samples, their attacked images a little off, and how sure the model is of each. */
const PAIRS = `
layers["softmax"] = np.exp(rng.normal(size=(240, 4)) + 2 * np.eye(4)[predictions])
layers["softmax"] = (layers["softmax"] / layers["softmax"].sum(axis=1, keepdims=True)).astype(np.float32)
recording = nd.Recording.from_arrays(
    layers, labels=labels, class_names=CLASSES, predictions=predictions, name="Test"
)
for pair, row in enumerate(np.flatnonzero(labels == predictions)[:14].tolist()):
    off = {name: values[row] + np.float32(0.4) * (name != "softmax") for name, values in layers.items()}
    recording = recording.with_pair(
        sample=row, attacked=off, name=f"pair {pair}",
        predictions=(None, int(labels[row] + 1) % 4),
        confidences=(None, 0.4 + pair / 40),
    )
del layers["softmax"]
`.trim();

const SHOW_PAIRS = `recording.show(layers=["dense_1", "dense_2"])`;

/** Value, images on both sides; of every score in Python's order. */
const NUMBERS = `
def numbers_of(layer=None):
    found = recording.detector(layer=layer)
    return [
        [s.name, s.layer, [[e.value, e.low, e.high, e.of, e.against] for e in s.estimates]]
        for s in (found.baseline, *found.scores)
    ]
`.trim();

type Numbers = readonly [
  value: number,
  low: number,
  high: number,
  of: number,
  against: number
];
type Score = readonly [
  name: string,
  layer: string | null,
  estimates: readonly Numbers[]
];

async function open(view: Locator): Promise<Locator> {
  await view.getByRole('button', { name: 'findings', exact: true }).click();
  const part = view.locator('.nd-Detector');
  await part.locator('summary').click();
  return part;
}

function areaOf(part: Locator, row: string, column: number): Locator {
  return part
    .locator('tbody tr')
    .filter({
      has: part.page().getByRole('rowheader', { name: row, exact: true })
    })
    .locator('td')
    .nth(column);
}

test('the areas on screen and in the table that is saved are those of recording.detector', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/detector.ipynb`, [
    RECORDING,
    PAIRS,
    NUMBERS,
    SHOW_PAIRS
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const part = await open(view);
  await expect(part.locator('summary')).toHaveText('Detector: 14 pairs');
  await expect(part).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  const all = await evaluate<Score[]>(page, 'numbers_of()');
  const ofLayer = await evaluate<Score[]>(page, 'numbers_of("dense_2")');

  await test.step('the areas of every layer stand below those of 1 − max-softmax', async () => {
    await expect(part.locator('tbody tr')).toHaveCount(5);
    await expect(part.getByRole('rowheader').first()).toHaveText(
      '1 − max-softmax'
    );
    for (const [row, [, , estimates]] of [
      ['1 − max-softmax', ofLayer[0]],
      ['dense_2', ofLayer[1]]
    ] as const) {
      const [, benign, correct, misclassified, natural] = estimates;
      for (const [column, numbers] of [
        benign,
        correct,
        misclassified,
        natural
      ].entries()) {
        const cell = areaOf(part, row, column);
        const [value, , , of, against] = numbers;
        await expect(cell.locator('span').first()).toHaveText(value.toFixed(2));
        await expect(cell).toHaveAttribute(
          'title',
          new RegExp(
            `^AUC ${Number(value.toPrecision(7))} \\[.*\\] · ${of} against ${against}$`
          )
        );
      }
    }
  });

  await test.step('another score, another side', async () => {
    await part.getByRole('combobox', { name: 'Score' }).selectOption('max |z|');
    const [, , estimates] = ofLayer[3];
    await expect(areaOf(part, 'dense_2', 1).locator('span').first()).toHaveText(
      estimates[2][0].toFixed(2)
    );
    await part
      .getByRole('combobox', { name: 'Curves against' })
      .selectOption('against misclassified samples');
    await expect(part.locator('figcaption')).toHaveText(
      'all together: attacked images against misclassified samples'
    );
    await expect(part.locator('.nd-Roc-curve')).toHaveCount(4);
  });

  await test.step('keys choose the layer whose curves are drawn', async () => {
    await part.locator('tbody tr[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    await expect(part.locator('figcaption')).toHaveText(/^dense_1: /);
    await page.keyboard.press('ArrowDown');
    await expect(part.locator('figcaption')).toHaveText(/^dense_2: /);
    await expect(part.locator('tbody tr:focus')).toHaveAttribute(
      'aria-selected',
      'true'
    );
  });

  await test.step('what is said of it is what Python says', async () => {
    const notes = await evaluate<string[]>(
      page,
      'list(recording.detector().notes)'
    );
    const worse = notes[0].includes('at least as well');
    await expect(part.getByRole('status').first()).toContainText(
      worse ? 'at least as well' : 'better than 1 − max-softmax'
    );
    await expect(part).toContainText('Confidences: the layer softmax.');
  });

  await test.step('the table has all numbers, intervals as near as draws allow', async () => {
    const download = page.waitForEvent('download');
    await part.getByRole('button', { name: /\(CSV\)$/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('test-detector.csv');
    const text = await readFile(await file.path(), 'utf8');
    const [, ...lines] = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(all.length);
    lines.forEach((line, k) => {
      const cells = line.split(',');
      expect(cells[0]).toBe(all[k][1] ?? '');
      all[k][2].forEach(([value, low, high, of, against], e) => {
        const found = cells.slice(2 + 5 * e, 7 + 5 * e).map(Number);
        expect(Math.abs(found[0] - value)).toBeLessThan(1e-9);
        expect(Math.abs(found[1] - low)).toBeLessThan(0.1);
        expect(Math.abs(found[2] - high)).toBeLessThan(0.1);
        expect(found.slice(3)).toEqual([of, against]);
      });
    });
  });
});

plain(
  'in a page of its own, and where there is no pair',
  async ({ page }, info) => {
    const source = `${RECORDING}\n${PAIRS}`;
    const deeds = await openPage(
      page,
      writePage(info.outputPath('pairs'), source)
    );
    const part = await open(viewOf(page));
    await plainExpect(part).toHaveAttribute('aria-busy', 'false');
    await plainExpect(areaOf(part, 'all together', 0)).toHaveText(
      /^[01]\.\d\d\[/
    );
    expectQuiet(deeds);

    const bare = `${RECORDING}\nrecording = nd.Recording.from_arrays(layers, labels=labels)`;
    await page.goto('about:blank');
    await openPage(page, writePage(info.outputPath('bare'), bare));
    const none = await open(viewOf(page));
    await plainExpect(none).toContainText(
      'It takes pairs of a benign and an attacked image'
    );
    await plainExpect(none.locator('tbody')).toBeHidden();
  }
);
