import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { apply, cards, fromMenu, metadataOf, saveAs } from './cards';
import type { Kept } from './cards';
import { openNotebook, openPath, runAll, runCell, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import { closeTab, execute, panelState, saveAndRead, showSaved } from './saved';
import {
  canvasOf,
  column,
  fingerprint,
  gridOf,
  readGrid,
  settled,
  sortBy,
  toggle
} from './view';

test(
  'views are kept, named, undone, and go where the notebook goes',
  { tag: '@oldest' },
  async ({ page, tmpPath }) => {
    await page
      .context()
      .grantPermissions(['clipboard-read', 'clipboard-write']);
    const file = `${tmpPath}/kept.ipynb`;
    await openNotebook(page, file, [RECORDING, SHOW, '']);
    await runAll(page);
    const view = (await waitForViews(page)).first();
    await execute(page, 'docmanager:save');

    await test.step('looking changes nothing, a toggle is kept', async () => {
      await gridOf(view, 'dense_1').evaluate(node => (node.scrollTop = 300));
      await settled(view);
      expect((await panelState(page)).dirty).toBe(false);
      expect(await kept(page, 1)).toBeNull();
      await toggle(view, 'Classes', 'ship').check();
      await expect
        .poll(async () => (await kept(page, 1))?.current?.classes)
        .toEqual([0, 1, 3]);
      expect((await panelState(page)).dirty).toBe(true);
    });

    await test.step('undo and redo are the view’s, other keys are not the notebook’s', async () => {
      const cells = await page.notebook.getCellCount();
      await gridOf(view, 'dense_1').focus();
      for (const key of ['x', 'd', 'd', 'v', 'y', 'Shift+Enter']) {
        await page.keyboard.press(key);
      }
      expect(await page.notebook.getCellCount()).toBe(cells);
      await page.keyboard.press('Control+z');
      await expect(toggle(view, 'Classes', 'ship')).not.toBeChecked();
      await page.keyboard.press('Control+Shift+z');
      await expect(toggle(view, 'Classes', 'ship')).toBeChecked();
      const undo = view.getByRole('button', { name: /^Undo/ });
      await undo.click();
      await expect(toggle(view, 'Classes', 'ship')).not.toBeChecked();
      // With nothing more to undo the button keeps the focus, so that keys stay the view's.
      await expect(undo).toHaveAttribute('aria-disabled', 'true');
      await expect(undo).toBeFocused();
    });

    await test.step('views get names, an order and descriptions', async () => {
      await saveAs(view, 'first');
      await sortBy(view, 'cat 0 attacked', 'median dog');
      await gridOf(view, 'dense_1').focus();
      for (const key of ['Home', 'm', 'ArrowDown', 'h']) {
        await page.keyboard.press(key);
      }
      await saveAs(view, 'second');
      await toggle(view, 'Layers', 'dense_2').uncheck();
      await saveAs(view, 'third');
      await fromMenu(view, 'third', 'Move left');
      await fromMenu(view, 'first', 'Delete');
      await expect(cards(view)).toHaveText([/^third/, /^second/]);
      await view
        .getByRole('status')
        .getByRole('button', { name: 'Undo' })
        .click();
      await expect(cards(view)).toHaveText([/^first/, /^third/, /^second/]);
      await fromMenu(view, 'third', 'Rename and describe…');
      await page.keyboard.type('lonely');
      await view
        .getByRole('textbox', { name: 'Description' })
        .fill('one layer');
      await page.keyboard.press('Enter');
      await expect(cards(view).nth(1)).toHaveText(/^lonelyone layer/);
      await expect(
        view.getByRole('button', { name: 'Apply view lonely' })
      ).toBeFocused();
      await apply(view, 'first');
      await expect(view.getByRole('grid')).toHaveCount(2);
      await expect
        .poll(async () => (await kept(page, 1))?.saved.map(s => s.name))
        .toEqual(['first', 'lonely', 'second']);
    });

    await test.step('copied as Python a view is made again', async () => {
      await apply(view, 'second');
      const wanted = await readGrid(view, 'dense_1');
      await fromMenu(view, 'second', 'Copy as Python');
      await expect(view.locator('.nd-Notice')).toContainText('Copied');
      const call = await page.evaluate(() => navigator.clipboard.readText());
      await page.notebook.setCell(2, 'code', call);
      await runCell(page, 2);
      const copy = (await waitForViews(page, 2)).nth(1);
      expect(await readGrid(copy, 'dense_1')).toEqual(wanted);
      expect(column(wanted, 'Marked')).toContain('yes');
      await expect(toggle(copy, 'Classes', 'frog')).not.toBeChecked();
    });

    await test.step('running again, killing the kernel and copying the cell lose none', async () => {
      await runCell(page, 1);
      await waitForViews(page, 2);
      await expect(cards(view)).toHaveCount(3);
      expect(column(await readGrid(view, 'dense_1'), 'Hidden')[1]).toBe('yes');
      await page.notebook.selectCells(1);
      await execute(page, 'notebook:copy-cell');
      await execute(page, 'notebook:paste-cell-below');
      const second = (await waitForViews(page, 3)).nth(1);
      await expect(cards(second)).toHaveCount(3);
      await execute(page, 'kernelmenu:shutdown');
      await expect(cards(view)).toHaveCount(3);
    });

    const before = await pictureOf(view);

    await test.step('the saved picture shows the kept view', async () => {
      const [, shown] = await saveAndRead(page, file);
      const metadata = shown?.metadata as Record<string, { alt?: string }>;
      expect(metadata['image/png'].alt).toContain('1 marked, 1 hidden');
      expect(metadata['neuraldivergence']).toMatchObject({
        picture: (await kept(page, 1))?.current
      });
    });

    await test.step('opened again without a kernel, it is the same to the pixel', async () => {
      await closeTab(page, 'kept.ipynb');
      await showSaved(page, file);
      await waitForViews(page, 3);
      await expect(cards(view)).toHaveCount(3);
      expect(await pictureOf(view)).toEqual(before);
      expect((await panelState(page)).dirty).toBe(false);
      await closeTab(page, 'kept.ipynb');
    });

    await test.step('what a new recording does not have is said', async () => {
      await openPath(page, file);
      await runCell(page, 0);
      const less = SHOW.replace('layers=["dense_1", "dense_2"],', '');
      await page.notebook.setCell(
        1,
        'code',
        `del layers["dense_2"]\nrecording = nd.Recording.from_arrays(layers, labels=labels, class_names=CLASSES, name="Test").with_pair(benign=benign, attacked=attacked, name="cat 0")\n${less}`
      );
      await runCell(page, 1);
      // Other arguments of `show` count for more than the view that was kept.
      await waitForViews(page, 3);
      await expect(cards(view)).toHaveCount(3);
      await expect(view.locator('.nd-Notice')).toBeHidden();
      await apply(view, 'first');
      await expect(
        view.getByText(/left out of the view: layer “dense_2”/)
      ).toBeVisible();
      await view.getByRole('button', { name: 'Close this message' }).click();
      await expect(view.locator('.nd-Notice')).toBeHidden();
      await execute(page, 'docmanager:save');
    });
  }
);

/** The numbers and the pixels of both graphs, from the top. */
async function pictureOf(view: Locator): Promise<unknown> {
  await view.scrollIntoViewIfNeeded();
  const grid = await readGrid(view, 'dense_1');
  await view.page().mouse.move(0, 0);
  await settled(view);
  return [grid, await fingerprint(canvasOf(view, 'dense_1'))];
}

async function kept(
  page: IJupyterLabPageFixture,
  index: number
): Promise<Kept | null> {
  const metadata = (await metadataOf(page, index)) as {
    views: { Test: Kept };
  } | null;
  return metadata?.views.Test ?? null;
}
