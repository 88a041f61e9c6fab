import path from 'node:path';
import { withPage } from '../tools/browser.mjs';
import { servePages } from '../tools/pages.mjs';
import { runPython } from '../tools/python.mjs';
import { median } from '../tools/stats.mjs';

export const title = 'From all values to the picture';
export const isInShort = false;

const SAMPLES = 10_000;
const NEURONS = 1024;
const CLASSES = 10;
const FILE = 'raw.ndiv';
const TIMES = 12;
const BROWSERS = 2;

/** 41 MB, by the real engine in a real worker into the real view. */
export async function run() {
  const pages = await servePages(['arriving']);
  try {
    await runPython(
      'raw.py',
      [SAMPLES, NEURONS, CLASSES].join('x'),
      path.join(pages.folder, FILE)
    );
    const inPage = work =>
      withPage(`${pages.url}/arriving.html`, page =>
        page.evaluate(work.run, work.with)
      );
    const rows = [];
    for (const [way, name] of Object.entries(WAYS)) {
      for (const shown of [2, CLASSES]) {
        const runs = await repeated(() =>
          inPage({
            run: parameters => window.arriving(...parameters),
            with: [way, FILE, shown, TIMES]
          })
        );
        const what = `${name}, ${shown} classes shown`;
        const again = runs.flatMap(([, ...more]) => more);
        rows.push(
          {
            what: `${what}: first in a page`,
            ms: median(runs.map(([first]) => first.painted))
          },
          ...['opened', 'answered', 'painted'].map(step =>
            spread(
              `${what}: again, ${step}`,
              again.map(arrival => arrival[step])
            )
          )
        );
      }
    }
    for (const isExact of [false, true]) {
      const runs = await repeated(() =>
        inPage({
          run: parameters => window.brushing(...parameters),
          with: [SAMPLES, NEURONS, isExact, 30]
        })
      );
      const what = `another random half of the samples, ${isExact ? 'exact quartiles' : 'from codes'}`;
      rows.push(
        spread(
          `${what}: counted`,
          runs.flatMap(({ counted }) => counted)
        ),
        spread(
          `${what}: painted`,
          runs.flatMap(({ painted }) => painted)
        )
      );
    }
    for (const [against, name] of Object.entries(BESIDE)) {
      const runs = await repeated(() =>
        inPage({
          run: parameters => window.dragging(...parameters),
          with: [FILE, against, 30]
        })
      );
      rows.push(
        spread(`a bracket dragged, ${name} beside: painted`, runs.flat())
      );
    }
    return rows;
  } finally {
    await pages.close();
  }
}

const WAYS = {
  block: 'bytes in the page',
  url: 'file read by HTTP Range'
};

/** What a selection is shown against. */
const BESIDE = { rest: 'the rest', shown: 'two classes' };

async function repeated(work) {
  const runs = [];
  for (let browser = 0; browser < BROWSERS; browser++) {
    runs.push(await work());
  }
  return runs;
}

/** The usual time, and the best one: what the machine can do when nothing else runs. */
function spread(what, all) {
  return { what, ms: median(all), bestMs: Math.min(...all) };
}
