import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { python } from './lab.mjs';

/** What a script of this folder prints as JSON, run by the Python of `.venv`. */
export async function runPython(script, ...parameters) {
  const file = path.join(import.meta.dirname, '../python', script);
  const { stdout } = await promisify(execFile)(
    python(),
    [file, ...parameters.map(String)],
    { maxBuffer: 2 ** 26 }
  );
  return JSON.parse(stdout);
}
