import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const { rspack } = createRequire(
  createRequire(import.meta.url).resolve('@jupyter/builder/package.json')
)('@rspack/core');
const { chromium } = createRequire(path.join(here, '../ui-tests/package.json'))(
  'playwright-core'
);

const [samples, neurons, classes] = [10_000, 1024, 10].map((otherwise, k) =>
  Number(process.argv[2 + k] ?? otherwise)
);

const folder = await mkdtemp(path.join(tmpdir(), 'neuraldivergence-bench-'));
try {
  await bundle(folder);
  const rows = await measure(
    await readFile(path.join(folder, 'binning.js'), 'utf8')
  );
  report(rows);
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

async function measure(script) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return await page.evaluate(
      ([s, n, c]) => window.binning(s, n, c),
      [samples, neurons, classes]
    );
  } finally {
    await browser.close();
  }
}

function report(rows) {
  const yardstick = rows[0].ms;
  console.log(
    `${samples} samples × ${neurons} neurons, ${classes} classes; ${cpus()[0].model}, ${cpus().length} cores\n`
  );
  console.log('| what | ms | × sum |\n| --- | --- | --- |');
  for (const { what, ms } of rows) {
    console.log(
      `| ${what} | ${ms.toFixed(1)} | ${(ms / yardstick).toFixed(2)} |`
    );
  }
  console.log(`\n${JSON.stringify({ samples, neurons, classes, rows })}`);
}
