import { access } from 'node:fs/promises';
import path from 'node:path';
import { withPage } from '../tools/browser.mjs';
import { servePages } from '../tools/pages.mjs';
import { runPython } from '../tools/python.mjs';
import { medianRows } from '../tools/stats.mjs';
import { inSums, nameOf } from './binning.mjs';

export const title = 'The same counts by others';

const CASES = [
  [1000, 1024, 10],
  [3000, 1024, 10],
  [10_000, 1024, 10],
  [30_000, 1024, 10]
];
const SHORT_CASES = [[10_000, 1024, 10]];
/** Samples above which TensorFlow.js takes minutes. */
const TENSORFLOW_AT_MOST = 10_000;
const BROWSERS = 3;

/** In Chromium and in Python, each in multiples of its own pass over the values. */
export async function run({ isShort, sizes = isShort ? SHORT_CASES : CASES }) {
  const names = isShort ? ['peers'] : ['peers', 'tensorflow'];
  if (!isShort) {
    await haveTensorflow();
  }
  const pages = await servePages(names);
  const rows = [];
  try {
    for (const size of sizes) {
      const [samples] = size;
      const able = samples > TENSORFLOW_AT_MOST ? ['peers'] : names;
      for (const name of able) {
        rows.push(...(await measure(pages.url, name, size)));
      }
      rows.push(...(await runPython('peers.py', size.join('x'))));
    }
  } finally {
    await pages.close();
  }
  return rows;
}

async function measure(url, name, [samples, neurons, classes]) {
  const runs = [];
  for (let browser = 0; browser < BROWSERS; browser++) {
    const rows = await withPage(`${url}/${name}.html`, page =>
      page.evaluate(
        ([work, sizes]) => window[work](sizes),
        [name, { samples, neurons, classes }]
      )
    );
    runs.push(
      inSums(rows).map(row => ({
        case: nameOf([samples, neurons, classes]),
        ...row
      }))
    );
  }
  return medianRows(runs);
}

async function haveTensorflow() {
  const folder = path.join(import.meta.dirname, '../node_modules/@tensorflow');
  await access(folder).catch(() => {
    throw new Error(
      'TensorFlow.js is missing: `npm ci` in bench, or `python3 dev.py bench`'
    );
  });
}
