import { withPage } from '../tools/browser.mjs';
import { servePages } from '../tools/pages.mjs';
import { medianRows } from '../tools/stats.mjs';

export const title = 'The view, as it is drawn';

/** Neurons × shown classes. */
const CASES = [
  [512, 3],
  [512, 10],
  [4096, 3],
  [4096, 10],
  [32_768, 3],
  [32_768, 10],
  [131_072, 3]
];
const SHORT_CASES = [
  [512, 3],
  [4096, 3],
  [32_768, 3]
];
/** Of the recording, shown or not. */
const CLASSES = 1000;

/** What a person does in a view: script is the time of all callbacks until the next frame, painted when that frame is on the page. */
export async function run({ isShort }) {
  const pages = await servePages(['drawing']);
  const rows = [];
  try {
    for (const size of isShort ? SHORT_CASES : CASES) {
      const runs = [];
      for (let browser = 0; browser < (isShort ? 2 : 3); browser++) {
        runs.push(await measure(`${pages.url}/drawing.html`, size));
      }
      rows.push(...medianRows(runs));
    }
  } finally {
    await pages.close();
  }
  return rows;
}

async function measure(url, [neurons, shown]) {
  const rows = await withPage(url, page =>
    page.evaluate(size => window.drawing(size), {
      neurons,
      shown,
      classes: CLASSES
    })
  );
  const name = `${neurons.toLocaleString('en')} neurons × ${shown} classes`;
  return rows.map(row => ({ case: name, ...row }));
}
