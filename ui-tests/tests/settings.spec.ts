import { galata, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { waitForViews } from './nd';
import {
  openSaved,
  panelState,
  quickstartOutputs,
  savedNotebook
} from './saved';
import {
  canvasOf,
  column,
  fingerprint,
  gridOf,
  readGrid,
  settled,
  toggle
} from './view';

type Registry = {
  set(plugin: string, key: string, value: unknown): Promise<void>;
};

const OURS = 'neuraldivergence:renderer';
const SHORTCUTS = '@jupyterlab/shortcuts-extension:shortcuts';

test('settings change what is on screen at once, and keys can be chosen', async ({
  page,
  tmpPath
}) => {
  const notebook = savedNotebook(quickstartOutputs().slice(0, 2));
  await openSaved(page, `${tmpPath}/settings.ipynb`, notebook);
  const shown = await waitForViews(page, 2);
  const [view, other] = [shown.first(), shown.nth(1)];
  await view.scrollIntoViewIfNeeded();
  await settled(view);

  await test.step('looks', async () => {
    const output = page.locator('.nd-Output').first();
    await set(page, OURS, 'outputHeight', 400);
    await expect
      .poll(async () => (await output.boundingBox())?.height)
      .toBe(400);
    const picture = view.locator('.nd-Picture').first();
    await set(page, OURS, 'pictureSize', 80);
    await expect
      .poll(async () => (await picture.boundingBox())?.width)
      .toBe(80);
    const before = await paintedBy(view);
    await set(page, OURS, 'palette', 'high-contrast');
    await expect.poll(() => paintedBy(view)).not.toBe(before);
    await set(page, OURS, 'palette', 'standard');
    await expect.poll(() => paintedBy(view)).toBe(before);
  });

  await test.step('where views begin that nobody has changed', async () => {
    await expect(view.locator('.nd-Toolbar')).toContainText('≤ 64');
    await set(page, OURS, 'bins', 32);
    await expect(view.locator('.nd-Toolbar')).toContainText('≤ 32');
    await set(page, OURS, 'bins', 64);
    await expect(view.locator('.nd-Toolbar')).toContainText('≤ 64');
    await expect(view.getByRole('button', { name: /^Undo/ })).toHaveAttribute(
      'aria-disabled',
      'true'
    );
  });

  await test.step('nothing of it is written into the notebook', async () => {
    await page.waitForTimeout(800);
    expect((await panelState(page)).dirty).toBe(false);
  });

  await test.step('views are kept only while that is wanted', async () => {
    await set(page, OURS, 'keepViews', false);
    await toggle(view, 'Classes', '0').check();
    await page.waitForTimeout(800);
    expect((await panelState(page)).dirty).toBe(false);
    await set(page, OURS, 'keepViews', true);
    await toggle(view, 'Classes', '1').check();
    await expect.poll(async () => (await panelState(page)).dirty).toBe(true);
  });

  await test.step('a key of the user’s own', async () => {
    await other.scrollIntoViewIfNeeded();
    await set(page, SHORTCUTS, 'shortcuts', [
      {
        command: 'neuraldivergence:key-toggle-marked',
        keys: ['K'],
        selector: '.nd-View'
      }
    ]);
    await gridOf(other, 'dense_1').focus();
    await page.keyboard.press('Home');
    await expect
      .poll(async () => {
        await page.keyboard.press('k');
        return column(await readGrid(other, 'dense_1'), 'Marked')[0];
      })
      .toBe('yes');
  });
});

test.describe('in German', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/translation-extension:plugin': { locale: 'de_DE' }
    }
  });

  test('everything speaks the language of the application', async ({
    page,
    tmpPath
  }) => {
    const notebook = savedNotebook(quickstartOutputs().slice(0, 1));
    await openSaved(page, `${tmpPath}/deutsch.ipynb`, notebook);
    const view = (await waitForViews(page, 1)).first();
    await expect(
      view.getByRole('heading', { name: 'Schichten' })
    ).toBeVisible();
    await expect(view.getByRole('heading', { name: 'Klassen' })).toBeVisible();
    await expect(view.locator('.nd-Status')).toContainText('899 Beispiele');
    await expect(view.getByRole('status').last()).toContainText('Schichten');
    await page.evaluate(() =>
      window.galata.app.commands.execute('neuraldivergence:open-panel', {
        panel: 'selection'
      })
    );
    await expect(
      page.locator('.nd-Docked.nd-mod-selection').getByText('Schichten')
    ).toBeVisible();
    const title = await page.evaluate(() =>
      window.galata.app.commands.label('neuraldivergence:open-panels')
    );
    expect(title).toContain('öffnen');
  });
});

/** Change a setting as the settings editor does. */
async function set(
  page: IJupyterLabPageFixture,
  plugin: string,
  key: string,
  value: unknown
): Promise<void> {
  await page.evaluate(
    async ([id, name, wanted]) => {
      const registry = (await window.galata.getPlugin(
        '@jupyterlab/apputils-extension:settings' as never
      )) as unknown as Registry;
      await registry.set(id as string, name as string, wanted);
    },
    [plugin, key, value]
  );
}

async function paintedBy(view: Locator): Promise<number> {
  await settled(view);
  return fingerprint(canvasOf(view, 'dense_1'));
}
