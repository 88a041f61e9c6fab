import { readFileSync } from 'node:fs';
import { expect, test as plain, type Locator } from '@playwright/test';
import { test } from './base';
import { openNotebook, runAll, waitForViews } from './nd';
import {
  changePage,
  expectQuiet,
  openPage,
  viewOf,
  writePage,
  type PageContent
} from './pages';
import { CANARIES, HOSTILE, RECORDING, SHOW } from './samples';
import {
  canvasOf,
  choose,
  clickRow,
  column,
  fingerprint,
  gridOf,
  isDrawn,
  press,
  readGrid,
  settled,
  sortBy,
  toggle
} from './view';

const LAYER = 'dense_1';

/** As in `SHOW`. */
const OPTIONS = `
    layers=["dense_1", "dense_2"], classes=["cat", "dog"],
    instances=["cat 0 benign", "cat 0 attacked"], order=nd.by.value("cat 0 attacked")`;

const HOSTILE_RECORDING = `
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(3)
${HOSTILE}`;

type Step = readonly [name: string, does: (view: Locator) => Promise<void>];

const STEPS: readonly Step[] = [
  ['as it was made', settled],
  ['another class', view => toggle(view, 'Classes', 'frog').check()],
  ['a difference', view => sortBy(view, 'cat 0 attacked', 'median dog')],
  ['the other direction', view => view.getByTitle('Reverse the order').click()],
  ['a hidden neuron', view => clickRow(view, LAYER, 1, 'bar')],
  ['a marked one', view => pressKeys(view, 'Home', 'ArrowDown', 'm')],
  ['marked, taken back', view => pressKeys(view, 'Control+z')],
  ['marked again', view => pressKeys(view, 'Control+Shift+z')],
  ['finer bins', view => view.getByTitle('Finer bins').click()],
  ['lanes', view => choose(view, 'Classes as', 'lanes')],
  ['predicted labels', byPredictions],
  [
    'one instance less',
    view => toggle(view, 'Instances', 'cat 0 benign').uncheck()
  ]
];

