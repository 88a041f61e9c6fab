import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { withPage } from '../tools/browser.mjs';
import { ROOT, startLab } from '../tools/lab.mjs';
import {
  kernelReady,
  notebookBytes,
  runAll,
  save
} from '../tools/notebook.mjs';
import { median } from '../tools/stats.mjs';

export const title = 'The example notebooks: opened, run, saved';
export const isInShort = false;

const NOTEBOOKS = ['01_quickstart.ipynb', '02_one_pixel_attack.ipynb'];
const OPENED = 5;
const RAN = 2;

/** The second example trains a network: less of it, here as in the tests. */
const SMALL = {
  ND_EXAMPLE_DATASET: 'fashion-mnist',
  ND_EXAMPLE_EPOCHS: '1',
  ND_EXAMPLE_TRAIN: '4000',
  ND_EXAMPLE_CANDIDATES: '5',
  ND_EXAMPLE_GENERATIONS: '10'
};

/**
 * This checkout, and with `--before FOLDER` another one that is built, its notebooks as they were then; by turns,
 * because times drift.
 */
export async function run({ before }) {
  const checkouts = [...(before ? [['before', before]] : []), ['now', ROOT]];
  const labs = [];
  try {
    for (const [when, root] of checkouts) {
      const lab = await startLab(path.resolve(root), SMALL);
      labs.push({ when, root: path.resolve(root), lab });
    }
    const rows = [];
    for (const notebook of NOTEBOOKS) {
      const found = labs.map(() => ({ opened: [], ran: [] }));
      for (let time = 0; time < OPENED; time++) {
        for (const [k, { root, lab }] of labs.entries()) {
          await copyExample(root, notebook, lab);
          found[k].opened.push(await inPage(page => open(lab, page, notebook)));
        }
      }
      for (let time = 0; time < RAN; time++) {
        for (const [k, { root, lab }] of labs.entries()) {
          await copyExample(root, notebook, lab);
          found[k].ran.push(
            await inPage(page => runAndSave(lab, page, notebook))
          );
        }
      }
      labs.forEach(({ when }, k) =>
        rows.push(...rowsOf(found[k], `${notebook}, ${when}`))
      );
    }
    return rows;
  } finally {
    for (const { lab } of labs) {
      await lab.stop();
    }
  }
}

function rowsOf({ opened, ran }, name) {
  const of = (list, key) => median(list.map(one => one[key]));
  return [
    { what: 'opened, until the first view', ms: of(opened, 'whole') },
    { what: 'of that: from the output on', ms: of(opened, 'beyond') },
    { what: 'run from top to bottom', ms: of(ran, 'whole') },
    { what: 'run, beyond the kernel', ms: of(ran, 'beyond') },
    { what: 'saved', ms: of(ran, 'saved') },
    { what: 'size of the notebook', bytes: of(ran, 'bytes') }
  ].map(row => ({ ...row, case: name }));
}

async function copyExample(root, notebook, lab) {
  const { folder } = lab;
  await mkdir(folder, { recursive: true });
  for (const name of [notebook, 'datasets.py']) {
    await copyFile(path.join(root, 'examples', name), path.join(folder, name));
  }
}

async function open(lab, page, notebook) {
  await lab.open(page);
  return page.evaluate(openAndSee, notebook);
}

async function runAndSave(lab, page, notebook) {
  await open(lab, page, notebook);
  await kernelReady(page);
  await page.evaluate(watchKernel);
  const whole = await timed(() => runAll(page));
  const kernel = await page.evaluate(() => window.kernelMs());
  const saved = await save(page);
  const bytes = await notebookBytes(lab, notebook);
  return { whole, beyond: whole - kernel, saved, bytes };
}

const inPage = work => withPage('about:blank', work);

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Runs in the page: open a notebook and see its first view; the time of it, and of that since the application
 * put the output into the page.
 */
async function openAndSee(notebook) {
  const start = performance.now();
  let output = null;
  const watch = new MutationObserver(() => {
    if (document.querySelector('.nd-Output') !== null) {
      output = performance.now();
      watch.disconnect();
    }
  });
  watch.observe(document.body, { subtree: true, childList: true });
  const { commands } = window.jupyterapp;
  const panel = await commands.execute('docmanager:open', { path: notebook });
  await panel.context.ready;
  const { content } = panel;
  const first = content.widgets.findIndex((_, k) =>
    JSON.stringify(content.model.cells.get(k)).includes('vnd.neuraldivergence')
  );
  while (
    document.querySelector('.nd-Graph[aria-busy="false"] canvas') === null
  ) {
    if (performance.now() - start > 60_000) {
      throw new Error(`${notebook} shows no view`);
    }
    await content.scrollToItem(first, 'start');
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  const end = performance.now();
  return { whole: end - start, beyond: end - output };
}

/** Runs in the page: adds up how long the kernel is busy. */
function watchKernel() {
  const { kernel } =
    window.jupyterapp.shell.currentWidget.sessionContext.session;
  let total = 0;
  let since = null;
  kernel.iopubMessage.connect(
    (_, { header, content, parent_header: parent }) => {
      if (
        header.msg_type === 'status' &&
        parent.msg_type === 'execute_request'
      ) {
        const at = Date.parse(header.date);
        if (content.execution_state === 'busy') {
          since = at;
        } else if (since !== null) {
          total += at - since;
          since = null;
        }
      }
    }
  );
  window.kernelMs = () => total;
}
