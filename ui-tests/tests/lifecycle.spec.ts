import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { openNotebook, runAll, runCell, views, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import { execute } from './saved';
import { canvasOf, clickRow, column, isDrawn, readGrid, toggle } from './view';

const LAYERS = ['dense_1', 'dense_2'];

test('a view lives through a second view, collapsing, moving and re-running', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/life.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await expectDrawn(view);

  await test.step('two views of one output are one view', async () => {
    await page.notebook.selectCells(1);
    await execute(page, 'notebook:create-output-view');
    const second = page.locator('.jp-LinkedOutputView .nd-View');
    await expectDrawn(second);
    await toggle(second, 'Classes', 'dog').uncheck();
    await expect(toggle(view, 'Classes', 'dog')).not.toBeChecked();
    await toggle(view, 'Classes', 'ship').check();
    await expect(toggle(second, 'Classes', 'ship')).toBeChecked();
    await clickRow(view, 'dense_1', 0, 'bar');
    expect(column(await readGrid(second, 'dense_1'), 'Hidden')[0]).toBe('yes');
    await closeTab(page, 'Output View');
    await expect(second).toHaveCount(0);
    await page.notebook.activate('life.ipynb');
    await expectDrawn(view);
    await expectKept(view);
  });

  await test.step('collapsing and expanding the output keeps it', async () => {
    await page.notebook.selectCells(1);
    await execute(page, 'notebook:hide-cell-outputs');
    await expect(views(page)).toHaveCount(0);
    await execute(page, 'notebook:show-cell-outputs');
    await expectDrawn(view);
    await expectKept(view);
  });

  await test.step('moving the cell draws it again', async () => {
    await execute(page, 'notebook:move-cell-up');
    await expectDrawn(view);
    await execute(page, 'notebook:move-cell-down');
    await expectDrawn(view);
  });

  await test.step('running the cell again replaces it by one new view, as it was left', async () => {
    for (let run = 0; run < 3; run++) {
      await runCell(page, 1);
      await waitForViews(page, 1);
    }
    await expectDrawn(view);
    await expectKept(view);
  });
});

test('a view far from the screen holds no pixels, and is drawn when it comes back', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/far.ipynb`, [
    RECORDING,
    SHOW,
    'from IPython.display import HTML\nHTML("<div id=far style=\'height: 4000px\'></div><p id=end>end</p>")'
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await expectDrawn(view);
  const canvas = canvasOf(view, 'dense_1');
  const widthPx = () =>
    canvas.evaluate(node => (node as HTMLCanvasElement).width);
  await page.locator('#end').scrollIntoViewIfNeeded();
  await expect.poll(widthPx, { timeout: 15_000 }).toBe(0);
  await toggleElsewhere(page);
  await expectDrawn(view);
  expect(await widthPx()).toBeGreaterThan(0);
});

/** A view that is away is changed all the same. */
async function toggleElsewhere(page: IJupyterLabPageFixture): Promise<void> {
  await page
    .locator('.nd-View input[type="checkbox"]')
    .last()
    .evaluate(node => (node as HTMLInputElement).click());
}

/** What was chosen in the two views. */
async function expectKept(view: Locator): Promise<void> {
  await expect(toggle(view, 'Classes', 'dog')).not.toBeChecked();
  await expect(toggle(view, 'Classes', 'ship')).toBeChecked();
  expect(column(await readGrid(view, 'dense_1'), 'Hidden')[0]).toBe('yes');
}

async function expectDrawn(view: Locator): Promise<void> {
  await expect(view).toHaveCount(1, { timeout: 30_000 });
  await view.scrollIntoViewIfNeeded();
  for (const layer of LAYERS) {
    await expect(canvasOf(view, layer)).toBeVisible();
    await expect.poll(() => isDrawn(canvasOf(view, layer))).toBe(true);
  }
}

async function closeTab(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  const tab = page.locator('.lm-TabBar-tab').filter({ hasText: name });
  await tab.locator('.lm-TabBar-tabCloseIcon').click();
  await expect(tab).toHaveCount(0);
}
