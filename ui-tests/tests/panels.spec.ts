import { expect, test } from './base';
import { openNotebook, runAll, waitForViews, WITHOUT_WAITING } from './nd';
import {
  activationPanel,
  expectDrawn,
  expectMarked,
  followed,
  markNode,
  pinButton,
  runInPalette,
  selectionPanel
} from './panels';
import { OTHER_START, RECORDING, SHOW } from './samples';
import {
  bringToFront,
  closeTab,
  execute,
  openSaved,
  quickstartOutputs,
  savedNotebook,
  showSaved,
  withName,
  withoutKernels,
  withText
} from './saved';
import { canvasOf, clickRow, column, isDrawn, readGrid, toggle } from './view';

test(
  'docked panels and outputs are one view',
  { tag: '@oldest' },
  async ({ page, tmpPath }) => {
    test.setTimeout(240_000);
    await openNotebook(page, `${tmpPath}/panels.ipynb`, [
      RECORDING,
      SHOW,
      SHOW,
      OTHER_START
    ]);
    await runAll(page);
    const outputs = await waitForViews(page, 3);
    const [first, twin, other] = [0, 1, 2].map(k => outputs.nth(k));
    const selection = selectionPanel(page);
    const activation = activationPanel(page);

    await test.step('the command palette opens them for the active cell', async () => {
      await page.notebook.selectCells(1);
      await runInPalette(page, 'Open Selection and Activation Panels');
      await expect(toggle(selection, 'Classes', 'dog')).toBeChecked();
      await expectDrawn(activation, 'dense_1');
      expect(await followed(page)).toBe('cell 2: Test');
    });

    await test.step('a toggle in either is seen in the other, and in a twin, without flicker', async () => {
      const shown = [
        canvasOf(first, 'dense_1'),
        canvasOf(activation, 'dense_1')
      ];
      for (const canvas of shown) {
        await markNode(canvas);
      }
      await toggle(selection, 'Classes', 'dog').uncheck();
      await expect(toggle(first, 'Classes', 'dog')).not.toBeChecked();
      await expect(toggle(twin, 'Classes', 'dog')).not.toBeChecked();
      await toggle(first, 'Classes', 'ship').check();
      await expect(toggle(selection, 'Classes', 'ship')).toBeChecked();
      await clickRow(activation, 'dense_1', 0, 'bar');
      for (const view of [first, twin, activation]) {
        expect(column(await readGrid(view, 'dense_1'), 'Hidden')[0]).toBe(
          'yes'
        );
      }
      for (const canvas of shown) {
        await expectMarked(canvas);
        expect(await isDrawn(canvas)).toBe(true);
      }
    });

    await test.step('an output that began differently has a view of its own', async () => {
      await other.scrollIntoViewIfNeeded();
      await expect(toggle(other, 'Classes', 'ship')).not.toBeChecked();
      await expect(toggle(other, 'Classes', 'frog')).toBeChecked();
      await toggle(other, 'Classes', 'cat').check();
      await expect(toggle(other, 'Classes', 'cat')).toBeChecked();
      // The panels go along with the active cell.
      await expect.poll(() => followed(page)).toBe('cell 4: Test');
      await expect(toggle(selection, 'Classes', 'ship')).not.toBeChecked();
      await toggle(first, 'Classes', 'cat').uncheck();
      await expect.poll(() => followed(page)).toBe('cell 2: Test');
      await expect(toggle(selection, 'Classes', 'cat')).not.toBeChecked();
      await expect(toggle(other, 'Classes', 'cat')).toBeChecked();
    });

    await test.step('a view made for the output goes along', async () => {
      await bringToFront(page, 'panels.ipynb');
      await page.notebook.selectCells(1);
      await execute(page, 'notebook:create-output-view');
      const linked = page.locator('.jp-LinkedOutputView .nd-View');
      await expectDrawn(linked, 'dense_1');
      await toggle(selection, 'Classes', 'frog').check();
      await expect(toggle(linked, 'Classes', 'frog')).toBeChecked();
      await toggle(linked, 'Layers', 'dense_2').uncheck();
      await expect(toggle(selection, 'Layers', 'dense_2')).not.toBeChecked();
      await expect(activation.getByRole('grid')).toHaveCount(1);
    });

    await test.step('the button and the context menu of an output bring it into the panels', async () => {
      await bringToFront(page, 'panels.ipynb');
      await other.scrollIntoViewIfNeeded();
      await other.getByRole('button', { name: 'panels', exact: true }).click();
      await expect.poll(() => followed(page)).toBe('cell 4: Test');
      await expect(toggle(selection, 'Classes', 'cat')).toBeChecked();
      await expect(toggle(selection, 'Classes', 'ship')).not.toBeChecked();
      await twin.scrollIntoViewIfNeeded();
      await canvasOf(twin, 'dense_1').click({ button: 'right' });
      await page.getByText('Open in Panels', { exact: true }).click();
      await expect.poll(() => followed(page)).toBe('cell 3: Test');
      await expect(toggle(selection, 'Classes', 'ship')).toBeChecked();
    });
  }
);

