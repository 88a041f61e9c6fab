import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  runAll,
  waitForViews,
  WITHOUT_WAITING
} from './nd';
import { PICTURES, SHOW } from './samples';
import { column, detailOf, gridOf, readGrid, settled, written } from './view';

const LAYER = 'dense_1';

/** Its value in each row of the graph, top to bottom, as the view's grid has it. */
async function valuesIn(view: Locator, name: string): Promise<string[]> {
  return column(await readGrid(view, LAYER), `Value of ${name}`);
}

test('a click on an image makes its sample an instance of the view, kept with it', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(180_000);
  await openNotebook(page, `${tmpPath}/added.ipynb`, [PICTURES, SHOW]);
  await runAll(page);
  let view = (await waitForViews(page)).first();
  await settled(view);
  const cards = (of: Locator) =>
    of.getByRole('group', { name: 'Instances', exact: true });
  const names = column(await readGrid(view, LAYER), 'Neuron');
  const detail = detailOf(view);
  await gridOf(view, LAYER).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const tiles = detail
    .getByRole('group', { name: 'dog', exact: true })
    .getByRole('button');
  // The output carries the pictures: they are small.
  await expect(tiles.first().locator('canvas')).toBeVisible();
  const [sample, other] = await evaluate<[number, number]>(
    page,
    `(lambda r: r[np.argsort(-layers["${LAYER}"][r, ${names[1]}], kind="stable")][:2].tolist())(np.flatnonzero(labels == 1))`
  );
  const name = `sample ${sample}`;

  await test.step('by keyboard, and the focus stays', async () => {
    const [first, second] = [tiles.nth(0), tiles.nth(1)];
    await expect(first).toHaveAccessibleName(new RegExp(`^${name} · dog`));
    await expect(first).toHaveAttribute('aria-pressed', 'false');
    await first.focus();
    await page.keyboard.press('Enter');
    await expect(first).toHaveAttribute('aria-pressed', 'true');
    await expect(first).toBeFocused();
    await second.click();
    await expect(second).toHaveAttribute('aria-pressed', 'true');
    await expect(detail.locator('.nd-Detail-values')).toContainText(
      `sample ${other}`
    );
    await second.click();
    await expect(second).toHaveAttribute('aria-pressed', 'false');
    await expect(detail.locator('.nd-Detail-values')).not.toContainText(
      `sample ${other}`
    );
  });

  await test.step('its values are those of the recording, and it is sorted by', async () => {
    await page.keyboard.press('Escape');
    await settled(view);
    const rows = column(await readGrid(view, LAYER), 'Neuron').map(Number);
    const known = await evaluate<(number | 'inf' | null)[]>(
      page,
      `plain(layers["${LAYER}"][${sample}].astype(float))`
    );
    expect(await valuesIn(view, name)).toEqual(
      rows.map(neuron => written(known[neuron] ?? null))
    );
    const by = view.getByRole('combobox', { name: 'Sort by' });
    await by.selectOption({ label: name });
    await settled(view);
    const finite = (await valuesIn(view, name))
      .map(text => Number(text.replace('−', '-')))
      .filter(Number.isFinite);
    expect(finite).toEqual([...finite].sort((a, b) => b - a));
  });

  const card = cards(view).getByRole('checkbox', { name, exact: true });
  await test.step('it has a card like any instance', async () => {
    await expect(card).toBeChecked();
    const room = cards(view).locator('.nd-CardRoom');
    await expect(room).toContainText('dog');
    const brightness = await room
      .locator('canvas')
      .evaluate(
        node =>
          (node as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 1, 1)
            .data[0]
      );
    expect(brightness).toBe(sample);
    await card.uncheck();
    await settled(view);
    expect((await readGrid(view, LAYER)).heads).not.toContain(
      `Value of ${name}`
    );
    await card.check();
  });

  await test.step('it is there again after a reload, and gone when it is removed', async () => {
    await settled(view);
    const before = await valuesIn(view, name);
    await page.notebook.save();
    await page.reload(WITHOUT_WAITING);
    view = (await waitForViews(page)).first();
    await settled(view);
    expect(await valuesIn(view, name)).toEqual(before);
    const remove = cards(view).getByRole('button', {
      name: `Remove sample ${sample} from the view`
    });
    await remove.click();
    await settled(view);
    await expect(remove).toHaveCount(0);
    expect((await readGrid(view, LAYER)).heads).not.toContain(
      `Value of ${name}`
    );
    await expect(view.getByRole('combobox', { name: 'Sort by' })).toHaveValue(
      ''
    );
    await page.keyboard.press('Control+z');
    await settled(view);
    expect(await valuesIn(view, name)).toEqual(before);
  });
});
