import { expect, test } from './base';
import type { FileRequest } from './carriers';
import {
  chooseMembers,
  expectMedians,
  foreign,
  noticeOf,
  optionOf,
  RECORDING,
  sentenceOf,
  trust,
  viewIn,
  watchComms,
  watchFiles,
  withKernel
} from './carriers';
import { evaluate, openNotebook, runAll, runCell } from './nd';
import {
  closeTab,
  openSaved,
  panelState,
  saveAndRead,
  showSaved
} from './saved';
import { settled, toggle } from './view';

const LAYER = 'dense_1';

/** The view of `recording`, its values in a file. */
const SHOW_FILE =
  'recording.show(source="file", layers=["dense_1"], classes=["cat", "dog"], instances=["cat 0 attacked"])';

/** The file of an output, as Python sees it. */
const FILE = '__import__("glob").glob("Test.*.ndiv")[0]';

function expectRangesOf(
  requests: readonly FileRequest[],
  name: RegExp
): number {
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    expect(request.name).toMatch(name);
    expect(request.range).not.toBeNull();
  }
  return requests.reduce(
    (sum, { range }) => sum + (range ? range[1] - range[0] : 0),
    0
  );
}

test('values in a file beside the notebook are read when they are asked for', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(300_000);
  const file = `${tmpPath}/values.ipynb`;
  await openNotebook(page, file, [RECORDING, SHOW_FILE]);
  const requests = watchFiles(page);
  await runAll(page);
  const view = await viewIn(page);
  await expect(sentenceOf(view)).toContainText(
    /summary in the notebook, all values in Test\.[0-9a-f]{8}\.ndiv/
  );
  await expectMedians(page, view, LAYER, 'label');
  const readBytes = expectRangesOf(requests, /^Test\..*\.ndiv$/);

  await test.step('another layer, by predicted label, comes from there', async () => {
    await chooseMembers(view, 'by predicted label');
    await expectMedians(page, view, LAYER, 'prediction');
    await toggle(view, 'Layers', 'dense_2').check();
    await settled(view);
    // 2,400 samples, 24 neurons.
    expect(expectRangesOf(requests, /^Test\./)).toBeGreaterThan(
      readBytes + 2400 * 24 * 2
    );
    await toggle(view, 'Layers', 'dense_2').uncheck();
    await expect(noticeOf(view)).toHaveCount(0);
  });

  await test.step('the notebook was left as it was until then; saved, it shows the same without a kernel', async () => {
    await saveAndRead(page, file);
    await withKernel(page, 'shutdown');
    await closeTab(page, 'values.ipynb');
    await showSaved(page, file);
    const again = await viewIn(page);
    expect(await panelState(page)).toMatchObject({
      kernel: false,
      dirty: false
    });
    await expect(again.getByLabel('Class members')).toHaveValue('prediction');
    await settled(again);
    expect(await panelState(page)).toMatchObject({ dirty: false });
    await closeTab(page, 'values.ipynb');
  });

  await test.step('in a notebook that is not trusted nothing is read, until it is', async () => {
    const copy = `${tmpPath}/foreign.ipynb`;
    const text = await foreign(page, file);
    requests.splice(0);
    const comms = watchComms(page);
    await openSaved(page, copy, text);
    const untrusted = await viewIn(page);
    expect(await panelState(page)).toMatchObject({ trusted: false });
    await expect(noticeOf(untrusted)).toContainText(
      'read once the notebook is trusted'
    );
    await expect(optionOf(untrusted, 'prediction')).toHaveAttribute('disabled');
    await expect(optionOf(untrusted, 'prediction')).toHaveAttribute(
      'title',
      /trusted/
    );
    await toggle(untrusted, 'Classes', 'frog').check();
    await settled(untrusted);
    expect(requests).toEqual([]);
    expect(comms).toEqual([]);
    await trust(page);
    const trusted = await viewIn(page);
    await expect(sentenceOf(trusted)).toContainText('all values in Test.');
    await expect(noticeOf(trusted)).toHaveCount(0);
    await expect(optionOf(trusted, 'prediction')).not.toHaveAttribute(
      'disabled'
    );
    // What was chosen before is still there.
    await expect(toggle(trusted, 'Classes', 'frog')).toBeChecked();
    expectRangesOf(requests, /^Test\./);
  });
});

