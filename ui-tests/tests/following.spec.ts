import { expect, test } from './base';
import { openNotebook, runAll, runCell, waitForViews } from './nd';
import {
  activationPanel,
  expectDrawn,
  followed,
  runInPalette,
  selectionPanel
} from './panels';
import { OTHER_START, RECORDING, SHOW } from './samples';
import { bringToFront, closeTab, execute } from './saved';
import { toggle } from './view';

test('panels stay with their recording while cells run and notebooks get other names', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/runs.ipynb`, [
    RECORDING,
    SHOW,
    `import time; time.sleep(2)\ndisplay(recording)\n${OTHER_START}`
  ]);
  await runAll(page);
  const outputs = await waitForViews(page, 3);
  const selection = selectionPanel(page);
  const activation = activationPanel(page);

  await test.step('two recordings of one cell are told apart', async () => {
    await outputs.nth(2).getByRole('button', { name: 'panels' }).click();
    await expect(toggle(selection, 'Classes', 'frog')).toBeChecked();
    await expect(toggle(selection, 'Layers', 'dense_1')).not.toBeChecked();
    await expectDrawn(activation, 'dense_2');
  });

  await test.step('a cell that runs keeps its recording in the panels', async () => {
    await activation.evaluate(node => {
      const seen: string[] = [];
      const note = () => {
        const text = node.querySelector('.nd-Docked-message')?.textContent;
        if (text) {
          seen.push(text);
        }
      };
      new MutationObserver(note).observe(node, {
        childList: true,
        subtree: true
      });
      Object.assign(window, { seen });
    });
    await bringToFront(page, 'runs.ipynb');
    await runCell(page, 2);
    await waitForViews(page, 3);
    await expect.poll(() => followed(page)).toBe('cell 3: Test');
    await expect(toggle(selection, 'Classes', 'frog')).toBeChecked();
    const seen = await page.evaluate(
      () => (window as unknown as { seen: string[] }).seen
    );
    expect(seen.filter(text => !text.startsWith('Reading'))).toEqual([]);
    await toggle(selection, 'Classes', 'cat').check();
    await expect(toggle(outputs.nth(2), 'Classes', 'cat')).toBeChecked();
  });

  await test.step('the list of recordings keeps up', async () => {
    const list = activation.getByRole('combobox', {
      name: 'Recording',
      exact: true
    });
    await expect(list.locator('option')).toHaveCount(3);
    await page.notebook.addCell('code', SHOW);
    await runCell(page, 3);
    await expect(list.locator('option')).toHaveCount(4);
    await list.selectOption('cell 4: Test');
    await expect.poll(() => followed(page)).toBe('cell 4: Test');
  });

  await test.step('the notebook may be renamed', async () => {
    await execute(page, 'docmanager:save');
    await page.evaluate(
      async ([from, to]) => {
        await window.galata.app.serviceManager.contents.rename(from, to);
      },
      [`${tmpPath}/runs.ipynb`, `${tmpPath}/renamed.ipynb`]
    );
    await expect(activation.locator('.nd-Docked-path')).toHaveText(
      'renamed.ipynb'
    );
  });

  await test.step('a panel that is activated is in front, and closes as a tab does', async () => {
    await runInPalette(page, 'Open Activation Panel');
    await page.waitForFunction(
      () => window.galata.app.shell.currentWidget?.title.label === 'Activation'
    );
    await runInPalette(page, 'Move Selection Panel to the Main Area');
    await expect(
      page.getByRole('main').getByRole('tab', { name: 'Selection' })
    ).toBeVisible();
    await runInPalette(page, 'Move Selection Panel to the Side');
    await expect(
      page.getByRole('main').getByRole('tab', { name: 'Selection' })
    ).toHaveCount(0);
    await expect(selection).toBeVisible();
    await closeTab(page, 'Activation');
    await expect(activation).toHaveCount(0);
    await expect(outputs.first()).toBeAttached();
  });

  await test.step('the menu has them and the files', async () => {
    await page.menu.open('View>Neural Divergence');
    const menu = page.locator('.lm-Menu').last();
    await expect(menu).toContainText('Open Selection and Activation Panels');
    await expect(menu).toContainText('Next Recording');
    await expect(menu).toContainText('Open Recording File…');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });
});
