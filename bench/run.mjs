/**
 * Measures the goals of docs/performance.md.
 *
 *     node bench/run.mjs [part …] [--short] [--sizes 10000x1024x10,…] [--before FOLDER]
 *         [--json FILE] [--markdown FILE] [--plot FILE]
 *
 * `python3 dev.py bench` installs and builds what this needs, and hands its arguments on.
 * Without parts all are measured; `--short` is what the tests run, fails where a goal is not held.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { failures, goalRows } from './tools/goals.mjs';
import { describeMachine } from './tools/machine.mjs';
import { plotOf } from './tools/plot.mjs';
import { markdownOf } from './tools/report.mjs';
import * as arriving from './parts/arriving.mjs';
import * as binning from './parts/binning.mjs';
import * as drawing from './parts/drawing.mjs';
import * as examples from './parts/examples.mjs';
import * as memory from './parts/memory.mjs';
import * as notebook from './parts/notebook.mjs';
import * as output from './parts/output.mjs';
import * as peers from './parts/peers.mjs';
import * as start from './parts/start.mjs';
import * as summary from './parts/summary.mjs';

const PARTS = {
  start,
  output,
  binning,
  peers,
  summary,
  drawing,
  arriving,
  notebook,
  memory,
  examples
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    before: { type: 'string' },
    json: { type: 'string' },
    plot: { type: 'string' },
    markdown: { type: 'string' }
  }
});

const results = await measure(chosenParts(), {
  isShort: options.short,
  before: options.before,
  sizes: options.sizes?.split(',').map(readSize)
});
const markdown = markdownOf(results, PARTS);
console.log(markdown);
await save(options.json, `${JSON.stringify(results, null, 1)}\n`);
await save(options.markdown, markdown);
if (options.plot !== undefined) {
  await save(options.plot, plotOf(results.parts.peers));
}
if (options.short) {
  const failed = failures(results.goals);
  failed.forEach(sentence => console.error(sentence));
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function chosenParts() {
  const unknown = positionals.find(name => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    stop(
      `unknown part: ${unknown} (there are ${Object.keys(PARTS).join(', ')})`
    );
  }
  return positionals.length > 0
    ? positionals
    : Object.keys(PARTS).filter(
        name => !options.short || PARTS[name].isInShort !== false
      );
}

function readSize(text) {
  const size = text.split('x').map(Number);
  if (size.length !== 3 || !size.every(n => Number.isInteger(n) && n > 0)) {
    stop(`invalid size: ${text} (samples x neurons x classes)`);
  }
  return size;
}

async function measure(names, choice) {
  const machine = await describeMachine();
  const parts = {};
  for (const name of names) {
    const begun = performance.now();
    parts[name] = await PARTS[name].run(choice);
    const seconds = (performance.now() - begun) / 1000;
    console.error(`${name}: ${seconds.toFixed(0)} s`);
  }
  return {
    machine,
    isShort: choice.isShort,
    parts,
    goals: goalRows(parts, choice.isShort)
  };
}

function stop(reason) {
  console.error(reason);
  process.exit(2);
}

async function save(file, text) {
  if (file !== undefined) {
    await writeFile(file, text);
  }
}
