import { cpus, totalmem } from 'node:os';
import { launch } from './browser.mjs';
import { runPython } from './python.mjs';

/** What the numbers depend on; nothing that names the machine. */
export async function describeMachine() {
  const browser = await launch();
  const version = browser.version();
  await browser.close();
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    chromium: version,
    node: process.versions.node,
    ...(await runPython('versions.py'))
  };
}
