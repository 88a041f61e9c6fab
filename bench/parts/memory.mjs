import { withPage } from '../tools/browser.mjs';
import { startLab } from '../tools/lab.mjs';
import { MEMORY_FLAGS, memoryOf } from '../tools/memory.mjs';
import {
  kernelReady,
  runAll,
  seeViews,
  writeNotebook
} from '../tools/notebook.mjs';

export const title = 'Memory of a notebook with outputs';
export const isInShort = false;

const OUTPUTS = 10;
/** A page lets go, after some seconds, of what nobody looks at. */
const REST_MS = 12_000;

/** Ten recordings, each with a summary of 1,024 neurons and ten classes. */
const SETUP = `
import warnings
import numpy as np
import neuraldivergence as nd

warnings.simplefilter("ignore")
random = np.random.default_rng(0)


def show(k):
    values = random.standard_normal((10_000, 1024), np.float32)
    values[:, 1::2] = np.maximum(values[:, 1::2], 0)
    labels = random.integers(0, 10, 10_000).astype(np.int32)
    names = [f"class {index}" for index in range(10)]
    nd.Recording.from_arrays(
        {"dense": values}, labels=labels, class_names=names, name=f"Recording {k}"
    ).show()
`;

/** Above a notebook of as many cells whose outputs are plain text. */
export async function run() {
  const lab = await startLab();
  try {
    const empty = await measure(
      lab,
      'empty.ipynb',
      ['1', ...cells(k => `print(${k})`)],
      0
    );
    const full = await measure(
      lab,
      'full.ipynb',
      [SETUP, ...cells(k => `show(${k})`)],
      OUTPUTS
    );
    return [
      row('a notebook without', empty),
      row(
        `with ${OUTPUTS} outputs of 1,024 neurons, seen one after the other`,
        full
      ),
      row('of that: the outputs', difference(full, empty))
    ];
  } finally {
    await lab.stop();
  }
}

function cells(source) {
  return Array.from({ length: OUTPUTS }, (_, k) => source(k));
}

function measure(lab, name, sources, count) {
  return withPage(
    'about:blank',
    async page => {
      await writeNotebook(lab, name, sources);
      await lab.open(page, name);
      await kernelReady(page);
      await runAll(page);
      await seeViews(page, count);
      await page.waitForTimeout(REST_MS);
      return memoryOf(page);
    },
    ...MEMORY_FLAGS
  );
}

function row(what, { process, page, workers, workerCount }) {
  return {
    what,
    mb: process,
    pageMb: page,
    workersMb: workers,
    workers: workerCount
  };
}

function difference(a, b) {
  return Object.fromEntries(
    Object.entries(a).map(([key, value]) => [key, value - b[key]])
  );
}
