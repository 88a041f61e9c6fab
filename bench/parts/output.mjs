import { runPython } from '../tools/python.mjs';

export const title = 'What an output adds to the notebook';

/** Bytes in the .ipynb. */
export function run() {
  return runPython('output.py');
}