test('panels follow the notebook in front, stay when pinned, and come back after a reload', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  const [output] = quickstartOutputs();
  const named = (name: string) => withName(output, name);
  const two = withText(savedNotebook([named('first'), named('second')]));
  await page.contents.uploadContent(
    savedNotebook([named('alone')]),
    'text',
    `${tmpPath}/one.ipynb`
  );
  await page.contents.uploadContent(
    savedNotebook([]),
    'text',
    `${tmpPath}/none.ipynb`
  );
  const activation = activationPanel(page);
  const selection = selectionPanel(page);

  await test.step('without a notebook they say what to do', async () => {
    await page
      .getByText('Open Selection and Activation Panels')
      .first()
      .click();
    for (const panel of [activation, selection]) {
      await expect(panel.getByRole('status')).toContainText('No recording');
    }
    await expect(
      activation.getByRole('combobox', { name: 'Recording' })
    ).toBeHidden();
  });

  await test.step('a notebook without a recording says so', async () => {
    await showSaved(page, `${tmpPath}/none.ipynb`);
    await expect(activation.getByRole('status')).toContainText(
      'No recording in this notebook yet'
    );
  });

  await test.step('among several the user chooses', async () => {
    await openSaved(page, `${tmpPath}/two.ipynb`, two);
    await expect(activation).toContainText('Which recording?');
    await expect(
      activation.getByRole('button', { name: 'first' })
    ).toBeVisible();
    await activation.getByRole('button', { name: 'second' }).click();
    await expect.poll(() => followed(page)).toBe('cell 4: second');
    await expectDrawn(activation, 'dense_1');
    await expect(toggle(selection, 'Layers', 'dense_1')).toBeChecked();
  });

  await test.step('next and previous go round', async () => {
    await runInPalette(page, 'Next Recording');
    await expect.poll(() => followed(page)).toBe('cell 2: first');
    await runInPalette(page, 'Previous Recording');
    await expect.poll(() => followed(page)).toBe('cell 4: second');
    await activation
      .getByRole('combobox', { name: 'Recording', exact: true })
      .selectOption('cell 2: first');
    await expect.poll(() => followed(page)).toBe('cell 2: first');
  });

  await test.step('they follow the notebook in front', async () => {
    // What is opened comes to where the tab in front is.
    await bringToFront(page, 'two.ipynb');
    await showSaved(page, `${tmpPath}/one.ipynb`);
    await expect.poll(() => followed(page)).toBe('cell 1: alone');
    await bringToFront(page, 'two.ipynb');
    await expect(activation.locator('.nd-Docked-path')).toHaveText('two.ipynb');
  });

  await test.step('pinned they stay', async () => {
    await bringToFront(page, 'one.ipynb');
    await expect.poll(() => followed(page)).toBe('cell 1: alone');
    await pinButton(page).click();
    await expect(pinButton(page)).toHaveAttribute('aria-pressed', 'true');
    await bringToFront(page, 'two.ipynb');
    await page.notebook.selectCells(0);
    await expect(activation.locator('.nd-Docked-path')).toHaveText('one.ipynb');
    expect(await followed(page)).toBe('cell 1: alone');
  });

  await test.step('closing the notebook leaves a clear state', async () => {
    await bringToFront(page, 'one.ipynb');
    await closeTab(page, 'one.ipynb');
    await expect(activation.locator('.nd-Docked-path')).toHaveText('two.ipynb');
    await expect(pinButton(page)).toHaveAttribute('aria-pressed', 'false');
    await closeTab(page, 'two.ipynb');
    await closeTab(page, 'none.ipynb');
    for (const panel of [activation, selection]) {
      await expect(panel.getByRole('status')).toContainText('No recording');
    }
  });

  await test.step('after a reload, without a kernel, they are back and pinned', async () => {
    await closeTab(page, 'Activation');
    await showSaved(page, `${tmpPath}/two.ipynb`);
    await showSaved(page, `${tmpPath}/one.ipynb`);
    await runInPalette(page, 'Open Activation Panel');
    await expect.poll(() => followed(page)).toBe('cell 1: alone');
    await pinButton(page).click();
    await expect(pinButton(page)).toHaveAttribute('aria-pressed', 'true');
    await toggle(selection, 'Layers', 'dense_2').uncheck();
    await expect(activation.getByRole('grid')).toHaveCount(1);
    await bringToFront(page, 'two.ipynb');
    await page.evaluate(() =>
      window.galata.app.commands.execute('docmanager:save-all')
    );
    // The layout is saved a moment after it changed.
    await page.waitForTimeout(2000);
    await withoutKernels(page);
    // What was pinned comes last.
    await page.route(
      /\/api\/contents\/.*one\.ipynb\?.*content=1/,
      async route => {
        await new Promise(resolve => setTimeout(resolve, 2000));
        await route.fallback();
      }
    );
    await page.reload(WITHOUT_WAITING);
    await expect
      .poll(() => followed(page), { timeout: 60_000 })
      .toBe('cell 1: alone');
    await expectDrawn(activation, 'dense_1');
    await expect(activation.getByRole('grid')).toHaveCount(1);
    await expect(toggle(selection, 'Layers', 'dense_2')).not.toBeChecked();
    await expect(pinButton(page)).toHaveAttribute('aria-pressed', 'true');
  });
});
