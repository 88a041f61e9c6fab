/**
 * Holds the browser's probe against stored activations, on real data that is not in the repository, paints pixels
 * until the dots have moved, and attacks images of the split 1 that the model names as they are labelled.
 *
 *     node bench/probe.mjs FOLDER --mean 125.3,123,113.9 --std 63,62.1,66.7 [--before logits=dense_3] [--attacks 60] [--only clicks,attacks]
 *
 * FOLDER has an archive `NAME.npz` and a TensorFlow.js layers model `NAME-tfjs/model.json` that takes
 * (image − mean) / std. The archive holds `images` U8 [n, h, w, c], `probabilities`, `predictions` and `layer/LAYER`
 * [n, neurons], and the same of attacks: `attacked_images`, …, `attacked/LAYER`. Convolutions are means over
 * space. `--before RECORDED=LAYER` names what was recorded before a layer's activation function.
 */
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withPage } from './tools/browser.mjs';
import { servePages } from './tools/pages.mjs';
import { runPython } from './tools/python.mjs';

const BACKENDS = ['wasm', 'webgl', 'cpu', null];
const TOLERANCE = 1e-5;
/** Of backends that are not chosen the speed is measured, with few images. */
const FEW = 3;
const FEW_LIMIT_MS = 15_000;
/** Presses of the pointer; how long it lies still before each, and a finger lies on it, at least. */
const CLICKS = 60;
const STILL_MS = 150;
const PRESS_MS = 80;
const LIMIT_MS = 600_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mean: { type: 'string', default: '0' },
    std: { type: 'string', default: '1' },
    before: { type: 'string', multiple: true, default: [] },
    attacks: { type: 'string', default: '0' },
    only: { type: 'string', default: 'stored,clicks,attacks' }
  }
});
const [folder] = positionals;
const archive = (await readdir(folder)).find(name => name.endsWith('.npz'));
const model = archive.replace('.npz', '-tfjs');

const pages = await servePages(['probe', 'clicking']);
try {
  await cp(path.join(folder, model), path.join(pages.folder, 'model'), {
    recursive: true
  });
  const arrays = await runPython(
    'probe.py',
    path.join(folder, archive),
    pages.folder
  );
  const task = taskOf(arrays);
  const parts = options.only.split(',');
  for (const backend of parts.includes('stored') ? BACKENDS : []) {
    const report = await withPage(`${pages.url}/probe.html`, page =>
      page.evaluate(asked => window.probe(...asked), [task, backend])
    );
    print(backend, report);
  }
  if (parts.includes('clicks')) {
    await click(task);
  }
  const victims = await victimsOf(
    arrays,
    parts.includes('attacks') ? Number(options.attacks) : 0
  );
  for (const backend of victims.rows.length > 0 ? BACKENDS.toReversed() : []) {
    const asked =
      backend === null
        ? [task, backend, victims, LIMIT_MS]
        : [task, backend, fewOf(victims), FEW_LIMIT_MS];
    const attacks = await withPage(`${pages.url}/probe.html`, page =>
      page.evaluate(parameters => window.attack(...parameters), asked)
    );
    printAttacks(backend, attacks);
  }
} finally {
  await pages.close();
}

function taskOf(arrays) {
  const [, height, width, channels] = arrays.images.shape;
  const before = new Map(options.before.map(text => text.split('=')));
  const names = Object.keys(arrays)
    .filter(key => key.startsWith('layer/'))
    .map(key => key.slice('layer/'.length));
  const part = (what, images, prefix, layer) => ({
    what,
    images: arrays[images].file,
    probabilities: arrays[`${prefix}probabilities`].file,
    predictions: arrays[`${prefix}predictions`].file,
    layers: names.map(name => arrays[`${layer}/${name}`].file)
  });
  return {
    model: 'model',
    input: {
      shape: [height, width, channels],
      scale: 1,
      mean: options.mean.split(',').map(Number),
      std: options.std.split(',').map(Number)
    },
    layers: Object.fromEntries(
      names.map(name => [
        name,
        {
          layer: before.get(name) ?? name,
          node: 0,
          channelsFirst: false,
          beforeActivation: before.has(name),
          difference: null
        }
      ])
    ),
    subject: {
      classes: arrays.probabilities.shape[1],
      picture: { height, width, channels },
      layers: names.map(name => ({
        name,
        neurons: arrays[`layer/${name}`].shape[1],
        reduction: name.startsWith('conv') ? 'mean' : null
      }))
    },
    parts: [
      part('images', 'images', '', 'layer'),
      part('attacks', 'attacked_images', 'attacked_', 'attacked')
    ]
  };
}