test('a file that is gone, or is another, is named with what to do; the view stays', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/gone.ipynb`, [RECORDING, SHOW_FILE]);
  await runAll(page);
  const view = await viewIn(page);
  await expect(sentenceOf(view)).toContainText('all values in');

  const name = await evaluate<string>(page, FILE);

  await test.step('gone', async () => {
    await evaluate(page, `__import__("os").rename("${name}", "away.bin")`);
    await chooseMembers(view, 'by predicted label');
    await toggle(view, 'Layers', 'dense_2').click();
    await expect(noticeOf(view)).toContainText(
      `is not there. Put ${name} beside the notebook, or run the cell again.`
    );
    await expect(toggle(view, 'Layers', 'dense_2')).not.toBeChecked();
    await expectMedians(page, view, LAYER, 'prediction');
    await expect(view.getByRole('alert')).toHaveCount(0);
  });

  await test.step('trying again too early tells the same', async () => {
    await noticeOf(view).getByRole('button', { name: 'Try again' }).click();
    await expect(noticeOf(view)).toContainText('is not there');
  });

  await test.step('another in its place is not shown', async () => {
    await evaluate(
      page,
      `nd.Recording.from_arrays({"dense_1": layers["dense_1"] + 1}, labels=labels, class_names=CLASSES).save("${name}")`
    );
    await noticeOf(view).getByRole('button', { name: 'Try again' }).click();
    await expect(noticeOf(view)).toContainText(
      `${name} holds other data now. Run the cell again.`
    );
  });

  await test.step('back, and what was asked for is shown', async () => {
    await evaluate(page, `__import__("os").replace("away.bin", "${name}")`);
    await noticeOf(view).getByRole('button', { name: 'Try again' }).click();
    await expect(toggle(view, 'Layers', 'dense_2')).toBeChecked();
    await expectMedians(page, view, LAYER, 'prediction');
    await expect(noticeOf(view)).toHaveCount(0);
  });

  await test.step('running the cell again writes it anew', async () => {
    await runCell(page, 1);
    const again = await viewIn(page);
    await expect(sentenceOf(again)).toContainText('all values in');
    await chooseMembers(again, 'correctly classified');
    await expectMedians(page, again, LAYER, 'correct');
  });
});

test('a notebook that gets another name keeps its file; one that moves finds it again', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/first.ipynb`, [RECORDING, SHOW_FILE]);
  await runAll(page);
  const view = await viewIn(page);
  await expect(sentenceOf(view)).toContainText('all values in');
  const name = await evaluate<string>(page, FILE);
  const rename = (from: string, to: string) =>
    page.evaluate(
      async ([before, after]) => {
        await window.galata.app.serviceManager.contents.rename(before, after);
      },
      [`${tmpPath}/${from}`, `${tmpPath}/${to}`] as const
    );

  await test.step('another name', async () => {
    await rename('first.ipynb', 'second.ipynb');
    await chooseMembers(view, 'by predicted label');
    await expectMedians(page, view, LAYER, 'prediction');
    await expect(noticeOf(view)).toHaveCount(0);
  });

  await test.step('another folder, and the file with it', async () => {
    await evaluate(page, '__import__("os").mkdir("away")');
    await rename('second.ipynb', 'away/second.ipynb');
    await rename(name, `away/${name}`);
    await toggle(view, 'Layers', 'dense_2').click();
    await noticeOf(view).getByRole('button', { name: 'Try again' }).click();
    await expect(toggle(view, 'Layers', 'dense_2')).toBeChecked();
    await expectMedians(page, view, 'dense_2', 'prediction');
    await expect(noticeOf(view)).toHaveCount(0);
  });
});
