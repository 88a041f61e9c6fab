import { withPage } from '../tools/browser.mjs';
import { startLab } from '../tools/lab.mjs';
import { kernelReady, runCell, writeNotebook } from '../tools/notebook.mjs';
import { median } from '../tools/stats.mjs';

export const title = 'From a cell to its picture, in JupyterLab';
export const isInShort = false;

const TIMES = 8;

/** Every run shows another recording, so nothing is known of it before. */
const SETUP = `
import itertools
import warnings
import numpy as np
import neuraldivergence as nd

warnings.simplefilter("ignore")
random = np.random.default_rng(0)
values = random.standard_normal((10_000, 1024), np.float32)
values[:, 1::2] = np.maximum(values[:, 1::2], 0)
labels = random.integers(0, 10, 10_000).astype(np.int32)
names = [f"class {index}" for index in range(10)]
count = itertools.count()
`;

const show = options => `
values[0, 0] = k = next(count)
nd.Recording.from_arrays(
    {"dense": values.copy()}, labels=labels, class_names=names, name=f"Run {k}."
).show(${options})
`;

const WAYS = {
  'a summary in the output': 'source="inline"',
  'a file beside the notebook': 'source="file"'
};

/** 10,000 × 1,024 and ten classes on this machine. Beyond: without the time until the kernel sent its output. */
export async function run() {
  const lab = await startLab();
  try {
    const rows = [];
    for (const [name, options] of Object.entries(WAYS)) {
      await writeNotebook(lab, 'run.ipynb', [SETUP, show(options)]);
      const [first, ...again] = await withPage('about:blank', page =>
        measure(lab, page)
      );
      rows.push(
        {
          what: `${name}: first in a page, beyond the kernel`,
          ms: first.beyond
        },
        row(`${name}: again, the kernel's own work`, again, 'kernel'),
        row(`${name}: again, beyond the kernel`, again, 'beyond')
      );
    }
    return rows;
  } finally {
    await lab.stop();
  }
}

function row(what, all, key) {
  const times = all.map(one => one[key]);
  return { what, ms: median(times), bestMs: Math.min(...times) };
}

async function measure(lab, page) {
  await lab.open(page, 'run.ipynb');
  await kernelReady(page);
  await runCell(page, 0);
  const all = [];
  for (let time = 0; time < TIMES; time++) {
    all.push(await page.evaluate(runAndSee, `Run ${time}.`));
    await page.waitForTimeout(500);
  }
  return all;
}

/** Runs in the page. */
async function runAndSee(name) {
  const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
  const sent = {};
  const listen = (_, { header }) => {
    const { msg_type: type, date } = header;
    sent[type] ??= Date.parse(date);
  };
  const { kernel } = sessionContext.session;
  kernel.iopubMessage.connect(listen);
  content.activeCellIndex = 1;
  content.deselectAll();
  const start = performance.now();
  void window.jupyterapp.commands.execute('notebook:run-cell');
  const selector = `.nd-View[aria-label$="${name}"] .nd-Graph[aria-busy="false"]`;
  while (document.querySelector(selector) === null) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  const end = await new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
  });
  kernel.iopubMessage.disconnect(listen);
  const own = sent.display_data - sent.status;
  return { kernel: own, beyond: end - start - own };
}
