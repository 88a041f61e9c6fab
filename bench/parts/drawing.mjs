import { withPage } from '../tools/browser.mjs';
import { servePages } from '../tools/pages.mjs';
import { median, medianRows } from '../tools/stats.mjs';

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

const BROWSERS = 2;
/** What the paper's way can draw at all. */
const SVG_CASES = [512, 4096];
const STEPS = 30;
const SHORT_STEPS = 15;

/**
 * What a person does in a view: script is the time of all callbacks until the next frame, painted when that
 * frame is on the page. Then the same rows as the paper drew them.
 */
export async function run({ isShort }) {
  const pages = await servePages(['drawing', 'svg']);
  const rows = [];
  try {
    for (const size of isShort ? SHORT_CASES : CASES) {
      const runs = await repeated(() =>
        measure(`${pages.url}/drawing.html`, size, isShort)
      );
      rows.push(...medianRows(runs));
    }
    for (const neurons of isShort ? SVG_CASES.slice(0, 1) : SVG_CASES) {
      const runs = await repeated(() =>
        measureSvg(`${pages.url}/svg.html`, neurons)
      );
      rows.push(...medianRows(runs));
    }
  } finally {
    await pages.close();
  }
  return rows;
}

async function repeated(work) {
  const runs = [];
  for (let browser = 0; browser < BROWSERS; browser++) {
    runs.push(await work());
  }
  return runs;
}

async function measure(url, [neurons, shown], isShort) {
  const rows = await withPage(url, page =>
    page.evaluate(
      parameters => window.drawing(...parameters),
      [{ neurons, shown, classes: CLASSES }, isShort ? SHORT_STEPS : STEPS]
    )
  );
  return rows.map(row => ({ case: nameOf(neurons, shown), ...row }));
}

async function measureSvg(url, neurons) {
  const { first, script, painted } = await withPage(url, page =>
    page.evaluate(size => window.svg(size, 5), neurons)
  );
  const name = { case: nameOf(neurons, 3) };
  return [
    { ...name, what: 'd3 SVG, a rect a bin: first paint', paintedMs: first },
    {
      ...name,
      what: 'd3 SVG, a rect a bin: sort',
      scriptMs: median(script),
      paintedMs: median(painted)
    }
  ];
}

function nameOf(neurons, shown) {
  return `${neurons.toLocaleString('en')} neurons × ${shown} classes`;
}
