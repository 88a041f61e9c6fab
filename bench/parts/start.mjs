import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { withPage } from '../tools/browser.mjs';
import { startLab } from '../tools/lab.mjs';

export const title = 'What JupyterLab loads at its start';

const STATIC = path.join(
  import.meta.dirname,
  '../../neuraldivergence/labextension/static'
);
const INSTALLED = '/extensions/neuraldivergence/static/';

/** Found twice: in what the entry names, and in what a browser asks for. */
export async function run() {
  const named = await namedFiles();
  const asked = await askedFiles();
  if (named.join() !== asked.join()) {
    throw new Error(
      `the entry names ${named.join(', ')}, but JupyterLab loads ${asked.join(', ')}`
    );
  }
  const rows = await Promise.all(
    named.map(async name => ({
      what: name.split('.')[0],
      ...(await sizes(name))
    }))
  );
  const sum = key => rows.reduce((total, row) => total + row[key], 0);
  const all = (await readdir(STATIC)).filter(name => /\.(js|wasm)$/.test(name));
  const every = await Promise.all(all.map(sizes));
  return [
    ...rows,
    { what: 'all at start', bytes: sum('bytes'), gzip: sum('gzip') },
    {
      what: 'all scripts and kernels of the extension',
      bytes: every.reduce((total, { bytes }) => total + bytes, 0),
      gzip: every.reduce((total, { gzip }) => total + gzip, 0)
    }
  ];
}

async function sizes(name) {
  const content = await readFile(path.join(STATIC, name));
  return { bytes: content.length, gzip: gzipSync(content).length };
}

/** The entry, and the chunks of the modules that JupyterLab takes from it. */
async function namedFiles() {
  const files = await readdir(STATIC);
  const { jupyterlab } = JSON.parse(
    await readFile(path.join(STATIC, '../package.json'), 'utf8')
  );
  const { load, extension, style } = jupyterlab._build;
  const entry = path.basename(load);
  const text = await readFile(path.join(STATIC, entry), 'utf8');
  const chunks = [extension, style].flatMap(module => {
    const [, begin] = text.split(`"${module}":()=>`);
    const ids = [...(begin ?? '').split('"./')[0].matchAll(/\.e\((\d+)\)/g)];
    if (ids.length === 0) {
      throw new Error(`${entry} does not say where ${module} is`);
    }
    return ids.map(([, id]) => files.find(name => name.startsWith(`${id}.`)));
  });
  return [...new Set([entry, ...chunks])].sort();
}

async function askedFiles() {
  const lab = await startLab();
  try {
    const asked = new Set();
    await withPage('about:blank', async page => {
      page.on('response', response => {
        const { pathname } = new URL(response.url());
        if (pathname.includes(INSTALLED)) {
          asked.add(path.basename(pathname));
        }
      });
      await lab.open(page);
      await page.waitForLoadState('networkidle');
    });
    return [...asked].sort();
  } finally {
    await lab.stop();
  }
}
