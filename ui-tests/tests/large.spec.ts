import type { Locator, Page } from '@playwright/test';
import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import {
  canvasOf,
  choose,
  column,
  gridOf,
  isDrawn,
  press,
  readGrid,
  settled,
  sortBy,
  toggle
} from './view';

const IMPORTS = `
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(5)
`.trim();

/** Six samples, each of a class of its own, so that the values fit into the notebook. */
const WIDE = `
wide = rng.normal(size=(6, 131_072)).astype(np.float32)
nd.Recording.from_arrays({"wide": wide}, labels=np.arange(6)).show(order=nd.by.index(), row_height="roomy")
`.trim();

const LAST = '131071';

test('131,072 neurons are scrolled to their end, gone to and sorted', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/wide.ipynb`, [IMPORTS, WIDE]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const grid = gridOf(view, 'wide');
  const overview = view.locator('.nd-Graph-overview');

  await grid.focus();
  await page.keyboard.press('End');
  await expect(lastName(grid)).toHaveText(LAST);
  await page.keyboard.press('Home');
  await expect(firstName(grid)).toHaveText('0');

  await dragDown(page, overview);
  await expect(lastName(grid)).toHaveText(LAST);
  expect(await isDrawn(canvasOf(view, 'wide'))).toBe(true);
  await dragUp(page, overview);
  await expect(firstName(grid)).toHaveText('0');
  await overview.hover();
  await page.mouse.wheel(0, 220);
  await expect(firstName(grid)).toHaveText('10');

  await goTo(view, '65536');
  await expectActive(grid, '65536');
  await expect(grid).toBeFocused();
  const names = await grid
    .locator('[role="gridcell"]:first-child')
    .allTextContents();
  expect(Math.abs(names.indexOf('65536') - names.length / 2)).toBeLessThan(2);

  // Lanes make the rows together higher than a browser can scroll.
  await press(view, 'Classes: show all');
  await choose(view, 'Classes as', 'lanes');
  await grid.focus();
  await page.keyboard.press('End');
  await expect(lastName(grid)).toHaveText(LAST);
  await page.keyboard.press('ArrowUp');
  await expectActive(grid, '131070');
  await page.keyboard.press('Home');
  await grid.hover();
  await page.mouse.wheel(0, 510);
  await expect(firstName(grid)).toHaveText('10');
  await dragDown(page, overview);
  await expect(lastName(grid)).toHaveText(LAST);

  await sortBy(view, 'median class 3');
  await grid.focus();
  await page.keyboard.press('Home');
  const first = await evaluate<number[]>(
    page,
    'np.argsort(-wide[3].astype(float), kind="stable")[:3].tolist()'
  );
  const sorted = await grid
    .locator('[role="gridcell"]:first-child')
    .allTextContents();
  expect(sorted.slice(0, 3)).toEqual(first.map(String));
});

test('going to a neuron that is not there, or not shown, says so', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/named.ipynb`, [
    IMPORTS,
    'nd.Recording.from_arrays({"a": rng.normal(size=(6, 40))}, labels=np.arange(6) % 2, neuron_names={"a": [f"unit {k}" for k in range(40)]}).show(order=nd.by.index(), hide={"a": [7]})'
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const grid = gridOf(view, 'a');
  const message = view.locator('.nd-Jump-message');

  await goTo(view, 'UNIT 31');
  await expectActive(grid, 'unit 31');
  await goTo(view, 'nothing');
  await expect(message).toHaveText('No neuron “nothing”');
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();
  await expect(message).toBeEmpty();

  await press(view, 'More options');
  await choose(view, 'Hidden neurons', 'left out');
  await goTo(view, 'unit 7');
  await expect(message).toHaveText('“unit 7” is not shown: it is hidden');
  await page.keyboard.press('Escape');
  await press(view, 'Show marked neurons only');
  await view.getByRole('button', { name: 'Go to a neuron' }).click();
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await expect(message).toHaveText('“unit 3” is not shown: marked only');
});

test('among a thousand classes some are found, shown, and sorted by', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/classes.ipynb`, [
    IMPORTS,
    `
many = rng.normal(size=(3000, 12))
nd.Recording.from_arrays({"a": many}, labels=np.arange(3000) % 1000)`.trim()
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const classes = view.getByRole('group', { name: 'Classes', exact: true });
  const items = classes.getByRole('listitem');
  expect(await items.count()).toBeLessThan(60);
  await expect(items.first()).toHaveAttribute('aria-setsize', '1000');

  const filter = classes.getByRole('searchbox', { name: 'Filter Classes' });
  await filter.fill('CLASS 777');
  await expect(items).toHaveCount(1);
  await toggle(view, 'Classes', 'class 777').check();
  await settled(view);
  await expect(view.locator('.nd-Legend')).toContainText('class 777');
  await filter.fill('');
  // On top of the list, what was used last.
  await expect(items.first()).toHaveText(/class 777/);
  await classes
    .getByRole('button', { name: 'Classes: list those that are shown' })
    .click();
  await expect(classes.getByRole('checkbox')).toHaveCount(3);
  // What is not shown any more leaves this list.
  await toggle(view, 'Classes', 'class 0').click();
  await expect(classes.getByRole('checkbox')).toHaveCount(2);

  const sort = view.getByRole('combobox', { name: 'Sort by', exact: true });
  await sort.fill('class 777');
  await view.getByRole('option', { name: 'median class 777' }).click();
  await settled(view);
  await expect(sort).toHaveValue('median class 777');
  const wanted = await evaluate<number[]>(
    page,
    'np.argsort(-np.median(many[777::1000], axis=0), kind="stable").tolist()'
  );
  const { rows, heads } = await readGrid(view, 'a');
  expect(column({ rows, heads }, 'Neuron')).toEqual(wanted.map(String));
});

/** As a person does by keyboard. */
async function goTo(view: Locator, text: string): Promise<void> {
  const page = view.page();
  await view.getByRole('grid').first().focus();
  await page.keyboard.press('g');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function dragDown(page: Page, overview: Locator): Promise<void> {
  const box = await boxOf(overview);
  await drag(page, box.x + 10, box.y + 5, box.y + box.height - 1);
}

async function dragUp(page: Page, overview: Locator): Promise<void> {
  const box = await boxOf(overview);
  await drag(page, box.x + 10, box.y + box.height - 5, box.y);
}

async function drag(
  page: Page,
  x: number,
  from: number,
  to: number
): Promise<void> {
  await page.mouse.move(x, from);
  await page.mouse.down();
  await page.mouse.move(x, (from + to) / 2);
  await page.mouse.move(x, to);
  await page.mouse.up();
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) {
    throw new Error('nothing to drag');
  }
  return box;
}

function firstName(grid: Locator): Locator {
  return grid.locator('[role="gridcell"]:first-child').first();
}

function lastName(grid: Locator): Locator {
  return grid.locator('[role="gridcell"]:first-child').last();
}

/** Wait until keys act on the row of this name. */
async function expectActive(grid: Locator, name: string): Promise<void> {
  await expect
    .poll(() =>
      grid.evaluate(node => {
        const id = node.getAttribute('aria-activedescendant') ?? '';
        const row = document.getElementById(id);
        return row?.querySelector('[role="gridcell"]')?.textContent;
      })
    )
    .toBe(name);
}
