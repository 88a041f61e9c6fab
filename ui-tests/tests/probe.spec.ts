import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from './base';
import { foreign, trust } from './carriers';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import { runInPalette } from './panels';
import {
  CHANGED,
  expectSaid,
  FIXTURES,
  follows,
  MODEL,
  paintPixel,
  pictureOf,
  probeOf,
  saidOf,
  SHOW,
  type Forward
} from './probes';
import { closeTab, openSaved, panelState, saveAndRead } from './saved';
import {
  ATTACKED,
  axisOf,
  canvasOf,
  column,
  detailOf,
  fingerprint,
  gridOf,
  inkOf,
  readGrid,
  ringsOf,
  rowAt,
  settled,
  toggle
} from './view';

/** What is asked of the network from now on. */
function watchRequests(page: IJupyterLabPageFixture): string[] {
  const asked: string[] = [];
  page.on('request', request => {
    const { origin, pathname } = new URL(request.url());
    asked.push(
      origin === new URL(page.url()).origin ? pathname : request.url()
    );
  });
  return asked;
}

const OURS = '/lab/extensions/neuraldivergence/';

function wasmIn(asked: readonly string[]): ReadonlySet<string> {
  return new Set(asked.filter(url => url.endsWith('.wasm')));
}

test('pixels are painted, and the dots are where the kernel has them', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  const asked = watchRequests(page);
  await openNotebook(page, `${tmpPath}/probe.ipynb`, [MODEL, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  await page.waitForLoadState('networkidle');
  const probe = probeOf(view);
  const picture = pictureOf(view);
  const cards = view.getByRole('group', { name: 'Instances', exact: true });

  await test.step('until it is opened nothing of it is loaded; then from this server alone', async () => {
    const early = [...asked];
    expect(wasmIn(early).size).toBeLessThanOrEqual(1);
    await cards
      .getByRole('button', { name: /^Change pixels of/ })
      .first()
      .click();
    await follows(probe);
    const loaded = asked.slice(early.length);
    for (const kind of ['.js', '.wasm']) {
      const files = loaded.filter(url => url.endsWith(kind));
      expect(files.filter(url => !early.includes(url))).not.toEqual([]);
      expect(files.filter(url => !url.startsWith(OURS))).toEqual([]);
    }
  });

  await test.step('unchanged, the dots are those of the recording', async () => {
    await expectSaid(view, await evaluate(page, 'forward()'));
  });

  await test.step('a click paints a pixel', async () => {
    const beneath = await fingerprint(canvasOf(view, 'fc1'));
    await paintPixel(picture, 4, 7);
    await expect(probe).toContainText('1 pixel changed');
    await expect(probe).toContainText('row 4, column 7: 255, 255, 0');
    const wanted = await evaluate<Forward>(
      page,
      'forward((4, 7, 255, 255, 0))'
    );
    await expectSaid(view, wanted);
    // On a canvas of their own, where the axis says, over what does not change.
    const grid = await readGrid(view, 'fc1');
    const { xOf } = await axisOf(view, 'fc1');
    const values = column(grid, `Value of ${CHANGED}`);
    for (const row of [0, 1, 2]) {
      const { x } = await inkOf(
        ringsOf(view, 'fc1'),
        ATTACKED,
        await rowAt(view, 'fc1', row)
      );
      const value = Number(values[row].replace('\u2212', '-'));
      expect(Math.abs(x - xOf(value))).toBeLessThan(1.5);
    }
    expect(await fingerprint(canvasOf(view, 'fc1'))).toBe(beneath);
    await screenshots(page, view, 'probe');
  });

  await test.step('by keyboard: undo, move, a larger brush, paint', async () => {
    await picture.focus();
    await page.keyboard.press('Control+z');
    await expect(probe).toContainText('0 pixels changed');
    await page.keyboard.press('ArrowRight');
    await probe
      .getByRole('combobox', { name: 'Size of the brush' })
      .selectOption('2');
    await picture.focus();
    await page.keyboard.press('Enter');
    await expect(probe).toContainText('4 pixels changed');
    const [, row, column] = /row (\d+), column (\d+)/.exec(
      (await probe.textContent())!
    )!;
    const square = `[(${row} + r, ${column} + c, 255, 255, 0) for r in (0, 1) for c in (0, 1)]`;
    const wanted = await evaluate<Forward>(page, `forward(*${square})`);
    await expectSaid(view, wanted);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await expect(probe).toContainText('4 pixels changed');
  });

  await test.step('the whole picture is brighter, in one step', async () => {
    await probe.getByRole('button', { name: /^The picture as it was/ }).click();
    await probe
      .getByRole('combobox', { name: 'Change of the whole picture' })
      .selectOption('brightness');
    const slider = probe.getByRole('slider', { name: 'brightness' });
    await slider.focus();
    for (let key = 0; key < 3; key++) {
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('End');
    await expect(probe.locator('.nd-Probe-moved')).toContainText(/fc1.*σ/);
    const wanted = await evaluate<Forward>(page, 'forward(add=128)');
    await expectSaid(view, wanted);
    await screenshots(page, view, 'probe-brighter');
    await picture.focus();
    await page.keyboard.press('Control+z');
    await expect(probe).toContainText('0 pixels changed');
    await expect(slider).toHaveValue('0');
  });

  await test.step('rows are sorted by it, and by how far it is from a class', async () => {
    const said = await saidOf(view);
    await view
      .getByRole('combobox', { name: 'Sort by', exact: true })
      .selectOption({ label: CHANGED });
    await settled(view);
    const sorted = column(await readGrid(view, 'fc1'), 'Neuron').map(Number);
    const byValue = [...said.fc1.keys()].sort(
      (a, b) => said.fc1[b]! - said.fc1[a]! || a - b
    );
    expect(sorted).toEqual(byValue);
  });

  await test.step('Escape closes it, the focus goes back, and its dots are gone', async () => {
    await picture.focus();
    await page.keyboard.press('Escape');
    await expect(probe).toBeHidden();
    await expect(
      cards.getByRole('button', { name: /^Change pixels of/ }).first()
    ).toBeFocused();
    await settled(view);
    expect((await readGrid(view, 'fc1')).heads).not.toContain(
      `Value of ${CHANGED}`
    );
    await expect(
      view.getByRole('combobox', { name: 'Sort by', exact: true })
    ).toHaveValue('');
  });

  await test.step('P opens it for the card that has the focus, and closes it', async () => {
    await toggle(view, 'Instances', 'five attacked').focus();
    await page.keyboard.press('p');
    await expect(probe).toBeVisible();
    await expect(
      probe.getByRole('combobox', { name: 'Whose picture' })
    ).toHaveValue('a0');
    await follows(probe);
    await page.keyboard.press('p');
    await expect(probe).toBeHidden();
    await expect(toggle(view, 'Instances', 'five attacked')).toBeFocused();
  });

  await test.step('a sample in the detail of a neuron', async () => {
    await gridOf(view, 'fc1').focus();
    await page.keyboard.press('Enter');
    const tile = detailOf(view).locator('.nd-Tile').first();
    const name = /sample \d+/.exec(
      (await tile.getAttribute('aria-label'))!
    )![0];
    await tile.focus();
    await page.keyboard.press('p');
    await follows(probe);
    await expect(pictureOf(view)).toHaveAccessibleName(new RegExp(name));
    await expect(toggle(view, 'Instances', name)).toBeChecked();
    const changed = detailOf(view).locator('.nd-Legend-entry').last();
    await expect(changed).toContainText(`${name}, changed here`);
    await expect(changed.locator('.nd-mod-ring')).toBeVisible();
  });
});

test('an untrusted notebook runs no model; once trusted it does, without a kernel', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  const first = `${tmpPath}/made.ipynb`;
  await openNotebook(page, first, [
    `import neuraldivergence as nd\nrec = nd.load(${JSON.stringify(`${FIXTURES}/model.torch.ndiv`)})`,
    SHOW
  ]);
  await runAll(page);
  await settled((await waitForViews(page)).first());
  await saveAndRead(page, first);
  const second = `${tmpPath}/sent.ipynb`;
  const text = await foreign(page, first);
  await closeTab(page, 'made.ipynb');
  const asked = watchRequests(page);
  await openSaved(page, second, text);
  const view = (await waitForViews(page)).first();
  await settled(view);
  expect(await panelState(page)).toMatchObject({
    kernel: false,
    trusted: false
  });
  await view.getByRole('button', { name: 'probe', exact: true }).click();
  await expect(probeOf(view)).toContainText('once the notebook is trusted');
  // The functions for activations, and nothing of a model.
  expect(wasmIn(asked).size).toBeLessThanOrEqual(1);
  await trust(page);
  await follows(probeOf(view));

  await test.step('in a docked panel, in narrow width', async () => {
    await runInPalette(page, 'Open Probe Panel');
    const docked = page.locator('.nd-Docked.nd-mod-probe');
    await follows(docked);
    // One probe: what is painted here moves the dots there.
    await docked.getByRole('application').focus();
    await page.keyboard.press('Enter');
    await expect(probeOf(view)).toContainText('1 pixel changed');
    await screenshots(
      page,
      page.locator('#jp-main-content-panel'),
      'probe-docked'
    );
  });
});
