/**
 * Holds the browser's probe against stored activations, on real data that is not in the repository.
 *
 *     node bench/probe.mjs FOLDER --mean 125.3,123,113.9 --std 63,62.1,66.7 [--before logits=dense_3]
 *
 * FOLDER has an archive `NAME.npz` and a TensorFlow.js layers model `NAME-tfjs/model.json` that takes
 * (image − mean) / std. The archive holds `images` U8 [n, h, w, c], `probabilities`, `predictions` and `layer/LAYER`
 * [n, neurons], and the same of attacks: `attacked_images`, …, `attacked/LAYER`. Convolutions are means over
 * space. `--before RECORDED=LAYER` names what was recorded before a layer's activation function.
 */
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withPage } from './tools/browser.mjs';
import { servePages } from './tools/pages.mjs';
import { runPython } from './tools/python.mjs';

const BACKENDS = ['wasm', 'webgl', 'cpu', null];
const TOLERANCE = 1e-5;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mean: { type: 'string', default: '0' },
    std: { type: 'string', default: '1' },
    before: { type: 'string', multiple: true, default: [] }
  }
});
const [folder] = positionals;
const archive = (await readdir(folder)).find(name => name.endsWith('.npz'));
const model = archive.replace('.npz', '-tfjs');

const pages = await servePages(['probe']);
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
  for (const backend of BACKENDS) {
    const report = await withPage(`${pages.url}/probe.html`, page =>
      page.evaluate(asked => window.probe(...asked), [task, backend])
    );
    print(backend, report);
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
