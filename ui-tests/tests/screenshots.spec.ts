import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import type { Theme } from './nd';
import { openNotebook, runAll, setTheme, waitForViews } from './nd';
import { follows, MODEL, paintPixel, pictureOf, probeOf, SHOW } from './probes';
import {
  execute,
  FIND,
  openSaved,
  QUICKSTART,
  quickstartOutputs
} from './saved';
import { choose, gridOf, settled, toggle } from './view';

/** With UPDATE_DOCS=1 the pictures of the documentation are made anew. */
const FOLDER = path.resolve(
  __dirname,
  process.env.UPDATE_DOCS ? '../../docs/images' : '../screenshots'
);

test.use({ deviceScaleFactor: 2, viewport: { width: 1500, height: 900 } });

test('the quickstart’s view has its picture taken in both themes', async ({
  page,
  tmpPath
}) => {
  const notebook = readFileSync(QUICKSTART, 'utf8');
  await page.sidebar.close('left');
  await openSaved(page, `${tmpPath}/quickstart.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).first();
  const output = page.locator('.nd-Output').first();
  await resize(output, 1200, 560);
  await choose(view, 'Sort by', 'test picture 59 attacked');
  for (const grid of await view.getByRole('grid').all()) {
    const clipped = () =>
      grid.evaluate(node => {
        const canvas = node.querySelector('canvas')!;
        return canvas.clientWidth - node.clientWidth;
      });
    await expect.poll(clipped).toBe(0);
  }
  mkdirSync(FOLDER, { recursive: true });
  const shots: Buffer[] = [];
  for (const theme of ['dark', 'light'] satisfies Theme[]) {
    await setTheme(page, theme);
    await output.scrollIntoViewIfNeeded();
    await page.mouse.move(0, 0);
    await settled(view);
    const file = path.join(FOLDER, `quickstart-${theme}.png`);
    shots.push(await output.screenshot({ path: file, animations: 'disabled' }));
    expect(statSync(file).size).toBeGreaterThan(30_000);
    expect(statSync(file).size).toBeLessThan(400_000);
  }
  expect(shots[0].equals(shots[1])).toBe(false);
});

test('panels, saved views, the page and the static picture have theirs', async ({
  page,
  context,
  tmpPath
}, testInfo) => {
  mkdirSync(FOLDER, { recursive: true });
  const [{ data }] = quickstartOutputs();
  writeFileSync(
    path.join(FOLDER, 'picture-light.png'),
    Buffer.from(String(data['image/png']), 'base64')
  );
  await page.setViewportSize({ width: 1400, height: 860 });
  await page.sidebar.close('left');
  const notebook = readFileSync(QUICKSTART, 'utf8');
  await openSaved(page, `${tmpPath}/quickstart.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).first();

  await test.step('by keyboard, and in high contrast', async () => {
    const output = page.locator('.nd-Output').first();
    await resize(output, 1100, 420);
    const grid = gridOf(view, 'dense_1');
    await grid.focus();
    for (const key of ['Home', 'm', 'ArrowDown', 'ArrowDown', 'h']) {
      await page.keyboard.press(key);
    }
    for (const key of ['ArrowDown', 'm', 'ArrowDown', 'ArrowDown']) {
      await page.keyboard.press(key);
    }
    await take(page, output, 'keyboard', () => grid.focus());
    await page.theme.setTheme('JupyterLab Dark High Contrast');
    await settled(view);
    const file = path.join(FOLDER, 'high-contrast.png');
    await output.screenshot({ path: file, animations: 'disabled' });
    await view.getByRole('button', { name: /^Undo/ }).focus();
    for (let k = 0; k < 3; k++) {
      await view.getByRole('button', { name: /^Undo/ }).click();
    }
    await expect(view.getByRole('button', { name: /^Undo/ })).toBeVisible();
    await setTheme(page, 'light');
  });

  await test.step('three saved views', async () => {
    await saveAs(view, 'Both digits');
    await choose(view, 'minus', 'median 3');
    await saveAs(view, 'Far from a 3');
    await toggle(view, 'Layers', 'dense_2').uncheck();
    await choose(view, 'Classes as', 'lanes');
    await saveAs(view, 'dense_1 in lanes');
    const output = page.locator('.nd-Output').first();
    await resize(output, 1100, 460);
    await take(page, output, 'saved-views');
    await output.evaluate(node => {
      node.style.minWidth = node.style.maxWidth = node.style.height = '';
    });
  });

  await test.step('the panels beside the notebook', async () => {
    await view
      .getByRole('button', { name: /Both digits$/ })
      .first()
      .click();
    await view.getByRole('button', { name: 'views (3) ▾' }).click();
    await view.getByRole('button', { name: 'panels' }).click();
    const docked = page.locator('.nd-Docked.nd-mod-activation .nd-View');
    await expect(docked).toBeVisible();
    await docked.getByRole('button', { name: 'views (3) ▾' }).click();
    await settled(docked);
    await view.scrollIntoViewIfNeeded();
    await take(page, page.locator('#main'), 'panels');
  });

  await test.step('a page', async () => {
    const download = page.waitForEvent('download');
    await view.getByRole('button', { name: 'export ▾' }).click();
    await page.getByRole('menuitem', { name: 'Page (HTML)…' }).click();
    const file = testInfo.outputPath('page.html');
    await (await download).saveAs(file);
    for (const theme of ['dark', 'light'] satisfies Theme[]) {
      const alone = await context.newPage();
      await alone.setViewportSize({ width: 1200, height: 700 });
      await alone.emulateMedia({ colorScheme: theme });
      await alone.goto(`file://${file}`);
      await settled(alone.locator('.nd-View'));
      await alone.screenshot({ path: path.join(FOLDER, `page-${theme}.png`) });
      await alone.close();
    }
  });
  await execute(page, 'application:close-all');
});

