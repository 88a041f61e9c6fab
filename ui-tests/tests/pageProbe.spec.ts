import { readFileSync, writeFileSync } from 'node:fs';
import { test as plain, type Locator, type Page } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { expectQuiet, openPage, viewOf, writePage } from './pages';
import {
  expectSaid,
  FIXTURES,
  follows,
  MODEL,
  paintPixel,
  pictureOf,
  probeOf,
  SHOW,
  type Forward
} from './probes';
import { settled } from './view';

const OPTIONS = 'layers=["stem", "fc1"], instances=["five benign"]';

const RECORDING = `
import neuraldivergence as nd
recording = nd.load(${JSON.stringify(`${FIXTURES}/model.torch.ndiv`)})`;

const WITHOUT_MODEL = `${RECORDING}
import dataclasses
recording = dataclasses.replace(recording, model=None)`;

const CHANGES = ['forward()', 'forward((4, 7, 255, 255, 0))'];

/** A recording with its model, and what that says of the pictures, in a file of its own. */
function said(file: string): string {
  return `${MODEL}
import json
recording = rec
with open(${JSON.stringify(file)}, "w") as file:
    json.dump([${CHANGES.join()}], file)`;
}

/** Yellow, row 4, column 7. */
async function paint(page: Page, probe: Locator): Promise<void> {
  const picture = pictureOf(viewOf(page));
  await picture.scrollIntoViewIfNeeded();
  await paintPixel(picture, 4, 7);
  await expect(probe).toContainText('1 pixel changed');
}

/** Opens the probe and paints a pixel; the view says what a forward pass gives. */
async function expectProbed(
  page: Page,
  [before, after]: readonly Forward[]
): Promise<void> {
  const view = viewOf(page);
  await settled(view);
  // That of activations alone.
  expect(page.workers()).toHaveLength(1);
  await view.getByRole('button', { name: 'probe', exact: true }).click();
  const probe = probeOf(view);
  await follows(probe);
  expect(page.workers()).toHaveLength(2);
  await expectSaid(view, before);
  await paint(page, probe);
  await expectSaid(view, after);
}

test('a page that was exported runs the model that it holds', async ({
  page,
  tmpPath,
  browser
}, testInfo) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/page.ipynb`, [MODEL, SHOW]);
  await runAll(page);
  const inLab = (await waitForViews(page)).first();
  await settled(inLab);
  const download = page.waitForEvent('download');
  await inLab.getByRole('button', { name: 'export' }).click();
  await page.getByRole('menuitem', { name: 'Page (HTML)…' }).click();
  const file = testInfo.outputPath('exported.html');
  await (await download).saveAs(file);
  const wanted = await evaluate<Forward[]>(page, `[${CHANGES.join()}]`);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }
  });
  const other = await context.newPage();
  const deeds = await openPage(other, file);
  await expectProbed(other, wanted);

  await test.step('closed, opened again, and attacked', async () => {
    const view = viewOf(other);
    const probe = probeOf(view);
    await other.keyboard.press('Escape');
    await expect(probe).toBeHidden();
    await view.getByRole('button', { name: 'probe', exact: true }).click();
    await follows(probe);
    const attack = probe.locator('details.nd-Attack');
    await attack.locator('summary').click();
    await attack
      .getByRole('combobox', { name: 'Attack', exact: true })
      .selectOption('fgsm');
    await attack.getByRole('button', { name: 'attack', exact: true }).click();
    await expect(
      attack.getByRole('slider', { name: 'Strength in grey levels' })
    ).toBeVisible({ timeout: 60_000 });
    await other.screenshot({ path: testInfo.outputPath('page-probe.png') });
  });
  expectQuiet(deeds);
  await context.close();
});

plain(
  'so does one from Python, where WebAssembly is refused more slowly',
  async ({ page, context }, testInfo) => {
    testInfo.setTimeout(120_000);
    const forward = testInfo.outputPath('forward.json');
    const file = writePage(testInfo.outputDir, said(forward), OPTIONS);
    const wanted = JSON.parse(readFileSync(forward, 'utf8')) as Forward[];
    const deeds = await openPage(page, file);
    await expectProbed(page, wanted);
    await expect(probeOf(viewOf(page))).toContainText('(wasm)');
    expectQuiet(deeds);

    const html = readFileSync(file, 'utf8');
    writeFileSync(file, html.replace(" 'wasm-unsafe-eval'", ''));
    const slower = await context.newPage();
    const { requests } = await openPage(slower, file);
    await expectProbed(slower, wanted);
    await expect(probeOf(viewOf(slower))).toContainText('(cpu)');
    expect(requests).toEqual([]);
  }
);

plain(
  'a page of a recording without a model has nothing of it',
  async ({ page }, testInfo) => {
    const [withModel, without] = [RECORDING, WITHOUT_MODEL].map(source =>
      readFileSync(writePage(testInfo.outputDir, source, OPTIONS), 'utf8')
    );
    const added = /<script [^>]*"neuraldivergence-probe">[^<]*<.script>/;
    expect(withModel.match(added)![0].length).toBeGreaterThan(400_000);
    expect(without).not.toMatch(added);
    const deeds = await openPage(page, testInfo.outputPath('page.html'));
    const view = viewOf(page);
    await settled(view);
    await expect(
      view.getByRole('button', { name: 'probe', exact: true })
    ).toBeHidden();
    await page.keyboard.press('p');
    await expect(probeOf(view)).toContainText('This page runs no model.');
    expect(page.workers()).toHaveLength(1);
    expectQuiet(deeds);
  }
);
