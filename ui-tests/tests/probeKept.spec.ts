import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { foreign } from './carriers';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import { expectQuiet, openPage, viewOf } from './pages';
import {
  expectSaid,
  follows,
  MODEL,
  paintPixel,
  pictureOf,
  probeOf,
  SHOW,
  type Forward
} from './probes';
import { closeTab, openSaved, panelState, saveAndRead } from './saved';
import { column, itemOf, readGrid, settled, toggle } from './view';

const NAME = 'five, changed';

/** The values of the kept picture in a graph, by neuron. */
async function valuesIn(view: Locator): Promise<readonly number[]> {
  const grid = await readGrid(view, 'fc1');
  const neurons = column(grid, 'Neuron').map(Number);
  const values = column(grid, `Value of ${NAME}`).map(text =>
    Number(text.replace('\u2212', '-'))
  );
  return neurons.map((_, neuron) => values[neurons.indexOf(neuron)]!);
}

/** Its values are those of a forward pass, within 1e-4 of the largest. */
async function expectValues(view: Locator, wanted: Forward): Promise<void> {
  const values = await valuesIn(view);
  const most = Math.max(...wanted.fc1.map(Math.abs));
  wanted.fc1.forEach((value, neuron) =>
    expect(Math.abs(values[neuron]! - value)).toBeLessThan(1e-4 * most)
  );
}

/** It has a card beside its original, with its picture and its pair. */
async function expectCard(view: Locator): Promise<void> {
  const card = itemOf(view, 'Instances', NAME);
  await expect(card).toContainText('1 pixel changed');
  await expect(card.locator('.nd-Ring')).toHaveCount(1);
  await expect(toggle(view, 'Instances', NAME)).toBeChecked();
  const names = await view
    .getByRole('group', { name: 'Instances', exact: true })
    .locator('.nd-Item-name')
    .allTextContents();
  expect(names).toEqual(['five benign', NAME, 'five attacked']);
}

test('a changed picture is kept as attacked: saved, read without a kernel, exported', async ({
  page,
  tmpPath,
  browser
}, testInfo) => {
  test.setTimeout(240_000);
  const file = `${tmpPath}/made.ipynb`;
  await openNotebook(page, file, [MODEL, SHOW]);
  await runAll(page);
  let view = (await waitForViews(page)).first();
  await settled(view);
  await view.getByRole('button', { name: 'probe', exact: true }).click();
  const probe = probeOf(view);
  await follows(probe);
  const keep = probe.getByRole('button', { name: 'Keep as attacked' });
  const form = probe.getByRole('form', { name: 'New attacked instance' });

  await test.step('once it is changed, by keyboard, under a name', async () => {
    await expect(keep).toHaveAttribute('aria-disabled', 'true');
    await expect(probe).toContainText('once the picture is changed');
    await paintPixel(pictureOf(view), 4, 7);
    const wanted = await evaluate<Forward>(
      page,
      'forward((4, 7, 255, 255, 0))'
    );
    await expectSaid(view, wanted);
    await expect(keep).toHaveAttribute('aria-disabled', 'false');
    await keep.focus();
    await page.keyboard.press('Enter');
    await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue(NAME);
    await page.keyboard.press('Enter');
    await expect(keep).toBeFocused();
    await expect(probe).toContainText(`kept as “${NAME}”`);
    await expectCard(view);
    await screenshots(page, view, 'probe-kept');
    await pictureOf(view).focus();
    await page.keyboard.press('Escape');
    await expectValues(view, wanted);
  });

  await test.step('undone and done again, taken away and back', async () => {
    const check = toggle(view, 'Instances', NAME);
    await toggle(view, 'Instances', 'five benign').focus();
    await page.keyboard.press('Control+z');
    await expect(check).toHaveCount(0);
    await page.keyboard.press('Control+Shift+z');
    await expectCard(view);
    await view
      .getByRole('button', { name: `Remove “${NAME}” from the view` })
      .click();
    await expect(check).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expectCard(view);
    await view
      .getByRole('combobox', { name: 'Sort by', exact: true })
      .selectOption({ label: NAME });
    await settled(view);
  });

  const values = await valuesIn(view);
  await test.step('a page of its own shows it', async () => {
    const download = page.waitForEvent('download');
    await view.getByRole('button', { name: 'export' }).click();
    await page.getByRole('menuitem', { name: 'Page (HTML)…' }).click();
    const html = testInfo.outputPath('kept.html');
    await (await download).saveAs(html);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 }
    });
    const other = await context.newPage();
    const deeds = await openPage(other, html);
    const onPage = viewOf(other);
    await settled(onPage);
    expect(await valuesIn(onPage)).toEqual(values);
    await expectCard(onPage);
    expectQuiet(deeds);
    await context.close();
  });

  await test.step('and a notebook that was sent, which has no kernel and is not trusted', async () => {
    await saveAndRead(page, file);
    const text = await foreign(page, file);
    await closeTab(page, 'made.ipynb');
    await openSaved(page, `${tmpPath}/sent.ipynb`, text);
    view = (await waitForViews(page)).first();
    await settled(view);
    expect(await panelState(page)).toMatchObject({
      kernel: false,
      trusted: false
    });
    expect(await valuesIn(view)).toEqual(values);
    await expectCard(view);
    await expect(
      view.getByRole('combobox', { name: 'Sort by', exact: true })
    ).toHaveValue(JSON.stringify({ instance: 'kept:1' }));
  });
});

test('one that Python gives without activations has dots once a probe is opened', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(180_000);
  const kept = '{"of": "five benign", "pixels": [[4, 7, 255, 255, 0]]}';
  await openNotebook(page, `${tmpPath}/given.ipynb`, [
    MODEL,
    SHOW.replace('rec.show(', `rec.show(kept=[${kept}], `)
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  await expectCard(view);
  const lack = itemOf(view, 'Instances', NAME).getByText(
    'no dots until a probe is opened'
  );
  await expect(lack).toBeVisible();
  expect((await valuesIn(view)).every(Number.isNaN)).toBe(true);
  await toggle(view, 'Instances', 'five benign').focus();
  await page.keyboard.press('p');
  await follows(probeOf(view));
  await expect(lack).toBeHidden();
  const wanted = await evaluate<Forward>(page, 'forward((4, 7, 255, 255, 0))');
  await expectValues(view, wanted);
});
