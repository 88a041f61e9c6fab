import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { test as plain } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { openPage, viewOf, writePage } from './pages';
import { activationPanel, expectDrawn, runInPalette } from './panels';
import { RECORDING, SHOW } from './samples';
import { gridOf, settled, toggle } from './view';

/** SciPy's numbers for two classes, the neurons that differ most first. */
const SCIPY = `
def findings_of(a, b):
    from scipy import stats

    found = []
    for name, values in layers.items():
        for neuron, column in enumerate(values.astype(np.float64).T):
            x, y = (column[members(CLASSES.index(item))] for item in (a, b))
            x, y = x[np.isfinite(x)], y[np.isfinite(y)]
            if len(x) and len(y):
                test = stats.mannwhitneyu(y, x, method="asymptotic")
                auc = test.statistic / (len(x) * len(y))
                found.append([name, neuron, auc, np.median(x), np.median(y), test.pvalue])
    tested = [k for k, row in enumerate(found) if not np.isnan(row[-1])]
    corrected = stats.false_discovery_control([found[k][-1] for k in tested])
    for k, row in enumerate(found):
        row.append(corrected[tested.index(k)] if k in tested else None)
    return sorted(found, key=lambda row: -abs(row[2] - 0.5))
`.trim();

const LONG = 'a photograph of the striped cat number 17';

type Row = [layer: string, neuron: number, ...numbers: (number | null)[]];

function findings(within: Locator): Locator {
  return within.getByRole('region', { name: 'Findings', exact: true });
}

async function choose(
  panel: Locator,
  label: string,
  text: string
): Promise<void> {
  await panel
    .getByRole('combobox', { name: label, exact: true })
    .selectOption({ label: text });
}

/** Wait until all layers have answered. */
async function answered(panel: Locator): Promise<void> {
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  await expect(panel.locator('tbody tr').first()).toBeVisible();
}