/** Presses of a real pointer, each at another pixel, once the last one is answered. */
async function click(task) {
  const moved = await withPage(`${pages.url}/clicking.html`, async page => {
    await page.evaluate(
      parameters => window.clicking(...parameters),
      [task, 'recording.ndiv']
    );
    const box = await page.locator('.nd-Probe canvas').first().boundingBox();
    const moved = [];
    for (let k = 0; k < CLICKS; k++) {
      const [column, row] = [1 + (k % 10) * 3, 5 + Math.floor(k / 10) * 3];
      await page.mouse.move(
        box.x + (box.width * (column + 0.5)) / 32,
        box.y + (box.height * (row + 0.5)) / 32
      );
      await page.waitForTimeout(STILL_MS);
      const answered = page.evaluate(() => window.nextMove());
      await page.mouse.down();
      await page.waitForTimeout(PRESS_MS);
      moved.push(await answered);
      await page.mouse.up();
    }
    return moved;
  });
  const sorted = moved.sort((a, b) => a - b);
  console.log(
    `\na click until all dots have moved: median ${sorted[CLICKS / 2].toFixed(1)} ms, nine in ten below ${sorted[CLICKS * 0.9].toFixed(1)} ms`
  );
}

function print(backend, { backend: chosen, matches, openMs, parts, oneMs }) {
  const ms = value => `${value.toFixed(2)} ms`;
  console.log(
    `\n${backend ?? `worker (chose ${chosen})`}: opened in ${ms(openMs)}; one image ${ms(oneMs[0])}, nine in ten below ${ms(oneMs[1])}`
  );
  for (const { recorded, layer, why } of matches.filter(
    ({ layer }) => !layer
  )) {
    console.log(`  not matched: ${recorded} ${layer} ${JSON.stringify(why)}`);
  }
  for (const part of parts) {
    const differences = [part.probabilities, ...part.layers];
    console.log(
      `  ${part.images} ${part.what}: ${part.samePrediction} predicted as stored; ${ms(part.msEach)} each; largest relative differences (probabilities, layers) ${differences.map(d => d.toExponential(1)).join(' ')}`
    );
    const isSame =
      part.samePrediction === part.images &&
      differences.every(d => d <= TOLERANCE);
    process.exitCode = isSame ? process.exitCode : 1;
  }
}

/** So many images of the split 1, evenly among those that are named as they are labelled. */
async function victimsOf({ images, labels, predictions, split }, count) {
  const numbers = async ({ file, dtype }) => {
    const { buffer } = await readFile(path.join(pages.folder, file));
    const Kind = { uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array };
    return Array.from(new Kind[dtype](buffer), Number);
  };
  const [label, prediction, part] = await Promise.all(
    [labels, predictions, split].map(numbers)
  );
  const right = [...label.keys()].filter(
    row => part[row] === 1 && label[row] === prediction[row]
  );
  const rows = Array.from(
    { length: count },
    (_, i) => right[Math.floor((i * right.length) / count)]
  );
  return { images: images.file, rows, labels: rows.map(row => label[row]) };
}

function fewOf({ images, rows, labels }) {
  return { images, rows: rows.slice(0, FEW), labels: labels.slice(0, FEW) };
}

function printAttacks(backend, { backend: chosen, pixels, ...gradient }) {
  const of = pixels.length;
  const hits = pixels.filter(({ success }) => success).length;
  const cut = pixels.filter(({ aborted }) => aborted).length;
  const [low, high] = wilson(hits, of).map(percent);
  const seconds = pixels.map(({ ms }) => ms / 1000).sort((a, b) => a - b);
  const evaluations = pixels.reduce((sum, one) => sum + one.evaluations, 0);
  const all = seconds.reduce((a, b) => a + b, 0);
  const { strengths, uphill, uphillMs } = gradient;
  console.log(
    `\nattacks, ${backend ?? `worker (chose ${chosen})`}: ${((1000 * all) / evaluations).toFixed(3)} ms a picture that is tried`
  );
  if (cut === 0) {
    console.log(
      `  one pixel: ${hits} of ${of} images (${percent(hits / of)} %, 95 % interval ${low} to ${high}); ${(all / of).toFixed(2)} s an image, median ${seconds[Math.floor(of / 2)].toFixed(2)}, longest ${seconds.at(-1).toFixed(2)}; ${Math.round(evaluations / of)} pictures an image`
    );
  }
  console.log(
    `  one step along the gradient: ${strengths.map((strength, k) => `${strength} levels ${uphill[k]} of ${of}`).join(', ')}; ${uphillMs.toFixed(1)} ms an image for all strengths`
  );
}

function percent(share) {
  return (100 * share).toFixed(1);
}

/** The 95 % interval of a share (Wilson 1927). */
function wilson(hits, of) {
  const z = 1.959964;
  const share = hits / of;
  const middle = share + (z * z) / (2 * of);
  const half =
    z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [middle - half, middle + half].map(x => x / (1 + (z * z) / of));
}
