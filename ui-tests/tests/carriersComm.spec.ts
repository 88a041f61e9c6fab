import { expect, test } from './base';
import {
  chooseMembers,
  expectMedians,
  membersOf,
  noticeOf,
  optionOf,
  send,
  RECORDING,
  sentenceOf,
  viewIn,
  watchComms,
  watchFiles,
  withKernel
} from './carriers';
import { evaluate, openNotebook, runAll, runCell, WITHOUT_WAITING } from './nd';
import { column, readGrid, settled, toggle, written } from './view';

const SHOW_COMM =
  'recording.show(source="comm", layers=["dense_2"], classes=["cat", "dog"])';

/** `large`: 100 MB, its samples in the order of their labels. */
const LARGE = `
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(5)
large_labels = np.repeat(np.arange(4), 5000)
large = nd.Recording.from_arrays(
    {
        "one": rng.standard_normal((20000, 1200), dtype=np.float32) + large_labels[:, None]
    },
    labels=large_labels, predictions=np.where(rng.random(20000) < 0.1, 0, large_labels),
    class_names=["cat", "dog", "frog", "ship"], name="Large",
)
`.trim();

const SHOW_LARGE =
  'large.show(source="comm", layers=["one"], classes=["cat", "dog"])';

test('values in the kernel are asked for when they are needed, also after its restart', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  const comms = watchComms(page);
  await openNotebook(page, `${tmpPath}/comm.ipynb`, [RECORDING, SHOW_COMM]);
  const files = watchFiles(page);
  await runAll(page);
  const view = await viewIn(page);
  await expect(sentenceOf(view)).toContainText(
    'summary in the notebook, all values in the kernel'
  );
  expect(comms.filter(type => type === 'comm_open')).toHaveLength(1);

  await test.step('members by predicted label come from there', async () => {
    await chooseMembers(view, 'by predicted label');
    await expectMedians(page, view, 'dense_2', 'prediction');
    expect(comms.filter(type => type === 'comm_msg').length).toBeGreaterThan(1);
    expect(files).toEqual([]);
  });

  await test.step('they come while a cell runs', async () => {
    await send(page, 'import time; time.sleep(8)');
    await chooseMembers(view, 'by true label');
    await toggle(view, 'Layers', 'dense_1').check();
    await chooseMembers(view, 'correctly classified');
    await expect(view.locator('.nd-Graph[aria-busy="true"]')).toHaveCount(0, {
      timeout: 6000
    });
    await toggle(view, 'Layers', 'dense_1').uncheck();
    await expectMedians(page, view, 'dense_2', 'correct');
  });

  await test.step('a connection that is made anew loses nothing', async () => {
    await withKernel(page, 'reconnect');
    await chooseMembers(view, 'by true label');
    await toggle(view, 'Classes', 'frog').check();
    await chooseMembers(view, 'by predicted label');
    await expectMedians(page, view, 'dense_2', 'prediction');
    await expect(noticeOf(view)).toHaveCount(0);
  });

  await test.step('after a restart the view stays, and says what to do', async () => {
    const before = await readGrid(view, 'dense_2');
    await withKernel(page, 'restart');
    await expect(noticeOf(view)).toContainText(
      'The kernel does not hold the values of this output. Run the cell again.'
    );
    await settled(view);
    expect(await readGrid(view, 'dense_2')).toEqual(before);
    await noticeOf(view).getByRole('button', { name: 'Try again' }).click();
    await expect(noticeOf(view)).toContainText('does not hold');
    await expect(view.getByRole('alert')).toHaveCount(0);
  });

  await test.step('running the cells again brings them back', async () => {
    await runAll(page);
    const again = await viewIn(page);
    await expect(sentenceOf(again)).toContainText('all values in the kernel');
    await expect(noticeOf(again)).toHaveCount(0);
    await chooseMembers(again, 'correctly classified');
    await expectMedians(page, again, 'dense_2', 'correct');
  });

  await test.step('so does a reload of the page with its kernel', async () => {
    await page.evaluate(async () => {
      await window.galata.app.commands.execute('docmanager:save');
    });
    // The layout is remembered a moment later.
    await page.waitForTimeout(1500);
    await page.reload(WITHOUT_WAITING);
    const again = await viewIn(page);
    await expect(sentenceOf(again)).toContainText('all values in the kernel');
    await expect(again.getByLabel('Class members')).toHaveValue('correct');
    await expectMedians(page, again, 'dense_2', 'correct');
  });
});

