import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  readTable,
  runAll,
  setTheme,
  waitForViews,
  WITHOUT_WAITING
} from './nd';
import { settled, toggle } from './view';

/** Saves `big.ndiv` (about 60 MB: five layers) and what is made of it. */
const MAKE_FILES = `
import shutil
from pathlib import Path
import numpy as np
import neuraldivergence as nd

rng = np.random.default_rng(5)
labels = np.arange(5000) % 4
NEURONS = {"conv_1": 600, "conv_2": 900, "dense_1": 1000, "dense_2": 400, "logits": 4}
layers = {
    name: np.maximum(rng.normal(0, 1, (4, n))[labels] + rng.normal(0, 1, (5000, n)), 0).astype(np.float32)
    for name, n in NEURONS.items()
}
pictures = rng.integers(0, 256, (5000, 8, 8, 3)).astype(np.uint8)
changed = pictures[0].copy()
changed[2, 3] = 255
recording = nd.Recording.from_arrays(
    layers, labels=labels, class_names=["cat", "dog", "frog", "ship"], images=pictures, name="Big"
).with_pair(
    benign={k: v[0] for k, v in layers.items()},
    attacked={k: v[1] for k, v in layers.items()},
    name="cat 0", label="cat", predictions=("cat", "dog"), images=(pictures[0], changed),
)
recording.save("big.ndiv")
shutil.copy("big.ndiv", "copy.safetensors")
Path("cut.ndiv").write_bytes(Path("big.ndiv").read_bytes()[:100_000])
np.savez(
    "arrays.npz",
    **{"layer/a": layers["dense_1"][:300, :40], "layer/b": layers["dense_2"][:300, :9].astype(float)},
    labels=labels[:300], class_names=np.array(["cat", "dog", "frog", "ship"]),
)
small = nd.Recording.from_arrays(
    {"a": layers["dense_1"][:300, :40], "b": layers["dense_2"][:300, :9]},
    labels=labels[:300], class_names=["cat", "dog", "frog", "ship"],
)
`.trim();

type Range = readonly [begin: number, end: number];

type Tensor = { readonly data_offsets: Range };

/** The ranges that are requested of one file from now on. */
function watchRanges(page: IJupyterLabPageFixture, name: string): Range[] {
  const ranges: Range[] = [];
  page.context().on('request', request => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('/files/') && pathname.endsWith(`/${name}`)) {
      const [begin = 0, last = Infinity] =
        request.headers()['range']?.match(/\d+/g)?.map(Number) ?? [];
      ranges.push([begin, last + 1]);
    }
  });
  return ranges;
}

async function makeFiles(
  page: IJupyterLabPageFixture,
  tmpPath: string,
  more: readonly string[] = []
): Promise<void> {
  await openNotebook(page, `${tmpPath}/make.ipynb`, [MAKE_FILES, ...more]);
  await runAll(page);
  await page.evaluate(async path => {
    await window.galata.app.commands.execute('filebrowser:go-to-path', {
      path
    });
    await window.galata.app.commands.execute('filebrowser:refresh');
  }, tmpPath);
}

function documentOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('.nd-Document:not(.lm-mod-hidden)');
}

function fileItem(page: IJupyterLabPageFixture, name: string): Locator {
  return page.locator('.jp-DirListing-item').filter({
    has: page
      .locator('.jp-DirListing-itemText')
      .getByText(name, { exact: true })
  });
}

async function openByDoubleClick(
  page: IJupyterLabPageFixture,
  name: string
): Promise<Locator> {
  await fileItem(page, name).dblclick();
  return waitForDocument(page);
}

async function openWith(
  page: IJupyterLabPageFixture,
  name: string
): Promise<Locator> {
  await fileItem(page, name).click({ button: 'right' });
  const entry = (text: string) =>
    page.locator('.lm-Menu-item').filter({ hasText: text });
  await entry('Open With').hover();
  await entry('NeuralDivergence').click();
  return waitForDocument(page);
}

async function waitForDocument(page: IJupyterLabPageFixture): Promise<Locator> {
  const view = documentOf(page).locator('.nd-View');
  await expect(view).toBeVisible({ timeout: 60_000 });
  await settled(view);
  return view;
}

/** Rows of a layer's table that are drawn. */
async function tableOf(view: Locator, layer: string): Promise<string[][]> {
  return readTable(view.locator('.nd-Graph').filter({ hasText: layer }));
}

async function saveView(view: Locator, name: string): Promise<void> {
  await view.getByRole('button', { name: /^views/ }).click();
  await view.getByRole('button', { name: 'Save view' }).click();
  await view.getByRole('textbox', { name: 'Name' }).fill(name);
  await view.getByRole('button', { name: 'Save', exact: true }).click();
}

test(
  'a recording opens by double click; only what is shown is read',
  { tag: '@oldest' },
  async ({ page, tmpPath }) => {
    await makeFiles(page, tmpPath, [
      'recording.show(layers=["dense_2"], max_inline_bytes=2**27)'
    ]);
    const tensors = await evaluate<Record<string, Tensor>>(
      page,
      '(lambda b: {k: dict(v, data_offsets=[o + 8 + n for o in v["data_offsets"]]) for n in [int.from_bytes(b[:8], "little")] for k, v in __import__("json").loads(b[8:8 + n]).items() if k != "__metadata__"})(Path("big.ndiv").read_bytes())'
    );
    const inNotebook = await waitForViews(page);
    await settled(inNotebook.first());
    const expected = await tableOf(inNotebook.first(), 'dense_2');

    const ranges = watchRanges(page, 'big.ndiv');
    const view = await openByDoubleClick(page, 'big.ndiv');
    // Two of the classes are shown, whose samples lie side by side.
    const isRead = (name: string) => {
      const [begin, end] = tensors[name].data_offsets;
      const readBytes = ranges
        .map(([from, to]) => Math.min(to, end) - Math.max(from, begin))
        .reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
      return readBytes > (end - begin) / 20;
    };
    const read = () =>
      Object.keys(tensors).filter(
        name => name.endsWith('.activations') && isRead(name)
      );
    // The last two hidden layers.
    expect(read().sort()).toEqual([
      'layer.2.activations',
      'layer.3.activations'
    ]);
    expect(isRead('images')).toBe(false);
    const total = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(total).toBeLessThan(29e6);
    expect(expected.length).toBeGreaterThan(10);
    const rows = await tableOf(view, 'dense_2');
    expect(rows.slice(0, 10)).toEqual(expected.slice(0, 10));

    await toggle(view, 'Layers', 'conv_1').click();
    await settled(view);
    expect(read()).toContain('layer.0.activations');
    expect(read()).not.toContain('layer.1.activations');
    await setTheme(page, 'dark');
    await settled(view);
  }
);

