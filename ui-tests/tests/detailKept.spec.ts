import { expect, test } from './base';
import { openNotebook, runAll, waitForViews, WITHOUT_WAITING } from './nd';
import { RECORDING, SHOW } from './samples';
import { column, detailOf, gridOf, readGrid, settled } from './view';

const LAYER = 'dense_1';

test('the open neuron is a part of the view: undone, saved under a name, there after a reload', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/kept.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  let view = (await waitForViews(page)).first();
  await settled(view);
  const grid = gridOf(view, LAYER);
  const [, first, second] = column(await readGrid(view, LAYER), 'Neuron');
  const detail = detailOf(view);
  const ecdf = detail.getByRole('button', { name: /ECDF/ });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await ecdf.click();
  await detail.focus();
  await page.keyboard.press('ArrowDown');
  await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${second}`);

  await test.step('undo takes back what was changed in it, then closes it', async () => {
    await page.keyboard.press('Control+z');
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${first}`);
    await expect(ecdf).toHaveAttribute('aria-pressed', 'false');
    await page.keyboard.press('Control+z');
    await expect(detail).toHaveCount(0);
    await expect(grid).toBeFocused();
    await page.keyboard.press('Control+Shift+z');
    await expect(detail).toBeFocused();
    await page.keyboard.press('Control+Shift+z');
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${second}`);
    await expect(ecdf).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('a named view opens it again', async () => {
    await view.getByRole('button', { name: /^views/ }).click();
    await view.getByRole('button', { name: 'Save view' }).click();
    await page.keyboard.type('Second');
    await page.keyboard.press('Enter');
    await detail.getByRole('button', { name: /^Close/ }).click();
    await expect(detail).toHaveCount(0);
    const card = view.getByRole('button', { name: /Second$/ }).first();
    await card.click();
    await expect(detail).toHaveAccessibleName(`Neuron ${LAYER} · ${second}`);
    await expect(card).toBeFocused();
  });

  await test.step('and so does the notebook', async () => {
    await page.notebook.save();
    await page.reload(WITHOUT_WAITING);
    view = (await waitForViews(page)).first();
    const again = detailOf(view);
    await expect(again).toHaveAccessibleName(`Neuron ${LAYER} · ${second}`);
    await expect(again.locator('svg .nd-Chart-line')).toHaveCount(2);
    await expect(again.getByRole('button', { name: /ECDF/ })).toHaveAttribute(
      'aria-pressed',
      'true'
    );
    await again.getByRole('button', { name: /^Close/ }).click();
    await expect(gridOf(view, LAYER)).toBeFocused();
  });
});
