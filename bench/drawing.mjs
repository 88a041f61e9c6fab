/**
 * Times the view as it is drawn: node bench/drawing.mjs [NEURONS×CLASSES …]
 * Prints a table and JSON.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const require = createRequire(path.join(root, 'ui-tests/package.json'));
const { chromium } = require('playwright-core');
const { use } = require('./playwright.config.js');

const STYLES = [
  '@lumino/widgets/style/widget.css',
  '@lumino/widgets/style/splitpanel.css',
  './style/index.css',
  './style/page.css'
];
const SIZES = ['512×3', '512×10', '4096×3', '4096×10', '32768×10', '131072×3'];
const CLASSES = 1000;

const chosen = process.argv.slice(2);
const sizes = (chosen.length > 0 ? chosen : SIZES).map(text => {
  const [neurons, shown] = text.split(/[×x]/).map(Number);
  return { neurons, shown, classes: Math.max(shown, CLASSES) };
});
const [script, style] = await Promise.all([
  bundle({ entryPoints: ['bench/drawing.ts'] }),
  bundle({
    stdin: {
      contents: STYLES.map(name => `@import '${name}';`).join('\n'),
      loader: 'css',
      resolveDir: root
    }
  })
]);
const runs = [];
for (const size of sizes) {
  runs.push({ ...size, rows: await measure(size) });
  report(runs.at(-1));
}
console.log(JSON.stringify(runs));

async function bundle(more) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    format: 'iife',
    logLevel: 'warning',
    minify: true,
    target: 'es2022',
    write: false,
    ...more
  });
  return outputFiles[0].text;
}

/** Each size in a browser of its own. */
async function measure(size) {
  const browser = await chromium.launch(use.launchOptions);
  try {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 700 },
      reducedMotion: 'reduce'
    });
    await page.addStyleTag({ content: `${style} .nd-View { height: 660px; }` });
    await page.addScriptTag({ content: script });
    return await page.evaluate(of => window.drawing(of), size);
  } finally {
    await browser.close();
  }
}

function report({ neurons, shown, rows }) {
  console.log(`\n${neurons} neurons × ${shown} classes\n`);
  console.log('| what | script ms | p95 | painted | frame p95 |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const row of rows) {
    const { scriptMs, scriptP95Ms, paintedMs, frameP95Ms } = row;
    const texts = [scriptMs, scriptP95Ms, paintedMs, frameP95Ms].map(ms =>
      ms.toFixed(1)
    );
    console.log(`| ${row.what} | ${texts.join(' | ')} |`);
  }
}
