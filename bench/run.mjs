import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import '../scripts/kernels.mjs';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const { rspack } = createRequire(
  require.resolve('@jupyter/builder/package.json')
)('@rspack/core');
const { chromium } = createRequire(path.join(here, '../ui-tests/package.json'))(
  'playwright-core'
);
const { use } = require('../ui-tests/playwright.config.js');

const REPEATS = 3;

const [samples, neurons, classes] = [10_000, 1024, 10].map((otherwise, k) =>
  Number(process.argv[2 + k] ?? otherwise)
);

const folder = await mkdtemp(path.join(tmpdir(), 'neuraldivergence-bench-'));
try {
  await bundle(folder);
  await assemble(folder);
  const script = await readFile(path.join(folder, 'binning.js'), 'utf8');
  const wasm = [
    await readFile(path.join(here, '../lib/worker/kernels.wasm'), 'base64'),
    await readFile(path.join(folder, 'sum.wasm'), 'base64')
  ];
  const runs = [];
  for (let run = 0; run < REPEATS; run++) {
    runs.push(await measure(script, wasm));
  }
  report(runs);
} finally {
  await rm(folder, { recursive: true });
}

function bundle(output) {
  const compiler = rspack({
    mode: 'production',
    context: here,
    entry: './binning.ts',
    output: { path: output, filename: 'binning.js' },
    resolve: { extensions: ['.ts', '.js'] },
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: 'builtin:swc-loader',
          options: {
            jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }
          },
          type: 'javascript/auto'
        }
      ]
    },
    performance: { hints: false }
  });
  return new Promise((resolve, reject) =>
    compiler.run((error, stats) =>
      error || stats.hasErrors()
        ? reject(error ?? new Error(stats.toString('errors-only')))
        : resolve()
    )
  );
}

async function assemble(output) {
  const { error, stderr } = await asc.main([
    ...['assembly/sum.ts', '--baseDir', here],
    ...['--outFile', path.relative(here, path.join(output, 'sum.wasm'))],
    ...['--runtime', 'stub', '--importMemory', '--noExportMemory'],
    ...['--enable', 'simd', '-O3']
  ]);
  if (error) {
    throw new Error(stderr.toString());
  }
}

/** One run, in a browser of its own. */
async function measure(script, wasm) {
  const browser = await chromium.launch(use.launchOptions);
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate(
      ([sizes, texts]) =>
        window.binning(
          sizes,
          ...texts.map(text =>
            Uint8Array.from(atob(text), char => char.charCodeAt(0))
          )
        ),
      [{ samples, neurons, classes }, wasm]
    );
  } finally {
    await browser.close();
  }
}

/** Medians over the runs; ratios are made within a run. */
function report(runs) {
  const rows = runs[0].map(({ what }, i) => ({
    what,
    ms: median(runs.map(run => run[i].ms)),
    ratio: median(runs.map(run => run[i].ms / run[0].ms))
  }));
  console.log(
    `${samples} samples × ${neurons} neurons, ${classes} classes; ${cpus()[0].model}, ${cpus().length} cores\n`
  );
  console.log('| what | ms | × sum |\n| --- | --- | --- |');
  for (const { what, ms, ratio } of rows) {
    console.log(`| ${what} | ${ms.toFixed(1)} | ${ratio.toFixed(2)} |`);
  }
  console.log(`\n${JSON.stringify({ samples, neurons, classes, rows })}`);
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
