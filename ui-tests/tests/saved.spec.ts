import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { setTheme, waitForViews } from './nd';
import type { Output } from './saved';
import {
  DATA,
  DESCRIPTOR,
  openSaved,
  panelState,
  QUICKSTART,
  quickstartOutputs,
  saveAndRead,
  savedNotebook
} from './saved';
import {
  BENIGN,
  canvasOf,
  fingerprint,
  inkOf,
  isDrawn,
  settled,
  toggle
} from './view';

test('a saved, untrusted notebook shows its views without a kernel and is left unchanged', async ({
  page,
  tmpPath
}) => {
  const notebook = readFileSync(QUICKSTART, 'utf8');
  const file = `${tmpPath}/saved.ipynb`;
  await openSaved(page, file, notebook);
  const view = (await waitForViews(page, 3)).first();
  await expectDrawn(view);
  expect(await panelState(page)).toEqual({
    kernel: false,
    dirty: false,
    trusted: false
  });
  await toggle(view, 'Classes', '0').check();
  await settled(view);
  // A change by the user is kept.
  await expect.poll(async () => (await panelState(page)).dirty).toBe(true);

  await test.step('a theme repaints it', async () => {
    const canvas = canvasOf(view, 'dense_1');
    const light = await fingerprint(canvas);
    expect((await inkOf(canvas, BENIGN)).count).toBeGreaterThan(20);
    await expect(view).toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await setTheme(page, 'dark');
    await expect.poll(() => fingerprint(canvas)).not.toBe(light);
    await expect(view).not.toHaveCSS('background-color', 'rgb(255, 255, 255)');
    await expect
      .poll(async () => (await inkOf(canvas, '#ffffff')).count)
      .toBeGreaterThan(20);
    await setTheme(page, 'light');
    await expect.poll(() => fingerprint(canvas)).toBe(light);
    await expect(view).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  });

  await test.step('narrow and wide windows leave it usable', async () => {
    await page.sidebar.close('left');
    await view.getByRole('button', { name: 'More options' }).click();
    for (const width of [600, 2000, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await view.scrollIntoViewIfNeeded();
      await settled(view);
      await expectNoOverlap(view);
      for (const layer of ['dense_1', 'dense_2']) {
        await expect
          .poll(async () => (await canvasOf(view, layer).boundingBox())!.width)
          .toBeGreaterThan(200);
        expect(await isDrawn(canvasOf(view, layer))).toBe(true);
      }
      // What does not fit can be scrolled to.
      await canvasOf(view, 'dense_2').hover({ position: { x: 100, y: 20 } });
      await expect(page.locator('.nd-Hover')).toBeInViewport();
    }
  });
});

test('many views in one notebook are all drawn in every windowing mode', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  const outputs = quickstartOutputs();
  const text = savedNotebook([...outputs, ...outputs], 30);
  for (const mode of ['none', 'defer', 'full', 'contentVisibility']) {
    await test.step(mode, async () => {
      await page.evaluate(async windowingMode => {
        const settings = (await window.galata.getPlugin(
          '@jupyterlab/apputils-extension:settings' as never
        )) as unknown as {
          set(plugin: string, key: string, to: unknown): Promise<void>;
        };
        await settings.set(
          '@jupyterlab/notebook-extension:tracker',
          'windowingMode',
          windowingMode
        );
      }, mode);
      await openSaved(page, `${tmpPath}/${mode}.ipynb`, text);
      const order = [0, 5, 2, 0];
      for (const cell of order) {
        await page.evaluate(async index => {
          const panel = window.galata.app.shell.currentWidget as unknown as {
            content: { scrollToItem(at: number, align: string): Promise<void> };
          };
          await panel.content.scrollToItem(2 * index, 'start');
        }, cell);
        const output = page
          .locator(
            `.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="${2 * cell}"] .nd-Output`
          )
          .first();
        // Where heights are estimated, the place reached is only near.
        await output.scrollIntoViewIfNeeded();
        const view = output.locator('.nd-View');
        await expectDrawn(view);
      }
    });
  }
});

test('damaged data and a future version are named on a card, and saved as they were', async ({
  page,
  tmpPath
}) => {
  const [good] = quickstartOutputs();
  const data = good.data[DATA] as string;
  const descriptor = good.data[DESCRIPTOR] as Record<string, unknown>;
  const broken = (change: Record<string, unknown>): Output => ({
    ...good,
    data: { ...good.data, ...change }
  });
  const cases: readonly [RegExp, Output][] = [
    [
      /unknown version: 2/,
      broken({ [DESCRIPTOR]: { ...descriptor, version: 2, future: [1] } })
    ],
    [/data/, broken({ [DATA]: data.slice(0, data.length >> 1) })],
    [/data/, broken({ [DATA]: `!${data.slice(1)}` })],
    [/data/, broken({ [DATA]: 7 })],
    [/id/, broken({ [DESCRIPTOR]: { ...descriptor, id: 'no' } })],
    [/format/, broken({ [DESCRIPTOR]: { hello: 'world' } })]
  ];
  const file = `${tmpPath}/damaged.ipynb`;
  const outputs = [...cases.map(([, output]) => output), good];
  await openSaved(page, file, savedNotebook(outputs));
  const cards = page.getByRole('alert').filter({ visible: true });
  for (const [k, [what]] of cases.entries()) {
    const output = page.locator('.jp-OutputArea-output').nth(k);
    await output.scrollIntoViewIfNeeded();
    const card = output.getByRole('alert');
    await expect(card).toContainText('NeuralDivergence cannot show this');
    await expect(card.locator('.nd-Error-what')).toHaveText(what);
    await expect(card.locator('.nd-Error-advice')).not.toBeEmpty();
  }
  await expect(cards).toHaveCount(cases.length);
  const output = page.locator('.nd-Output').last();
  await output.scrollIntoViewIfNeeded();
  await expectDrawn(output.locator('.nd-View'));
  expect(await saveAndRead(page, file)).toEqual(outputs);
});

async function expectDrawn(view: Locator): Promise<void> {
  await expect(view).toBeAttached();
  await view.scrollIntoViewIfNeeded();
  const canvases = await view.locator('.nd-Graph-canvas').all();
  expect(canvases.length).toBe(2);
  for (const canvas of canvases) {
    await expect.poll(() => isDrawn(canvas)).toBe(true);
  }
}

/** No two controls of the toolbar overlap, and none leaves the view. */
async function expectNoOverlap(view: Locator): Promise<void> {
  const outer = (await view.boundingBox())!;
  const boxes: { x: number; y: number; width: number; height: number }[] = [];
  for (const control of await view
    .getByRole('toolbar')
    .locator('button:visible, select:visible')
    .all()) {
    boxes.push((await control.boundingBox())!);
  }
  expect(boxes.length).toBeGreaterThan(15);
  for (const [k, a] of boxes.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(outer.x);
    expect(a.x + a.width).toBeLessThanOrEqual(outer.x + outer.width + 0.5);
    for (const b of boxes.slice(k + 1)) {
      const apart =
        a.x + a.width <= b.x + 0.5 ||
        b.x + b.width <= a.x + 0.5 ||
        a.y + a.height <= b.y + 0.5 ||
        b.y + b.height <= a.y + 0.5;
      expect(apart, `${JSON.stringify(a)} over ${JSON.stringify(b)}`).toBe(
        true
      );
    }
  }
}