test('a page from Python shows what JupyterLab shows, step by step', async ({
  page,
  tmpPath,
  browser
}, testInfo) => {
  test.setTimeout(240_000);
  const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
  await openNotebook(page, `${tmpPath}/page.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const inLab = (await waitForViews(page)).first();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }
  });
  const other = await context.newPage();
  const deeds = await openPage(other, file);
  const onPage = viewOf(other);
  await settled(onPage);
  for (const [name, step] of STEPS) {
    await test.step(name, async () => {
      const told = [];
      for (const view of [inLab, onPage]) {
        await step(view);
        await settled(view);
        told.push(await everythingSaid(view));
      }
      expect(told[1]).toEqual(told[0]);
    });
  }
  const { rows } = await readGrid(onPage, LAYER);
  expect(rows).toHaveLength(70);
  expect(rows.map(row => row[1])).toContain('yes');
  expect(rows.map(row => row[2])).toContain('yes');
  expectQuiet(deeds);
  await context.close();
});

plain(
  'a page is one file that asks for nothing',
  async ({ page }, testInfo) => {
    const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
    const deeds = await openPage(page, file);
    await settled(viewOf(page));
    await expect(page).toHaveTitle('Test');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Test');
    expect(page.workers()).toHaveLength(1);
    expect(await isDrawn(canvasOf(viewOf(page), LAYER))).toBe(true);
    expect(await page.locator('[src], [href]').count()).toBe(0);
    const html = readFileSync(file, 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toContain("'unsafe-");
    // A policy that a browser does not enforce would not be one.
    const refused = await page.evaluate(() =>
      fetch('https://e.test/').then(
        () => 'sent',
        () => 'refused'
      )
    );
    expect(refused).toBe('refused');
    expect(deeds.messages.join()).toContain('connect-src');
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.append('document.title = ""');
      document.body.append(script);
    });
    await expect(page).toHaveTitle('Test');
    expect(deeds.requests).toEqual([]);
  }
);

plain('hostile names stay text in a page', async ({ page }, testInfo) => {
  const file = writePage(
    testInfo.outputDir,
    HOSTILE_RECORDING,
    'layers=names, classes=list(range(len(names)))'
  );
  const hostile = CANARIES[3];
  changePage(file, content => ({
    ...content,
    saved: [{ name: 'n', description: 'd', view: { layers: ['constructor'] } }]
  }));
  const deeds = await openPage(page, file);
  const view = viewOf(page);
  await settled(view);
  await expect(page).toHaveTitle(CANARIES[0]);
  for (const [k, name] of CANARIES.entries()) {
    await expect(view.getByRole('checkbox', { name, exact: true })).toHaveCount(
      3
    );
    await view
      .locator('.nd-Graph-canvas')
      .nth(k)
      .hover({ position: { x: 120, y: 5 } });
    await expect(page.locator('.nd-Hover')).toContainText(name);
  }
  await sortBy(view, `median ${hostile}`, CANARIES[1]);
  await press(view, 'More options');
  await expect(
    page.locator(
      'body :is(img, base, form, iframe, object, svg svg, [onerror], [onload], [href], [srcdoc])'
    )
  ).toHaveCount(0);
  // The recording, the engine, the view, and the licences of what is in them.
  expect(await page.locator('script').count()).toBe(4);
  expect(await page.evaluate(() => Object.keys(Object.prototype))).toEqual([]);
  expectQuiet(deeds);
});

plain(
  'a page begins with the view and the saved views that it was made with',
  async ({ page }, testInfo) => {
    const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
    changePage(file, content => ({
      ...content,
      view: {
        version: 1,
        layers: ['dense_2'],
        classes: [3],
        descending: false
      },
      saved: [{ name: 'Ships', view: { version: 1, classes: [3] } }, 'no view']
    }));
    const deeds = await openPage(page, file);
    const view = viewOf(page);
    await settled(view);
    await expect(toggle(view, 'Classes', 'ship')).toBeChecked();
    await expect(toggle(view, 'Classes', 'cat')).not.toBeChecked();
    await expect(toggle(view, 'Layers', LAYER)).not.toBeChecked();
    await expect(view.getByText('Ships', { exact: true })).toBeVisible();
    await expect(view.getByText('until this page is closed')).toBeVisible();
    expectQuiet(deeds);
  }
);

const DAMAGED: readonly (readonly [
  string,
  (content: PageContent) => PageContent | string | null,
  RegExp
])[] = [
  ['no recording', () => null, /no recording in this file/],
  ['broken JSON', () => '{"descriptor": ', /not JSON/],
  ['a number', () => '3', /expected an object/],
  ['no data', content => ({ ...content, data: undefined }), /missing/],
  [
    'data that was cut',
    content => ({ ...content, data: String(content.data).slice(0, 400) }),
    /data|gzip/
  ],
  [
    'a later version',
    content => ({
      ...content,
      descriptor: { ...(content.descriptor as object), version: 9 }
    }),
    /unknown version: 9/
  ]
];

plain('a damaged page says so', async ({ page }, testInfo) => {
  for (const [name, damage, message] of DAMAGED) {
    const file = writePage(testInfo.outputDir, RECORDING);
    changePage(file, damage);
    await openPage(page, file);
    const card = page.getByRole('alert');
    await expect(card, name).toContainText(message);
    await expect(card).toContainText('Export it again');
    await expect(viewOf(page)).toHaveCount(0);
  }
});

plain('a page works where no worker can start', async ({ page }, testInfo) => {
  const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'Worker');
  });
  const deeds = await openPage(page, file);
  await settled(viewOf(page));
  expect(page.workers()).toHaveLength(0);
  expect((await readGrid(viewOf(page), LAYER)).rows).toHaveLength(70);
  expectQuiet(deeds);
});

plain(
  'a page is dark where the system is, at a press, and light on paper',
  async ({ page }, testInfo) => {
    const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
    await page.emulateMedia({ colorScheme: 'dark' });
    const deeds = await openPage(page, file);
    const view = viewOf(page);
    await settled(view);
    const canvas = canvasOf(view, LAYER);
    const background = () =>
      view.evaluate(node => getComputedStyle(node).backgroundColor);
    const look = async () => ({
      background: await background(),
      picture: await fingerprint(canvas)
    });
    const dark = await look();
    const button = page.getByRole('button', { name: 'Dark colors' });
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await button.click();
    await settled(view);
    const light = await look();
    expect(light.background).toBe('rgb(255, 255, 255)');
    expect(light.picture).not.toBe(dark.picture);
    await button.click();
    await settled(view);
    expect(await look()).toEqual(dark);

    await page.evaluate(() => {
      addEventListener('beforeprint', () =>
        document.body.setAttribute(
          'data-printed',
          getComputedStyle(document.querySelector('.nd-View')!).backgroundColor
        )
      );
    });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await expect(page.locator('body')).toHaveAttribute(
      'data-printed',
      'rgb(255, 255, 255)'
    );
    await settled(view);
    expect(await look()).toEqual(dark);
    expectQuiet(deeds);
  }
);

plain('a page fits a phone', async ({ page }, testInfo) => {
  const file = writePage(testInfo.outputDir, RECORDING, OPTIONS);
  await page.setViewportSize({ width: 360, height: 800 });
  const deeds = await openPage(page, file);
  const view = viewOf(page);
  await settled(view);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth)
  ).toBeLessThanOrEqual(360);
  for (const part of ['.nd-Selection', '.nd-Activation']) {
    const box = (await view.locator(part).boundingBox())!;
    expect(box.width).toBeGreaterThan(340);
    expect(box.height).toBeGreaterThan(100);
  }
  await clickRow(view, LAYER, 2, 'bar');
  expect(column(await readGrid(view, LAYER), 'Hidden')[2]).toBe('yes');
  expectQuiet(deeds);
});

async function byPredictions(view: Locator): Promise<void> {
  await press(view, 'More options');
  await choose(view, 'Class members', 'by predicted label');
}

/** Keys, with the focus on the first graph. */
async function pressKeys(
  view: Locator,
  ...keys: readonly string[]
): Promise<void> {
  await gridOf(view, LAYER).focus();
  for (const key of keys) {
    await view.page().keyboard.press(key);
  }
}

/** What a view says in words and numbers: both grids, the selection, the legend, the sentence. */
async function everythingSaid(view: Locator): Promise<object> {
  return {
    grids: [await readGrid(view, LAYER), await readGrid(view, 'dense_2')],
    selection: await view.locator('.nd-Selection').allTextContents(),
    checked: await view
      .getByRole('checkbox', { checked: true })
      .evaluateAll(nodes => nodes.map(node => node.ariaLabel ?? node.id)),
    status: await view.locator('.nd-Legend, .nd-Sentence').allTextContents()
  };
}
