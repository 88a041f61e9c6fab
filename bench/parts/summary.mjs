import { runPython } from '../tools/python.mjs';

export const title = 'Summaries and outputs in Python';

/** Its yardstick is NumPy's own sum of the same values. */
export function run({ sizes = [] }) {
  return runPython('summary.py', ...sizes.map(size => size.join('x')));
}

/** No goal asks for it. */
export const isInShort = false;
