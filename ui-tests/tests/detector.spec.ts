import { readFile } from 'node:fs/promises';
import path from 'node:path';
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

const FIXTURES = path.resolve(__dirname, '../../tests/fixtures');
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

/** Areas, counts and 95 % intervals by definition, from the raw arrays, with NumPy alone. */
const REFERENCE = `
import sys
sys.path.insert(0, ${JSON.stringify(FIXTURES)})
import golden

PAIRED = np.flatnonzero(labels == predictions)[:14]


def images():
    """Values of all layers, class, own row (-1: none), and confidence of the images of each kind."""
    soft = recording.layers[-1]
    of = {name: (layer.activations, layer.instances) for name, layer in zip(layers, recording.layers)}
    attacked = [2 * k + 1 for k in range(14)]
    assert [recording.instances[i].role for i in attacked] == ["attacked"] * 14
    wrong, right = np.flatnonzero(labels != predictions), np.flatnonzero(labels == predictions)
    sure = soft.activations.max(axis=1)
    return {
        "attacked": ({n: i[attacked] for n, (_, i) in of.items()}, (labels[PAIRED] + 1) % 4, np.full(14, -1), 0.4 + np.arange(14) / 40),
        **{
            kind: ({n: v[rows] for n, (v, _) in of.items()}, predictions[rows], rows, sure[rows])
            for kind, rows in (("benign", PAIRED), ("misclassified", wrong), ("correct", right))
        },
    }


def standing(name, values, classes, own):
    """Mean surprisal, mean |z| and max |z| of each image in its predicted class, without itself."""
    everything, single = recording.layers[[*layers].index(name)].activations, recording.layers[[*layers].index(name)].instances
    grids = [golden._grid(np.r_[a, b][np.isfinite(np.r_[a, b])]) for a, b in zip(everything.T, single.T)]
    exponent, origin = (np.array(part) for part in zip(*grids))
    coarse = lambda x: np.floor(x / 2.0 ** (exponent + 3))
    first, last = origin >> 3, (origin + 255) >> 3
    found = []
    for x, label, row in zip(values.astype(float), classes, own):
        members = np.flatnonzero((labels == label) & (np.arange(240) != row))
        x_of = everything[members].astype(float)
        x_of[~np.isfinite(x_of)] = np.nan
        counts = (coarse(x_of) == coarse(x)).sum(axis=0)
        size = np.isfinite(x_of).sum(axis=0)
        bits = -np.log2((counts + 0.5) / (size + (last - first + 1) / 2))
        with np.errstate(all="ignore"):
            z = np.abs(x - np.nanmean(x_of, axis=0)) / np.nanstd(x_of, axis=0)
        known = (size > 0) & ~np.isnan(x)
        z = z[known & (np.nanmax(x_of, axis=0) > np.nanmin(x_of, axis=0))]
        found.append([bits[known].mean(), z.mean(), z.max()])
    return np.array(found)


def area(of, against):
    return (of[:, None] > against).mean() + (of[:, None] == against).mean() / 2


def told(numbers, seed=5):
    rng = np.random.default_rng(seed)
    rows = []
    for of, against, is_paired in (("attacked", "benign", True), ("attacked", "correct", False), ("attacked", "misclassified", False), ("misclassified", "correct", False)):
        a, b = numbers[of], numbers[against]
        drawn = []
        for _ in range(1000):
            i = rng.integers(0, len(a), len(a))
            drawn.append(area(a[i], b[i if is_paired else rng.integers(0, len(b), len(b))]))
        rows.append([area(a, b), *np.percentile(drawn, [2.5, 97.5]), len(a), len(b)])
    return [[float(x) for x in row] for row in rows]


def reference():
    kinds = images()
    doubt = told({kind: 1 - sure for kind, (_, _, _, sure) in kinds.items()})
    found = {kind: standing("dense_2", values["dense_2"], classes, own) for kind, (values, classes, own, _) in kinds.items()}
    return [doubt, *(told({kind: one[:, k] for kind, one in found.items()}) for k in range(3))]
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
    REFERENCE,
    SHOW_PAIRS
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const part = await open(view);
  await expect(part.locator('summary')).toHaveText('Detector: 14 pairs');
  await expect(part).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
  const all = await evaluate<Score[]>(page, 'numbers_of()');
  const [doubt, ...scores] = await evaluate<Numbers[][]>(page, 'reference()');

  await test.step('the areas of every layer stand below those of 1 − max-softmax', async () => {
    await expect(part.locator('tbody tr')).toHaveCount(5);
    await expect(part.getByRole('rowheader').first()).toHaveText(
      '1 − max-softmax'
    );
    const expectAreas = async (row: string, estimates: readonly Numbers[]) => {
      for (const [column, numbers] of estimates.entries()) {
        const cell = areaOf(part, row, column);
        const [value, ...ends] = numbers.slice(0, 3);
        const [of, against] = numbers.slice(3);
        const texts = await cell.locator('span').allTextContents();
        expect(texts[0], row).toBe(value.toFixed(2));
        const title = (await cell.getAttribute('title')) ?? '';
        const told =
          /^AUC ([\d.]+) \[([\d.]+), ([\d.]+)\] · (\d+) against (\d+)$/.exec(
            title
          );
        const [area, low, high, ...counts] = (told ?? []).slice(1).map(Number);
        expect(area, `${row}: ${title}`).toBe(Number(value.toPrecision(7)));
        expect(counts).toEqual([of, against]);
        // Both are drawn, each with a seed of its own.
        [low, high].forEach((end, k) =>
          expect(Math.abs(end - ends[k]), `${row}: ${title}`).toBeLessThan(0.04)
        );
      }
    };
    await expectAreas('1 − max-softmax', doubt);
    for (const [k, name] of [
      'mean surprisal',
      'mean |z|',
      'max |z|'
    ].entries()) {
      await part.getByRole('combobox', { name: 'Score' }).selectOption(name);
      await expectAreas('dense_2', scores[k]);
    }
  });

  await test.step('another side', async () => {
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
