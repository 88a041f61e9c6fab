/**
 * Builds the page that shows one recording without JupyterLab: one HTML file with
 * its scripts and styles inside, and a content security policy that knows only these.
 *
 *     node scripts/page.mjs [--prod]
 *
 * The Python package fills it from neuraldivergence/page.html, the extension from lib/page/.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import './kernels.mjs';
import { noticesOf } from './licenses.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Built by scripts/kernels.mjs. */
const KERNELS = 'lib/worker/kernels.wasm';
const PROBE_WASM =
  'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
const OUTPUTS = ['neuraldivergence/page.html', 'lib/page/template.html'];
/** A page reads nothing but itself. */
const IN_ENGINE = {
  kernelBytes: 'kernelBytes',
  npz: 'noFiles',
  urlReader: 'noFiles'
};
/** Browsers of 2023; what is newer is looked for before it is used. */
const TARGET = ['es2022', 'chrome111', 'firefox113', 'safari16.4'];
const STYLES = [
  '@lumino/widgets/style/widget.css',
  '@lumino/widgets/style/splitpanel.css',
  '@lumino/widgets/style/menu.css',
  './style/index.css',
  './style/page.css'
];

const options = {
  absWorkingDir: ROOT,
  bundle: true,
  charset: 'utf8',
  format: 'iife',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  minify: process.argv.includes('--prod'),
  target: TARGET,
  write: false
};

/** Where a folder reaches out, the page's own answers: module of `folder` → of `src/page`. */
const standIns = (folder, modules) => ({
  name: 'stand-ins',
  setup({ onResolve }) {
    for (const [name, standIn] of Object.entries(modules)) {
      onResolve({ filter: new RegExp(`^\\./${name}$`) }, ({ resolveDir }) =>
        resolveDir === join(ROOT, folder)
          ? { path: join(ROOT, `src/page/${standIn}.ts`) }
          : null
      );
    }
  }
});

/**
 * What nothing uses stays out: Lumino from its sources rather than its one file a package, and of d3
 * the modules that say they have effects on import (they add methods to selections) only where asked for.
 */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup: ({ onResolve }) => {
    const unlessUsed = path => ({
      path: join(ROOT, 'node_modules', path),
      sideEffects: false
    });
    onResolve({ filter: /^@lumino\/\w+$/ }, ({ path }) =>
      unlessUsed(`${path}/src/index.ts`)
    );
    onResolve({ filter: /^\.\/\w+$/ }, ({ path, resolveDir }) => {
      const [, name] = /@lumino.(\w+).src$/.exec(resolveDir) ?? [];
      return name ? unlessUsed(`@lumino/${name}/src/${path}.ts`) : null;
    });
    onResolve({ filter: /^d3-(brush|transition|zoom)$/ }, ({ path }) =>
      unlessUsed(`${path}/src/index.js`)
    );
  }
};

async function bundle(more) {
  const { metafile, outputFiles } = await build({ ...options, ...more });
  for (const input of Object.keys(metafile.inputs)) {
    if (input.includes('@jupyterlab')) {
      throw new Error(`JupyterLab is not in the page: ${input}`);
    }
  }
  return { text: outputFiles[0].text.trim(), metafile };
}

async function bundleEngine() {
  const kernels = await readFile(join(ROOT, KERNELS), 'base64');
  return bundle({
    entryPoints: ['src/page/engine.ts'],
    globalName: 'neuralDivergenceEngine',
    define: { neuralDivergenceKernels: JSON.stringify(kernels) },
    plugins: [standIns('src/worker', IN_ENGINE)]
  });
}

function bundleView() {
  const inPage = { spawn: 'spawn', engine: 'inPlace', unpack: 'inPlace' };
  return bundle({
    entryPoints: ['src/page/main.ts'],
    plugins: [
      standIns('src/worker', inPage),
      standIns('src/probe', { spawn: 'spawnProbe' }),
      onlyWhatIsUsed
    ]
  });
}

/** What runs models, a line for the code and one for WebAssembly: nothing reads them before a probe is opened. */
async function packProbe() {
  const [{ text, metafile }, wasm] = await Promise.all([
    bundle({
      entryPoints: ['src/page/probeWorker.ts'],
      plugins: [standIns('src/worker', IN_ENGINE)]
    }),
    readFile(join(ROOT, PROBE_WASM))
  ]);
  const packed = [text, wasm]
    .map(part => gzipSync(part, { level: 9 }).toString('base64'))
    .join('\n');
  return { text: packed, metafile };
}

async function bundleStyle() {
  const contents = STYLES.map(path => `@import '${path}';`).join('\n');
  return bundle({ stdin: { contents, loader: 'css', resolveDir: ROOT } });
}

/** The template with its parts in place. The parts may hold any text but the end of their element. */
function fill(template, parts) {
  return Object.entries(parts).reduce((html, [name, text]) => {
    const pieces = html.split(`<!--${name}-->`);
    if (pieces.length !== 2) {
      throw new Error(
        `the template has ${pieces.length - 1} places for ${name}`
      );
    }
    return pieces.join(text);
  }, template);
}

/** A script or style in its element. Its text must not end the element, nor hide the end. */
function inline(opening, text) {
  const name = opening.split(' ')[0];
  if (/<\/(script|style)|<script|<!--/i.test(text)) {
    throw new Error(`the code would end its own <${name}>`);
  }
  return `<${opening}>${text}</${name}>`;
}

function hashes(...texts) {
  return texts
    .map(text => createHash('sha256').update(text).digest('base64'))
    .map(digest => `'sha256-${digest}'`)
    .join(' ');
}

const [template, engine, view, probe, style] = await Promise.all([
  readFile(join(ROOT, 'src/page/template.html'), 'utf8'),
  bundleEngine(),
  bundleView(),
  packProbe(),
  bundleStyle()
]);
const known = new Set();
const notices = await noticesOf(
  ROOT,
  [engine, view, style].map(({ metafile }) => metafile),
  known
);
const probeNotices = await noticesOf(ROOT, [probe.metafile], known);
const policy = [
  "default-src 'none'",
  // The kernels are WebAssembly; without this word of 2022 browsers use those in TypeScript.
  `script-src ${hashes(engine.text, view.text)} 'wasm-unsafe-eval'`,
  `style-src ${hashes(style.text)}`,
  'img-src data: blob:',
  'worker-src blob:',
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'"
].join('; ');
const html = fill(template.replaceAll('\r\n', '\n'), {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  style: inline('style', style.text),
  probe: inline(
    'script type="text/plain" id="neuraldivergence-probe"',
    probe.text
  ),
  'probe-licenses': inline('script type="text/plain"', probeNotices),
  engine: inline('script id="neuraldivergence-engine"', engine.text),
  view: inline('script', view.text),
  licenses: inline('script type="text/plain"', notices)
});
for (const output of OUTPUTS) {
  await mkdir(dirname(join(ROOT, output)), { recursive: true });
  await writeFile(join(ROOT, output), html);
}
process.stdout.write(
  `${OUTPUTS.join(', ')}: ${(Buffer.byteLength(html) / 1000).toFixed(1)} kB\n`
);