test('findings, one neuron and a brush have theirs', async ({
  page,
  tmpPath
}) => {
  mkdirSync(FOLDER, { recursive: true });
  await page.sidebar.close('left');
  const notebook = readFileSync(FIND, 'utf8');
  await openSaved(page, `${tmpPath}/find.ipynb`, notebook);
  await waitForViews(page, 4);
  const outputs = page.locator('.nd-Output');
  const sized = async (index: number, height: number) => {
    const output = outputs.nth(index);
    await resize(output, 1200, height);
    const view = output.locator('.nd-View');
    await settled(view);
    return { output, view };
  };

  await test.step('findings', async () => {
    const { output, view } = await sized(0, 560);
    const button = view.getByRole('button', { name: 'findings', exact: true });
    await button.click();
    await expect(view.locator('.nd-Findings tbody tr').first()).toBeVisible();
    await take(page, output, 'findings');
    await button.click();
  });

  await test.step('one neuron', async () => {
    const { output, view } = await sized(0, 640);
    await gridOf(view, 'dense_2').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const detail = view.locator('.nd-Detail');
    await expect(detail).toHaveAttribute('aria-busy', 'false');
    await expect(detail.getByRole('table').first()).toBeVisible();
    await take(page, output, 'detail');
    await page.keyboard.press('Escape');
  });

  await test.step('a brush', async () => {
    const { output, view } = await sized(2, 520);
    await expect(view.locator('.nd-Brush')).toBeVisible();
    await take(page, output, 'brush');
  });
});

// What they show other tests hold; their recordings take a while.
if (process.env.UPDATE_DOCS) {
  test('the probe has its', async ({ page, tmpPath }) => {
    await page.sidebar.close('left');
    await openNotebook(page, `${tmpPath}/probe.ipynb`, [MODEL, SHOW]);
    await runAll(page);
    const view = (await waitForViews(page)).first();
    const output = page.locator('.nd-Output').first();
    await resize(output, 1100, 720);
    await view.getByRole('button', { name: 'probe', exact: true }).click();
    await follows(probeOf(view));
    await paintPixel(pictureOf(view), 4, 7);
    await expect(probeOf(view)).toContainText('1 pixel changed');
    await take(page, output, 'probe');
  });

  test('the detector has its', async ({ page, tmpPath }) => {
    test.setTimeout(240_000);
    mkdirSync(FOLDER, { recursive: true });
    await page.sidebar.close('left');
    const { cells } = JSON.parse(readFileSync(FIND, 'utf8')) as {
      cells: { cell_type: string; source: string | string[] }[];
    };
    const sources = cells
      .filter(({ cell_type: type }) => type === 'code')
      .map(({ source }) => [source].flat().join(''));
    const last = sources.findIndex(source => source.includes('.detector()'));
    const made = sources
      .slice(0, last + 1)
      .filter(source => !source.includes('.show('));
    await openNotebook(page, `${tmpPath}/detector.ipynb`, [
      made.join('\n').replace('pairs.detector()', ''),
      'pairs.show(classes=[8, 1], instances=[])'
    ]);
    await runAll(page);
    const view = (await waitForViews(page)).first();
    const output = page.locator('.nd-Output').first();
    await resize(output, 1200, 800);
    await view.getByRole('button', { name: 'findings', exact: true }).click();
    const part = view.locator('.nd-Detector');
    await part.locator('summary').click();
    await expect(part).toHaveAttribute('aria-busy', 'false', {
      timeout: 60_000
    });
    await expect(part.locator('.nd-Roc-curve').first()).toBeVisible();
    await take(page, view.locator('.nd-Findings'), 'detector', () =>
      part.evaluate(node => node.scrollIntoView())
    );
  });
}

async function saveAs(view: Locator, name: string): Promise<void> {
  const page = view.page();
  const add = view.getByRole('button', { name: 'Save view' });
  if (!(await add.isVisible())) {
    await view.getByRole('button', { name: /^views/ }).click();
  }
  await add.click();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await expect(view.getByText(name, { exact: true })).toBeVisible();
}

/** An output as large as a picture of the documentation is wide and high, in CSS pixels. */
async function resize(
  output: Locator,
  widthPx: number,
  heightPx: number
): Promise<void> {
  await output.evaluate(
    (node, [width, height]) => {
      node.style.minWidth = node.style.maxWidth = `${width}px`;
      node.style.height = `${height}px`;
    },
    [widthPx, heightPx]
  );
}

/** One element in both themes, `ready` for each. */
async function take(
  page: IJupyterLabPageFixture,
  element: Locator,
  name: string,
  ready: () => Promise<void> = () => Promise.resolve()
): Promise<void> {
  for (const theme of ['dark', 'light'] satisfies Theme[]) {
    await setTheme(page, theme);
    await element.scrollIntoViewIfNeeded();
    await page.mouse.move(0, 0);
    await ready();
    await settled(page.locator('.nd-View').first());
    await element.screenshot({
      path: path.join(FOLDER, `${name}-${theme}.png`),
      animations: 'disabled'
    });
  }
}
