import { readFileSync } from 'node:fs';
import type { Download, Locator, Page } from '@playwright/test';
import { expect, test } from './base';
import { waitForViews } from './nd';
import { openSaved, QUICKSTART } from './saved';
import { readGrid, settled } from './view';

test('a view leaves as a picture, vectors and a table', async ({
  page,
  tmpPath
}) => {
  const notebook = readFileSync(QUICKSTART, 'utf8');
  await openSaved(page, `${tmpPath}/exports.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).first();
  await settled(view);

  await test.step('a PNG has as many pixels as was asked for', async () => {
    const [wide, high] = sizeOf(await saved(page, view, 'Picture (PNG), 1×'));
    expect(wide).toBeGreaterThan(500);
    expect(high).toBeGreaterThan(300);
    const large = await saved(page, view, 'Picture (PNG), 3×');
    expect(sizeOf(large)).toEqual([3 * wide, 3 * high]);
    expect(large.name).toBe('digits-view.png');
    await expect(said(view)).toContainText('digits-view.png');
  });

  await test.step('an SVG shows the rows on screen', async () => {
    const { name, bytes } = await saved(page, view, 'Picture (SVG)');
    expect(name).toBe('digits-view.svg');
    const source = bytes.toString();
    await page.evaluate(text => {
      const image = new Image();
      image.src = URL.createObjectURL(
        new Blob([text], { type: 'image/svg+xml' })
      );
      return image.decode();
    }, source);
    expect(source).toContain('>dense_1</text>');
    // On the right of their columns: two headings, then the names.
    const texts = [
      ...source.matchAll(/<text[^>]* text-anchor="end"[^>]*>([^<]*)</g)
    ].map(([, text]) => text);
    const drawn = texts.slice(2, 12);
    const { rows } = await readGrid(view, 'dense_1');
    const shown = rows.slice(0, 10).map(cells => cells[0]);
    expect(drawn).toEqual(shown);
  });

  await test.step('a table holds all neurons', async () => {
    const { name, bytes } = await saved(page, view, 'Table (CSV)');
    expect(name).toBe('digits-table.csv');
    const lines = bytes.toString().split('\r\n');
    expect(lines[0]).toContain('layer,position,neuron,name,marked,hidden');
    expect(lines).toHaveLength(1 + 64 + 32 + 1);
  });
});

test('copying says what became of it', async ({ context, page, tmpPath }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const notebook = readFileSync(QUICKSTART, 'utf8');
  await openSaved(page, `${tmpPath}/copies.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).first();
  await settled(view);
  const types = () =>
    page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap(item => item.types)
    );

  await choose(page, view, 'Copy picture');
  await expect(said(view)).toContainText('Picture copied');
  expect(await types()).toEqual(['image/png']);
  await choose(page, view, 'Copy table');
  await expect(said(view)).toContainText('Table copied');
  expect(await types()).toEqual(['text/plain']);

  await page.evaluate(() => {
    navigator.clipboard.writeText = () =>
      Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await choose(page, view, 'Copy SVG');
  const alert = view.getByRole('alert').filter({ hasText: 'refused' });
  await expect(alert).toContainText('save a file instead');
  await alert.getByRole('button', { name: 'Close' }).click();
  await expect(alert).toBeHidden();
});

test('the choice of rows stays, and the keyboard reaches everything', async ({
  page,
  tmpPath
}) => {
  const notebook = readFileSync(QUICKSTART, 'utf8');
  await openSaved(page, `${tmpPath}/rows.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).first();
  await settled(view);
  const button = view.getByRole('button', { name: 'export' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(item(page, 'rows on screen')).toHaveAttribute(
    'aria-checked',
    'true'
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(item(page, 'all rows')).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await expect(button).toBeFocused();
  const { bytes } = await saved(page, view, 'Picture (SVG)');
  expect(bytes.toString()).not.toContain('more</text>');
});

type Saved = { readonly name: string; readonly bytes: Buffer };

async function saved(page: Page, view: Locator, label: string): Promise<Saved> {
  const [file]: [Download, void] = await Promise.all([
    page.waitForEvent('download'),
    choose(page, view, label)
  ]);
  return {
    name: file.suggestedFilename(),
    bytes: readFileSync(await file.path())
  };
}

async function choose(page: Page, view: Locator, label: string): Promise<void> {
  await view.getByRole('button', { name: 'export' }).click();
  await item(page, label).click();
}

function item(page: Page, label: string): Locator {
  return page
    .locator('.nd-Menu')
    .getByText(label, { exact: false })
    .locator('..');
}

function said(view: Locator): Locator {
  return view.locator('.nd-Export').getByRole('status');
}

/** Width and height of a PNG. */
function sizeOf({ bytes }: Saved): [width: number, height: number] {
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}
