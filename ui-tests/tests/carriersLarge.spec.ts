import { readFileSync } from 'node:fs';
import { expect, test } from './base';
import {
  chooseMembers,
  foreign,
  noticeOf,
  optionOf,
  sentenceOf,
  trust,
  viewIn,
  watchFiles
} from './carriers';
import { evaluate, openNotebook, runAll, runCell, screenshots } from './nd';
import { openPage, viewOf } from './pages';
import { closeTab, openSaved, saveAndRead, showSaved } from './saved';
import { graphOf, settled } from './view';

/** `recording`: 19 MB, its samples in no order of classes. */
const LARGE = `
import glob, os
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(5)
labels = rng.integers(0, 4, 8000)
recording = nd.Recording.from_arrays(
    {"one": rng.normal(labels[:, None], 1, (8000, 600)).astype(np.float32)},
    labels=labels, predictions=np.where(rng.random(8000) < 0.1, (labels + 1) % 4, labels),
    class_names=["cat", "dog", "frog", "ship"], name="Large",
)
`.trim();

const SHOW = 'recording.show(classes=["cat"])';

/** Not even the summary has room in the notebook. */
const SHOW_NOTHING =
  'recording.show(source="file", max_inline_bytes=1000, classes=["cat"])';

test('a recording above the budget goes to a file by itself; of it only what is shown is read', async ({
  page,
  tmpPath,
  browser
}, testInfo) => {
  test.setTimeout(300_000);
  await openNotebook(page, `${tmpPath}/large.ipynb`, [LARGE, SHOW]);
  const requests = watchFiles(page);
  await runAll(page);
  const view = await viewIn(page);
  await expect(page.locator('.jp-OutputArea-output').first()).toContainText(
    /SizeWarning: .* are in the file Large\.[0-9a-f]{8}\.ndiv/
  );
  await expect(sentenceOf(view)).toContainText(
    'summary in the notebook, all values in Large.'
  );

  await test.step('one class of four is a part of the file', async () => {
    await chooseMembers(view, 'correctly classified');
    await expect(view.getByLabel('Class members')).toHaveValue('correct');
    const readBytes = requests.reduce(
      (sum, { range }) => sum + (range ? range[1] - range[0] : Infinity),
      0
    );
    const fileBytes = await evaluate<number>(
      page,
      'os.path.getsize(glob.glob("Large.*.ndiv")[0])'
    );
    expect(readBytes).toBeGreaterThan(fileBytes / 8);
    expect(readBytes).toBeLessThan(fileBytes / 2);
  });

  await test.step('a page holds the summary, says so, and reads nothing', async () => {
    await chooseMembers(view, 'by true label');
    await view.getByRole('button', { name: 'export ▾' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Page (HTML)…' }).click();
    const file = testInfo.outputPath('large.html');
    await (await download).saveAs(file);
    expect(readFileSync(file, 'utf8')).toContain('Large');
    const context = await browser.newContext();
    const other = await context.newPage();
    const deeds = await openPage(other, file);
    const onPage = viewOf(other);
    await settled(onPage);
    await expect(noticeOf(onPage)).toContainText(
      /This page holds the summary\. All values are in Large\..*\.ndiv/
    );
    await expect(graphOf(onPage, 'one')).toBeVisible();
    expect(deeds.requests).toEqual([]);
    await context.close();
  });

  await test.step('docked panels know of the values, too', async () => {
    await view.getByTitle('Open in docked panels').click();
    const docked = page.locator('.nd-Docked.nd-mod-activation .nd-View');
    await expect(sentenceOf(docked)).toContainText('all values in Large.');
    await chooseMembers(docked, 'by predicted label');
    await expect(view.getByLabel('Class members')).toHaveValue('prediction');
  });
});

test('an output that holds not even a summary shows its file, once it is trusted', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  const file = `${tmpPath}/nothing.ipynb`;
  await openNotebook(page, file, [LARGE, SHOW_NOTHING]);
  await runAll(page);
  const view = await viewIn(page);
  await expect(sentenceOf(view)).toContainText(/· all values in Large\.\S+$/);
  await expect(graphOf(view, 'one')).toBeVisible();
  await saveAndRead(page, file);

  await test.step('not trusted: a card, and nothing is read', async () => {
    const text = await foreign(page, file);
    const requests = watchFiles(page);
    await openSaved(page, `${tmpPath}/foreign.ipynb`, text);
    const card = page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden)')
      .getByRole('alert');
    await expect(card).toContainText('Trust the notebook');
    await screenshots(page, card, 'carrier-untrusted');
    expect(requests).toEqual([]);
    await trust(page);
    await expect(sentenceOf(await viewIn(page))).toContainText('all values in');
    expect(requests.length).toBeGreaterThan(0);
    await closeTab(page, 'foreign.ipynb');
  });

  await test.step('without its file: a card, until the file is back', async () => {
    await page.notebook.activate('nothing.ipynb');
    const name = await evaluate<string>(page, 'glob.glob("Large.*.ndiv")[0]');
    await evaluate(page, `os.rename("${name}", "away.bin")`);
    await closeTab(page, 'nothing.ipynb');
    await showSaved(page, file);
    const card = page
      .locator('.jp-NotebookPanel:not(.lm-mod-hidden)')
      .getByRole('alert');
    await expect(card).toContainText(`Put ${name} beside the notebook`);
    await screenshots(page, card, 'carrier-missing');
    await evaluate(page, `os.rename("away.bin", "${name}")`);
    await card.getByRole('button', { name: 'Try again' }).click();
    await settled(await viewIn(page));
  });

  await test.step('running the cell again shows it, too', async () => {
    await runCell(page, 1);
    const again = await viewIn(page);
    await expect(optionOf(again, 'prediction')).not.toHaveAttribute('disabled');
  });
});
