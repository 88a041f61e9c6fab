import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from './base';
import { cards, fromMenu, metadataOf, saveAs } from './cards';
import type { Kept } from './cards';
import { waitForViews } from './nd';
import { CANARIES, ODD_NAMES } from './samples';
import {
  bringToFront,
  execute,
  openSaved,
  panelState,
  quickstartOutputs,
  savedNotebook
} from './saved';
import { toggle } from './view';

test('what a newer version or a stranger kept is left alone and does no harm', async ({
  page,
  tmpPath
}) => {
  const outputs = quickstartOutputs().slice(0, 2);
  const notebook = JSON.parse(savedNotebook(outputs)) as {
    cells: { metadata: object; cell_type: string }[];
  };
  const [future, hostile] = notebook.cells.filter(
    c => c.cell_type === 'code'
  ) as { metadata: object }[];
  const newer = { version: 2, views: { Digits: { current: { bins: 1 } } } };
  future.metadata = { neuraldivergence: newer };
  const strangeView = (name: string) => ({
    layers: [name],
    classes: [name, 99],
    instances: [name],
    order: { by: 'difference', a: { instance: name }, b: { instance: name } },
    membership: name,
    axis: name,
    bins: name,
    neurons: { [name]: { hidden: [0], marked: [name, 1] } }
  });
  const names = [...CANARIES, ...ODD_NAMES];
  const saved = names.map(name => ({
    name,
    description: name,
    view: strangeView(name),
    [name]: name
  }));
  const [canary] = CANARIES;
  hostile.metadata = {
    neuraldivergence: {
      version: 1,
      views: { Digits: { current: strangeView(canary), saved } }
    }
  };
  const before = sorted(future);
  await page.evaluate(() => {
    const spy = window as unknown as { __pwn: () => void; pwned: boolean };
    spy.pwned = false;
    spy.__pwn = () => (spy.pwned = true);
  });
  const file = `${tmpPath}/strange.ipynb`;
  await openSaved(page, file, JSON.stringify(notebook));
  const shown = await waitForViews(page, 2);
  await expect(
    shown.first().getByText(/written by version 2 of the format/)
  ).toBeVisible();
  await toggle(shown.first(), 'Classes', '0').check();
  await shown
    .first()
    .getByRole('button', { name: /^views/ })
    .click();
  await shown.first().getByRole('button', { name: 'Save view' }).click();
  await expect(
    shown.first().getByText(/Views cannot be saved here/)
  ).toBeVisible();
  await expect(cards(shown.first())).toHaveCount(0);
  const strange = cards(shown.nth(1));
  await expect(strange).toHaveCount(names.length);
  for (const card of await strange.all()) {
    await card.getByRole('button').first().click();
    await expect(shown.nth(1).getByText(/left out of the view/)).toBeVisible();
  }
  await fromMenu(shown.nth(1), CANARIES[2], 'Rename and describe…');
  await page.keyboard.press('Enter');
  await fromMenu(shown.nth(1), CANARIES[2], 'Delete');
  const harm = await page.evaluate(() => ({
    pwned: (window as unknown as { pwned: boolean }).pwned,
    marks: document.querySelectorAll(
      '.nd-View :is([onerror], [onload], [href], [srcdoc], [data-commandlinker-command], script, iframe, base)'
    ).length
  }));
  expect(harm).toEqual({ pwned: false, marks: 0 });
  await page.waitForTimeout(800);
  expect(await metadataOf(page, 0)).toEqual(newer);
  await execute(page, 'docmanager:save');
  const [cell] = await cellsOf(page, file);
  expect(sorted(cell)).toBe(before);
  await bringToFront(page, 'strange.ipynb');
});

test('in two tabs without collaboration no view is lost and none is there twice', async ({
  page,
  tmpPath
}) => {
  const file = `${tmpPath}/twice.ipynb`;
  const [output] = quickstartOutputs();
  // The copy is far below: it is not drawn in the first tab.
  await openSaved(page, file, savedNotebook([output, output], 60));
  const view = page.locator('.jp-NotebookPanel .nd-View').first();
  await expect(view).toBeVisible();
  await saveAs(view, 'old');
  await saveAs(view, 'both');
  await execute(page, 'docmanager:save');

  const other = await page.context().newPage();
  // Galata's settings are those of the first tab: the other would ask the world for news.
  await other.route(/\/lab\/api\/(news|update)/, async route =>
    route.fulfill({ json: { news: [], notification: null, status: 'ok' } })
  );
  const lab = `${await page.getBaseUrl()}lab/workspaces/other-tab/tree/${file}`;
  await other.goto(lab);
  const theirs = other.locator('.jp-NotebookPanel .nd-View').first();

  await test.step('the other tab deletes one, renames one, adds one and saves', async () => {
    await expect(theirs).toBeVisible({ timeout: 60_000 });
    await expect(cards(theirs)).toHaveText([/^old/, /^both/]);
    await fromMenu(theirs, 'old', 'Delete');
    await fromMenu(theirs, 'both', 'Rename and describe…');
    await other.keyboard.type('renamed');
    await other.keyboard.press('Enter');
    await saveAs(theirs, 'theirs');
    await other.evaluate(() =>
      window.galata.app.commands.execute('docmanager:save')
    );
    await other.close();
  });

  await test.step('this tab saves one of its own, reads the file again and has what it says', async () => {
    await saveAs(view, 'mine');
    await fromMenu(view, 'both', 'Move left');
    await page.evaluate(() => {
      void window.galata.app.commands.execute('docmanager:reload');
    });
    await page
      .locator('.jp-Dialog')
      .getByRole('button', { name: 'Reload' })
      .click();
    await expect(cards(view)).toHaveText([/^renamed/, /^theirs/]);
    expect((await panelState(page)).dirty).toBe(false);
  });

  await test.step('so has the copy, and the file when it is saved again', async () => {
    const copy = (await waitForViews(page, 2)).nth(1);
    await expect(cards(copy)).toHaveText([/^renamed/, /^theirs/]);
    await saveAs(copy, 'more');
    await execute(page, 'docmanager:save');
    const names = (await cellsOf(page, file))
      .filter(cell => cell.cell_type === 'code')
      .map(({ metadata }) => {
        const { views } = metadata['neuraldivergence'] as {
          views: Record<string, Kept>;
        };
        return Object.values(views).flatMap(v => v.saved.map(s => s.name));
      });
    expect(names).toEqual([
      ['renamed', 'theirs', 'more'],
      ['renamed', 'theirs', 'more']
    ]);
  });
});

type SavedCell = {
  readonly cell_type: string;
  readonly metadata: Record<string, unknown>;
};

/** The cells of a notebook as the file has them. */
async function cellsOf(
  page: IJupyterLabPageFixture,
  filePath: string
): Promise<SavedCell[]> {
  const response = await page.request.get(
    `${await page.getBaseUrl()}files/${filePath}`
  );
  const { cells } = JSON.parse(await response.text()) as { cells: SavedCell[] };
  return cells;
}

/** JSON with sorted keys, as the server writes notebooks; lists of lines as one text. */
function sorted(json: unknown): string {
  return JSON.stringify(json, (key, value: unknown) => {
    if (Array.isArray(value)) {
      const isText = key === 'source' || key.includes('/');
      return isText ? value.join('') : value;
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
        )
      : value;
  });
}