test('a kernel that dies while values stream leaves the last view, and says so', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  await openNotebook(page, `${tmpPath}/dies.ipynb`, [LARGE, SHOW_LARGE]);
  await runAll(page);
  const view = await viewIn(page);
  await expect(optionOf(view, 'prediction')).not.toHaveAttribute('disabled');
  const before = await readGrid(view, 'one');
  const members = await membersOf(view);
  await members.selectOption('prediction');
  await expect(view.locator('.nd-Progress')).toBeVisible();
  await expect(view.locator('.nd-Progress')).toContainText(/Reading one/);
  await send(page, 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)');
  await expect(noticeOf(view)).toContainText('Run the cell again.');
  await expect(view.getByLabel('Class members')).toHaveValue('label');
  await expect(view.locator('.nd-Progress')).toBeHidden();
  await settled(view);
  expect(await readGrid(view, 'one')).toEqual(before);
  await page
    .locator('.jp-Dialog')
    .getByRole('button')
    .last()
    .click({ timeout: 5000 })
    .catch(() => undefined);
  await runCell(page, 0);
  await runCell(page, 1);
  const again = await viewIn(page);
  await chooseMembers(again, 'by predicted label');
  await settled(again);
  await expect(again.getByLabel('Class members')).toHaveValue('prediction');
  await expect(noticeOf(again)).toHaveCount(0);
});

test('a connection that breaks while values stream is made anew, and nothing is lost', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  await page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }

      /** Into a broken connection everything goes, and nothing arrives. */
      override send(data: Parameters<WebSocket['send']>[0]) {
        if (this.readyState === WebSocket.OPEN) {
          super.send(data);
        }
      }
    };
    window.addEventListener('cut', () =>
      sockets
        .filter(({ url }) => url.includes('/channels'))
        .forEach(socket => socket.close(4000, 'cut'))
    );
  });
  await page.reload();
  const comms = watchComms(page);
  await openNotebook(page, `${tmpPath}/cut.ipynb`, [LARGE, SHOW_LARGE]);
  await runAll(page);
  const view = await viewIn(page);
  await expect(optionOf(view, 'prediction')).not.toHaveAttribute('disabled');
  const opened = () => comms.filter(type => type === 'comm_open').length;
  expect(opened()).toBe(1);
  const members = await membersOf(view);
  await members.selectOption('prediction');
  await expect(view.locator('.nd-Progress')).toContainText(/Reading one/);
  await page.evaluate(() => window.dispatchEvent(new Event('cut')));
  await expect(view.locator('.nd-Graph[aria-busy="true"]')).toHaveCount(0, {
    timeout: 120_000
  });
  await settled(view);
  expect(opened()).toBeGreaterThan(1);
  await expect(view.getByLabel('Class members')).toHaveValue('prediction');
  await expect(noticeOf(view)).toHaveCount(0);
  const grid = await readGrid(view, 'one');
  const medians = await evaluate<number[]>(
    page,
    'np.median(large.layers[0].activations[large.predictions == 1].astype(float), axis=0).tolist()'
  );
  const names = column(grid, 'Neuron');
  expect(names.length).toBeGreaterThan(20);
  expect(column(grid, 'Median of dog')).toEqual(
    names.map(name => written(medians[Number(name)] ?? null))
  );
});
