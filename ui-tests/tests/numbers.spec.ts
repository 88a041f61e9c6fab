import path from 'node:path';
import { expect, test } from './base';
import { evaluate, openNotebook, readTable, runAll, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import type { Told } from './view';
import {
  choose,
  column,
  detailOf,
  gridOf,
  readGrid,
  settled,
  written
} from './view';

/** SciPy, NumPy and exact fractions; nothing of the package computes there. */
const FIXTURES = path.resolve(__dirname, '../../tests/fixtures');
const LAYER = 'dense_2';
const ATTACKED = 'cat 0 attacked';

const REFERENCE = `
import sys, warnings
sys.path.insert(0, ${JSON.stringify(FIXTURES)})
import divergences, findings, golden
warnings.simplefilter("ignore")

def divergences_of(a, b, instance):
    """Every divergence, and p, in every neuron of ${LAYER}."""
    values = layers["${LAYER}"].astype(np.float64)
    singles = np.stack([benign["${LAYER}"], attacked["${LAYER}"]]).astype(np.float64)
    found = []
    for x, single in zip(values.T, singles.T):
        grid = golden._grid(np.r_[x, single].astype(np.float32))
        of_a, of_b = x[labels == a], x[labels == b]
        *of_groups, p = divergences._of_groups(of_a, of_b, grid)
        found.append([*of_groups, *divergences._of_instance(of_a, single[instance], grid), p])
    return dict(zip(divergences.COLUMNS, (plain(np.array(one)) for one in zip(*found))))

def findings_told():
    # Neurons without a value are left out of the lists.
    told = findings.findings_fixture(recording)
    return json.loads(json.dumps(told).replace("NaN", "null"))

import json
`.trim();

/** In the words of the sort control. */
const DIVERGENCES = {
  auc: 'AUC',
  wasserstein: 'Wasserstein-1',
  scaledWasserstein: 'Wasserstein-1 / σ',
  kolmogorovSmirnov: 'Kolmogorov–Smirnov',
  jensenShannon: 'Jensen–Shannon',
  totalVariation: 'Total variation',
  hellinger: 'Hellinger',
  dPrime: 'd′',
  robustDPrime: 'Robust d′',
  percentile: 'Percentile',
  tail: 'Two-sided tail',
  z: 'z',
  robustZ: 'Robust z',
  surprisal: 'Surprisal',
  outOfRange: 'Out of range'
} as const;
const OF_GROUPS = 9;

type Strip = {
  readonly twin: number;
  readonly own: number;
  readonly predicted: number;
  readonly matrix: readonly number[];
  readonly separability: number;
};

/** Layer, neuron, value, both medians, p and corrected p. */
type Finding = readonly [
  layer: number,
  neuron: number,
  ...numbers: (number | null)[]
];

type Findings = {
  readonly compared: readonly {
    readonly most: readonly Finding[];
    /** Layer, neuron, and how far the medians are apart. */
    readonly alike: readonly (readonly [number, number, number])[];
  }[];
  readonly singled: readonly (readonly (readonly [
    classIndex: number,
    auc: number
  ])[])[];
  readonly strip: readonly Strip[];
};

const CLASSES = ['cat', 'dog', 'frog', 'ship'];
const LAYERS = ['dense_1', 'dense_2'];

/** Numbers in a text, and what their last digit is worth. */
function numbersIn(text: string): { value: number; unit: number }[] {
  const found = text
    .replaceAll('−', '-')
    .matchAll(/(?<![\w-])-?\d+(?:\.(\d+))?(?:e-?\d+)?/g);
  return [...found].map(([number, decimals = '']) => ({
    value: Number(number),
    unit: 10 ** -decimals.length
  }));
}

/** A text tells these numbers, each to its last digit. */
function expectTold(text: string, known: readonly number[], what: string) {
  const told = numbersIn(text);
  expect(told.length, `${what}: ${text}`).toBe(known.length);
  known.forEach((value, k) =>
    expect(
      Math.abs(told[k].value - value),
      `${what}: ${text}, ${value}`
    ).toBeLessThanOrEqual(0.5001 * told[k].unit)
  );
}

test('every divergence on the rows, in the detail, in the findings and their strip is SciPy’s', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  // Values that are not finite are the matter of other tests.
  const living = RECORDING.replace(
    /layers\["dense_1"\]\[:.* = np\.(nan|inf)\n/g,
    ''
  );
  await openNotebook(page, `${tmpPath}/numbers.ipynb`, [
    living,
    REFERENCE,
    SHOW
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const known = await evaluate<Record<string, Told[]>>(
    page,
    'divergences_of(0, 1, 1)'
  );

  await test.step('sorted by each divergence', async () => {
    await choose(view, 'Sort by', 'median cat');
    for (const [k, [key, name]] of Object.entries(DIVERGENCES).entries()) {
      await choose(view, 'Compared by', `${name} →`);
      await choose(view, 'compared with', k < OF_GROUPS ? 'dog' : ATTACKED);
      const grid = await readGrid(view, LAYER);
      const neurons = column(grid, 'Neuron').map(Number);
      expect(column(grid, 'Sort value'), key).toEqual(
        neurons.map(neuron => written(known[key][neuron]))
      );
      const far = neurons
        .map(neuron => known[key][neuron])
        .filter((value): value is number => typeof value === 'number')
        .map(value => Math.abs(value - NEUTRAL[key as keyof typeof NEUTRAL]));
      far
        .slice(1)
        .forEach((value, row) =>
          expect(value, `${key}, row ${row}`).toBeLessThanOrEqual(
            far[row] + 1e-9
          )
        );
    }
  });

  await test.step('all of them in the detail', async () => {
    await choose(view, 'Sort by', 'neuron index');
    await gridOf(view, LAYER).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const detail = detailOf(view);
    const table = detail.locator('.nd-Detail-divergences');
    const expectRows = async (keys: readonly string[]) => {
      await expect
        .poll(async () => (await readTable(table)).length)
        .toBe(keys.length);
      const rows = new Map(
        (await readTable(table)).map(([head, cell]) => [head, cell])
      );
      for (const key of keys) {
        const name =
          key === 'mannWhitneyP'
            ? 'p (Mann–Whitney)'
            : DIVERGENCES[key as keyof typeof DIVERGENCES];
        const value = known[key][0];
        const text = (rows.get(name) ?? '').replace(/[\u2009 ].*$/, '');
        expect(text, name).toBe(
          value === null
            ? '–'
            : String(Number(Number(value).toPrecision(5))).replaceAll('-', '−')
        );
      }
    };
    const keys = Object.keys(DIVERGENCES);
    await expectRows([...keys.slice(0, OF_GROUPS), 'mannWhitneyP']);
    await detail
      .getByRole('combobox', { name: 'Divergence to' })
      .selectOption({ label: ATTACKED });
    await expectRows(keys.slice(OF_GROUPS));
    await page.keyboard.press('Escape');
    await expect(detail).toHaveCount(0);
  });

  const told = await evaluate<Findings>(page, 'findings_told()');
  await view.getByRole('button', { name: 'findings', exact: true }).click();
  const panel = view.getByRole('region', { name: 'Findings', exact: true });
  const rows = panel.locator('tbody tr');
  const answered = async () => {
    await expect(panel).toHaveAttribute('aria-busy', 'false');
    await expect(rows.first()).toBeVisible();
  };
  const ask = async (label: string, text: string) => {
    await panel
      .getByRole('combobox', { name: label, exact: true })
      .selectOption({ label: text });
    await answered();
  };

  await test.step('the strip of layers, and the classes of each', async () => {
    await answered();
    const columns = panel.locator('.nd-Strip-column');
    await expect(columns.last()).toHaveAccessibleName(/apart/);
    for (const [k, { twin, own, predicted, matrix, separability }] of [
      ...told.strip.entries()
    ]) {
      const text = await columns.nth(k).getAttribute('aria-label');
      expectTold(
        text!.slice(LAYERS[k].length),
        [own, predicted, twin, separability],
        LAYERS[k]
      );
      if (!(await panel.locator('.nd-Strip').getAttribute('open'))) {
        await panel
          .locator('.nd-Strip')
          .evaluate(node => node.setAttribute('open', ''));
      }
      await columns.nth(k).click();
      const cells = panel.locator('.nd-Matrix-cell');
      await expect(cells).toHaveCount(12);
      await expect(panel.locator('.nd-Matrix-title')).toContainText(LAYERS[k]);
      const labels = await cells.evaluateAll(nodes =>
        nodes.map(node => node.getAttribute('aria-label') ?? '')
      );
      for (const label of labels) {
        const [, a, b] = /^Compare (\w+) – (\w+):/.exec(label)!;
        const pair = CLASSES.indexOf(a) * CLASSES.length + CLASSES.indexOf(b);
        expectTold(label.split(':')[1], [matrix[pair]], label);
      }
    }
    await panel.getByRole('button', { name: /^Close the classes/ }).click();
  });

  /** All rows that are drawn: their place, their texts, and what their hints tell. */
  const drawn = async () =>
    rows.evaluateAll(nodes =>
      nodes.map(node =>
        Array.from(node.querySelectorAll('td'), cell => ({
          text: cell.textContent ?? '',
          title: cell.title
        }))
      )
    );
  const digits = (value: number | null) =>
    value === null
      ? '–'
      : String(Number(value.toPrecision(7))).replace('-', '−');

  await test.step('findings: rank, value, medians, p and its correction', async () => {
    for (const [k, [from, to, divergence]] of [
      ['cat', 'dog', 'AUC'],
      ['frog', 'all others', 'Kolmogorov–Smirnov'],
      ['dog', ATTACKED, 'z']
    ].entries()) {
      await ask('From', from);
      await ask('To', to);
      await ask('Divergence', divergence);
      const { most } = told.compared[k];
      const shown = await drawn();
      expect(shown.length).toBe(most.length);
      const byPlace = new Map(
        most.map(one => [`${LAYERS[one[0]]} ${one[1]}`, one])
      );
      for (const [row, cells] of shown.entries()) {
        const [, rank, layer, neuron, value, a, b, p] = cells;
        const one = byPlace.get(`${layer.text} ${neuron.text}`)!;
        expect(rank.text).toBe(String(row + 1));
        const numbers = one.slice(2) as (number | null)[];
        const place = `${from} → ${to}, ${layer.text} ${neuron.text}`;
        expect(value.title, place).toContain(
          `${divergence} ${digits(numbers[0])}`
        );
        expect(a.title, place).toBe(digits(numbers[1]));
        expect(b.title, place).toBe(digits(numbers[2]));
        if (p) {
          expect(p.title, place).toBe(
            `p ${digits(numbers[3])}, corrected ${digits(numbers[4])}`
          );
        }
      }
      if (k === 0) {
        await ask('Neurons that', 'are alike, though medians differ');
        expect(
          (await drawn()).map(([, , layer, neuron, gap]) => [
            LAYERS.indexOf(layer.text),
            Number(neuron.text),
            gap.title
          ])
        ).toEqual(
          told.compared[k].alike.map(([layer, neuron, gap]) => [
            layer,
            neuron,
            digits(gap)
          ])
        );
        await ask('Neurons that', 'diverge most');
      }
    }
  });

  await test.step('which class each neuron singles out', async () => {
    await ask('Neurons that', 'single out a class');
    for (const [, , layer, neuron, singled, value] of await drawn()) {
      const [classIndex, auc] =
        told.singled[LAYERS.indexOf(layer.text)][Number(neuron.text)];
      const place = `${layer.text} ${neuron.text}`;
      expect(singled.title, place).toBe(CLASSES[classIndex]);
      expect(value.title, place).toContain(`AUC ${digits(auc)}`);
    }
  });
});

/** Where nothing diverges. */
const NEUTRAL = {
  ...Object.fromEntries(Object.keys(DIVERGENCES).map(key => [key, 0])),
  auc: 0.5,
  percentile: 50,
  tail: 1
} as Record<keyof typeof DIVERGENCES, number>;
