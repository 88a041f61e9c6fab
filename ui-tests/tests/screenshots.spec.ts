import { mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './base';
import type { Theme } from './nd';
import { setTheme, waitForViews } from './nd';
import { openSaved, QUICKSTART } from './saved';
import { choose, settled } from './view';

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
  await output.evaluate(node => {
    node.style.minWidth = node.style.maxWidth = '1200px';
    node.style.height = '560px';
  });
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