test('other files open with NeuralDivergence', async ({ page, tmpPath }) => {
  await makeFiles(page, tmpPath, ['small.show(layers=["a", "b"])']);
  const inNotebook = (await waitForViews(page)).first();
  await settled(inNotebook);
  const expected = await tableOf(inNotebook, 'b');
  const archive = await openWith(page, 'arrays.npz');
  await toggle(archive, 'Layers', 'a').check();
  await toggle(archive, 'Layers', 'b').check();
  await settled(archive);
  expect(await tableOf(archive, 'b')).toEqual(expected);
  await page.activity.closePanel('arrays.npz');
  const tensors = await openWith(page, 'copy.safetensors');
  await expect(tensors.locator('.nd-Sentence')).toContainText(/5\s000 samples/);
});

test('a damaged file shows a card, and opens once it is whole', async ({
  page,
  tmpPath
}) => {
  await makeFiles(page, tmpPath);
  await fileItem(page, 'cut.ndiv').dblclick();
  const card = documentOf(page).getByRole('alert');
  await expect(card).toContainText('tensors: need');
  await page.notebook.activate('make.ipynb');
  await evaluate(page, 'shutil.copy("big.ndiv", "cut.ndiv")');
  await page.activity.activateTab('cut.ndiv');
  await card.getByRole('button', { name: 'Try again' }).click();
  await waitForDocument(page);
});

test('a file that changes while it is open is not mixed up', async ({
  page,
  tmpPath
}) => {
  await makeFiles(page, tmpPath);
  const view = await openByDoubleClick(page, 'big.ndiv');
  await page.notebook.activate('make.ipynb');
  await evaluate(page, 'small.save("big.ndiv")');
  await page.activity.activateTab('big.ndiv');
  await toggle(view, 'Layers', 'conv_1').click();
  const card = documentOf(page).getByRole('alert');
  await expect(card).toContainText('has changed on disk');
  await card.getByRole('button', { name: 'Try again' }).click();
  const again = await waitForDocument(page);
  await expect(again.locator('.nd-Sentence')).toContainText('300 samples');
});

test(
  'named views are kept beside the file, and the recording stays as it was',
  { tag: '@oldest' },
  async ({ page, tmpPath }) => {
    await makeFiles(page, tmpPath);
    const digest =
      '__import__("hashlib").sha256(Path("big.ndiv").read_bytes()).hexdigest()';
    const files = 'sorted(str(p) for p in Path(".").rglob("*"))';
    const before = await evaluate<string>(page, digest);
    const view = await openByDoubleClick(page, 'big.ndiv');
    const tab = page.locator('.lm-TabBar-tab').filter({ hasText: 'big.ndiv' });
    await toggle(view, 'Classes', 'ship').click();
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
    await saveView(view, 'With ships');
    await expect(tab).toHaveClass(/jp-mod-dirty/);
    await page.menu.clickMenuItem('File>Save Recording of activations');
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);

    await page.notebook.activate('make.ipynb');
    expect(await evaluate(page, digest)).toBe(before);
    const kept = await evaluate<string[]>(page, files);
    expect(kept).toContain('big.ndiv.views.json');
    expect(kept.filter(path => path.includes('checkpoint'))).toEqual(
      kept.filter(
        path =>
          path.includes('make-checkpoint') || path === '.ipynb_checkpoints'
      )
    );
    await page.activity.closePanel('big.ndiv');
    const again = await openByDoubleClick(page, 'big.ndiv');
    await expect(toggle(again, 'Classes', 'ship')).toBeChecked();
    await expect(
      again.getByRole('button', { name: 'Apply view With ships' })
    ).toBeVisible();
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
  }
);

test('views of a newer version are left alone', async ({ page, tmpPath }) => {
  await makeFiles(page, tmpPath, [
    'Path("big.ndiv.views.json").write_text(\'{"version": 2}\')'
  ]);
  const view = await openByDoubleClick(page, 'big.ndiv');
  await expect(view).toContainText('saved by a newer version');
  await saveView(view, 'Mine');
  await documentOf(page).getByRole('button', { name: 'Save views' }).click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('The views were not saved');
  await dialog.getByRole('button').last().click();
  await page.notebook.activate('make.ipynb');
  expect(await evaluate(page, 'Path("big.ndiv.views.json").read_text()')).toBe(
    '{"version": 2}'
  );
});

test('an open file is there after the page was loaded again', async ({
  page,
  tmpPath
}) => {
  await makeFiles(page, tmpPath);
  await openByDoubleClick(page, 'big.ndiv');
  await page.notebook.activate('make.ipynb');
  await page.notebook.save();
  await page.activity.activateTab('big.ndiv');
  await page.waitForTimeout(1500);
  await page.reload(WITHOUT_WAITING);
  await waitForDocument(page);
});
