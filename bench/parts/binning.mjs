import { withPage } from '../tools/browser.mjs';
import { servePages } from '../tools/pages.mjs';
import { medianRows } from '../tools/stats.mjs';

export const title = 'From activations to distributions';

const CASES = [
  [10_000, 1024, 10],
  [10_000, 1024, 1000],
  [50_000, 1024, 100],
  [10_000, 4096, 10]
];
const SHORT_CASES = [
  [10_000, 1024, 10],
  [10_000, 1024, 1000]
];
const BROWSERS = 2;

/** The extension's kernels and core; every case in browsers of its own. */
export async function run({ isShort, sizes }) {
  const pages = await servePages(['binning']);
  const rows = [];
  try {
    for (const size of sizes ?? (isShort ? SHORT_CASES : CASES)) {
      const runs = [];
      for (let browser = 0; browser < BROWSERS; browser++) {
        runs.push(await measure(`${pages.url}/binning.html`, size, !isShort));
      }
      rows.push(...medianRows(runs));
    }
  } finally {
    await pages.close();
  }
  return rows;
}

async function measure(url, [samples, neurons, classes], withTypescript) {
  const rows = await withPage(url, page =>
    page.evaluate(
      parameters => window.binning(...parameters),
      [{ samples, neurons, classes }, withTypescript]
    )
  );
  return inSums(rows).map(row => ({
    case: nameOf([samples, neurons, classes]),
    ...row
  }));
}

/** Names a case as tables and goals do. */
export function nameOf([samples, neurons, classes]) {
  const [a, b, c] = [samples, neurons, classes].map(n =>
    n.toLocaleString('en')
  );
  return `${a} × ${b}, ${c} classes`;
}

/** Best time over the best time of the first row, the sum. */
export function inSums(rows) {
  return rows.map(({ what, ms, bestMs }) => ({
    what,
    ms,
    bestMs,
    sums: bestMs / rows[0].bestMs
  }));
}
