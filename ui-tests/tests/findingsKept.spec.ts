import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { openNotebook, runAll, waitForViews, WITHOUT_WAITING } from './nd';
import { expectQuiet, openPage, viewOf } from './pages';
import { execute, panelState, withoutKernels } from './saved';
import { RECORDING, SHOW } from './samples';
import { settled } from './view';

const CHOSEN = {
  'Neurons that': 'diverge most',
  Layer: 'in dense_2',
  From: 'frog',
  To: 'ship',
  Divergence: 'Wasserstein-1 / σ',
  Score: 'max |z|',
  'Curves against': 'against correct samples'
};

function findingsIn(view: Locator): Locator {
  return view.getByRole('region', { name: 'Findings', exact: true });
}

function chooser(panel: Locator, label: string): Locator {
  return panel.getByRole('combobox', { name: label, exact: true });
}

/** What is looked for, and what was found: once all layers have answered. */
async function read(view: Locator): Promise<unknown> {
  const panel = findingsIn(view);
  await expect(panel).toHaveAttribute('aria-busy', 'false');
  await expect(panel.locator('.nd-Detector')).toHaveAttribute(
    'aria-busy',
    'false'
  );
  await expect(panel.locator('tbody').last()).toContainText('dense_2');
  const chosen = Object.keys(CHOSEN).map(async label => [
    label,
    await chooser(panel, label).evaluate(
      (node: HTMLSelectElement) => node.selectedOptions[0].text
    )
  ]);
  return {
    chosen: Object.fromEntries(await Promise.all(chosen)) as unknown,
    rows: await panel.locator('.nd-Findings-rows tr').allInnerTexts(),
    areas: await panel.locator('.nd-Areas tr').allInnerTexts(),
    curves: await panel.locator('figcaption').allInnerTexts(),
    matrix: await panel.locator('.nd-Matrix-cell').allInnerTexts()
  };
}

test('findings are a part of the view: undone, saved, there without a kernel and on a page', async ({
  page,
  tmpPath,
  browser
}, testInfo) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/kept.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  let view = (await waitForViews(page)).first();
  await settled(view);
  const button = view.getByRole('button', { name: 'findings', exact: true });
  let panel = findingsIn(view);
  await button.focus();
  await page.keyboard.press('f');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await panel.locator('.nd-Detector summary').press('Enter');
  for (const [label, text] of Object.entries(CHOSEN)) {
    await chooser(panel, label).selectOption({ label: text });
  }
  await panel.getByRole('button', { name: /^dense_1 · / }).click();
  await panel
    .getByRole('row', { name: /^dense_1/ })
    .first()
    .click();
  const before = await read(view);
  expect(before).toMatchObject({ chosen: CHOSEN });

  await test.step('undo takes back one choice after the other', async () => {
    await panel.locator('.nd-Areas tr:focus').press('Control+z');
    await expect(panel.locator('figcaption')).toHaveText(/^all together: /);
    await page.keyboard.press('Control+z');
    await expect(panel.locator('.nd-Matrix')).toBeHidden();
    await page.keyboard.press('Control+z');
    await expect(chooser(panel, 'Curves against')).toHaveValue('benign');
    for (let step = 0; step < 3; step++) {
      await page.keyboard.press('Control+Shift+z');
    }
    expect(await read(view)).toEqual(before);
  });

  await test.step('it is saved under a name, and closed', async () => {
    await view.getByRole('button', { name: /^views/ }).click();
    await view.getByRole('button', { name: 'Save view' }).click();
    await page.keyboard.type('Frog and ship');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Swap both sides' }).focus();
    await page.keyboard.press('f');
    await expect(panel).toHaveCount(0);
    await expect(button).toBeFocused();
    await expect(button).toHaveAttribute('aria-expanded', 'false');
  });

  await test.step('and without a kernel it is there again', async () => {
    await execute(page, 'docmanager:save');
    await execute(page, 'kernelmenu:shutdown');
    await withoutKernels(page);
    await page.reload(WITHOUT_WAITING);
    view = (await waitForViews(page)).first();
    panel = findingsIn(view);
    await settled(view);
    await expect(panel).toHaveCount(0);
    expect((await panelState(page)).kernel).toBe(false);
    await view
      .getByRole('button', { name: /Frog and ship$/ })
      .first()
      .click();
    await expect(panel).toBeVisible();
    expect(await read(view)).toEqual(before);
  });

  await test.step('so does the exported page', async () => {
    const download = page.waitForEvent('download');
    await view.getByRole('button', { name: 'export' }).click();
    await page.getByRole('menuitem', { name: 'Page (HTML)…' }).click();
    const file = testInfo.outputPath('findings.html');
    await (await download).saveAs(file);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 }
    });
    const other = await context.newPage();
    const deeds = await openPage(other, file);
    await settled(viewOf(other));
    expect(await read(viewOf(other))).toEqual(before);
    expectQuiet(deeds);
    await context.close();
  });
});
