import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import '../../scripts/kernels.mjs';
import { serve } from './server.mjs';

const bench = path.join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const { rspack } = createRequire(
  require.resolve('@jupyter/builder/package.json')
)('@rspack/core');

/** A server of the pages in pages/, bundled as the extension is, worker, kernels and styles included. */
export async function servePages(names) {
  const folder = await mkdtemp(path.join(tmpdir(), 'neuraldivergence-bench-'));
  await Promise.all([bundle(folder, names), assemble(folder)]);
  await Promise.all(
    names.map(name => writeFile(path.join(folder, `${name}.html`), html(name)))
  );
  const { url, close } = await serve(folder);
  return {
    url,
    folder,
    close: async () => {
      close();
      await rm(folder, { recursive: true });
    }
  };
}

const html = name => `<!doctype html>
<meta charset="utf-8" />
<link rel="icon" href="data:," />
<link rel="stylesheet" href="${name}.css" />
<body><script src="${name}.js"></script></body>
`;

function bundle(output, names) {
  const compiler = rspack({
    mode: 'production',
    context: path.join(bench, 'pages'),
    entry: Object.fromEntries(
      names.map(name => [name, ['./style.css', `./${name}`]])
    ),
    output: {
      path: output,
      filename: '[name].js',
      cssFilename: '[name].css',
      publicPath: 'auto'
    },
    resolve: {
      extensions: ['.ts', '.mjs', '.js'],
      extensionAlias: { '.js': ['.ts', '.js'] }
    },
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: 'builtin:swc-loader',
          options: {
            jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }
          },
          type: 'javascript/auto'
        },
        { test: /\.css$/, type: 'css' }
      ]
    },
    plugins: [
      // Where `tsc` and `scripts/kernels.mjs` put the kernels.
      new rspack.NormalModuleReplacementPlugin(
        /kernels\.wasm$/,
        path.join(bench, '../lib/worker/kernels.wasm')
      )
    ],
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
    ...['assembly/sum.ts', '--baseDir', bench],
    ...['--outFile', path.relative(bench, path.join(output, 'sum.wasm'))],
    ...['--runtime', 'stub', '--importMemory', '--noExportMemory'],
    ...['--enable', 'simd', '-O3']
  ]);
  if (error) {
    throw new Error(stderr.toString());
  }
}