test('the neurons where two classes differ most, over all layers, as SciPy has them', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/findings.ipynb`, [
    RECORDING,
    SCIPY,
    SHOW
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await toggle(view, 'Layers', 'dense_1').uncheck();
  await view.getByRole('button', { name: 'findings', exact: true }).click();
  const panel = findings(view);
  const rows = panel.locator('tbody tr');
  const expected = await evaluate<Row[]>(
    page,
    '[[x if x == x else None for x in row] for row in findings_of("frog", "ship")]'
  );

  await test.step('two classes are chosen, and the first neuron is read', async () => {
    await choose(panel, 'From', 'frog');
    await choose(panel, 'To', 'ship');
    await answered(panel);
    await expect(rows).toHaveCount(expected.length);
    const [layer, neuron, auc, a, b, p, corrected] = expected[0];
    const cells = rows.first().locator('td');
    await expect(cells.nth(2)).toHaveText(layer);
    await expect(cells.nth(3)).toHaveText(String(neuron));
    const digits = (value: number | null) =>
      String(Number((value ?? NaN).toPrecision(7))).replace('-', '−');
    await expect(cells.nth(4)).toHaveAttribute(
      'title',
      new RegExp(`^AUC ${digits(auc)} · `)
    );
    await expect(cells.nth(5)).toHaveAttribute('title', digits(a));
    await expect(cells.nth(6)).toHaveAttribute('title', digits(b));
    await expect(cells.nth(7)).toHaveAttribute(
      'title',
      `p ${digits(p)}, corrected ${digits(corrected)}`
    );
  });

  await test.step('the table that is saved has all numbers of all neurons', async () => {
    const download = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('test-findings.csv');
    const text = await readFile(await file.path(), 'utf8');
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toContain('AUC of frog -> ship');
    expect(lines).toHaveLength(expected.length);
    const byPlace = new Map(expected.map(row => [`${row[0]}:${row[1]}`, row]));
    for (const line of lines) {
      const [, layer, neuron, , , auc, , , a, b, p, corrected] =
        line.split(',');
      const row = byPlace.get(`${layer}:${neuron}`);
      [auc, a, b, p, corrected].forEach((cell, k) => {
        const value = row?.[k + 2];
        if (value === null || value === undefined) {
          expect(cell).toBe('');
        } else {
          expect(Math.abs(Number(cell) - Number(value))).toBeLessThanOrEqual(
            1e-10 * Math.abs(Number(value)) + 1e-15
          );
        }
      });
    }
  });

  await test.step('a click goes to the neuron, in a layer that was not shown', async () => {
    const row = rows.filter({ hasText: 'dense_1' }).first();
    const name = await row.locator('td').nth(3).textContent();
    await row.click();
    // The list of layers gives the findings its room.
    const grid = gridOf(view, 'dense_1');
    await expect(grid).toHaveCount(1);
    await settled(view);
    await expect(grid).toBeFocused();
    const active = await grid.getAttribute('aria-activedescendant');
    await expect(view.locator(`[id="${active}"]`)).toContainText(name ?? '');
  });

  await test.step('keys: the next row, a mark, and to the neuron', async () => {
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press('m');
    await expect(rows.nth(1).getByRole('button')).toHaveAttribute(
      'aria-pressed',
      'true'
    );
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press('Enter');
    const detail = view.getByRole('region', { name: /^Neuron / });
    await expect(detail).toBeFocused();
    await expect(detail).toHaveAccessibleName(
      `Neuron ${expected[1][0]} · ${expected[1][1]}`
    );
    await page.keyboard.press('Escape');
    await expect(rows.nth(1)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(detail).toBeFocused();
    await rows.nth(1).click();
    await expect(detail).toBeHidden();
    await expect(gridOf(view, expected[1][0])).toBeFocused();
  });

  await test.step('one layer, and which class neurons single out', async () => {
    await choose(panel, 'Layer', 'in dense_2');
    await answered(panel);
    await expect(rows).toHaveCount(24);
    await choose(panel, 'Neurons that', 'single out a class');
    await answered(panel);
    await expect(rows).toHaveCount(24);
    await expect(
      panel.getByRole('columnheader', { name: 'singles out' })
    ).toBeVisible();
    await choose(panel, 'Neurons that', 'diverge most');
  });

  await test.step('the classes of a layer: a cell is compared', async () => {
    await panel.getByRole('button', { name: /^dense_2 · / }).click();
    await panel.getByRole('button', { name: /^Compare dog – cat: 0/ }).click();
    await expect(
      panel.getByRole('combobox', { name: 'From', exact: true })
    ).toHaveValue('{"class":1}');
    await expect(
      panel.getByRole('combobox', { name: 'To', exact: true })
    ).toHaveValue('{"class":0}');
  });
});

test('a docked panel of findings leads to the graphs, and comes back', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/docked.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  await waitForViews(page);
  await page.notebook.selectCells(1);
  await runInPalette(page, 'Open Selection and Activation Panels');
  await expectDrawn(activationPanel(page), 'dense_1');
  await runInPalette(page, 'Open Findings Panel');
  const docked = page.locator('.nd-Docked.nd-mod-findings');
  await answered(findings(docked));
  await docked.locator('tbody tr').first().click();
  await expect(page.locator('[role="grid"]:focus')).toHaveCount(1);
});

plain(
  'findings stand below the graphs in a view that becomes narrow, and long names are told apart',
  async ({ page }, info) => {
    const options = `findings={"question": "most"}, order=nd.by.value("${LONG} attacked")`;
    const source = `${RECORDING}
recording = recording.with_pair(
    benign=benign, attacked=attacked, name="${LONG}", label="cat", predictions=("cat", "dog")
)`;
    await openPage(page, writePage(info.outputDir, source, options));
    const view = viewOf(page);
    const panel = findings(view);
    await answered(panel);
    const chosen = panel.getByRole('combobox', {
      name: 'Instance that is followed'
    });
    const shown = async (list: Locator) => {
      const label = await list.evaluate(
        (node: HTMLSelectElement) => node.selectedOptions[0].label
      );
      // What is shown has room.
      const { width } = (await list.boundingBox())!;
      expect(width).toBeGreaterThan(6 * label.length);
      return label;
    };
    await chosen.selectOption({ label: `${LONG} benign` });
    expect(await shown(chosen)).toBe('a photograph …er 17 benign');
    await expect(chosen).toHaveAttribute('title', `${LONG} benign`);
    expect(await shown(view.getByRole('combobox', { name: 'Sort by' }))).toBe(
      'a photograph … 17 attacked'
    );

    await page.setViewportSize({ width: 440, height: 700 });
    const graphs = view.locator('.nd-Graphs');
    const below = async () => {
      const [over, under] = [
        (await graphs.boundingBox())!,
        (await panel.boundingBox())!
      ];
      return under.y >= over.y + over.height && under.x + under.width <= 441;
    };
    await expect.poll(below).toBe(true);
    await page.setViewportSize({ width: 1280, height: 700 });
    await expect.poll(below).toBe(false);
  }
);
