/**
 * Builds assembly/ into lib/worker/kernels.wasm, unless it is there and newer than its sources.
 *
 *     node scripts/kernels.mjs
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = 'assembly';
const OUTPUT = 'lib/worker/kernels.wasm';
/** The caller brings the memory and says where things are: no runtime, no static data. */
const OPTIONS = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory'],
  ...['--enable', 'simd', '--noAssert', '-O3', '--converge']
];

async function changedMs(path) {
  const { mtimeMs } = await stat(join(ROOT, path)).catch(() => ({
    mtimeMs: -Infinity
  }));
  return mtimeMs;
}

async function isFresh() {
  const sources = await readdir(join(ROOT, SOURCES));
  const changes = await Promise.all(
    [
      ...sources.map(name => join(SOURCES, name)),
      'scripts/kernels.mjs',
      'package-lock.json'
    ].map(changedMs)
  );
  return (await changedMs(OUTPUT)) > Math.max(...changes);
}

if (!(await isFresh())) {
  await mkdir(dirname(join(ROOT, OUTPUT)), { recursive: true });
  const { error, stderr } = await asc.main([
    ...[`${SOURCES}/index.ts`, '--baseDir', ROOT, '--outFile', OUTPUT],
    ...OPTIONS
  ]);
  if (error) {
    throw new Error(`${SOURCES} does not compile\n${stderr.toString()}`);
  }
  const { size } = await stat(join(ROOT, OUTPUT));
  process.stdout.write(`${OUTPUT}: ${(size / 1000).toFixed(1)} kB\n`);
}
