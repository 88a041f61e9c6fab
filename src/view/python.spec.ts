import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openedStore } from '../../tests/ts/fixtures';
import { pythonCall, pythonText } from './python';
import { CHOICES } from './choices';
import { defaultView, parseView } from './state';
import { viewToJson } from './viewJson';

type Case = {
  /** The recording's own view. */
  readonly own: unknown;
  readonly view: Record<string, unknown>;
  readonly call: readonly string[];
};

/** `tests/py/test_orders.py` runs the same calls. */
const cases = JSON.parse(
  readFileSync(join(__dirname, '../../tests/ts/calls.json'), 'utf8')
) as Case[];

test.each(cases)(
  'the call $call makes its view',
  async ({ own, view, call }) => {
    const opened = await openedStore('tiny.ndiv');
    const info = { ...opened.info, view: own };
    const state = parseView(view, info, defaultView(info));
    expect(viewToJson(state)).toEqual(view);
    expect(pythonCall(state, info).split('\n')).toEqual(call);
  }
);

test.each(Object.keys(CHOICES))('some call has another %s', key => {
  const values = cases.map(({ view }) => view[key]);
  expect(new Set(values).size).toBeGreaterThan(1);
});

test.each([
  ['cat', '"cat"'],
  ['a "b" \\', '"a \\"b\\" \\\\"'],
  ['line\nend\0', '"line\\u000aend\\u0000"'],
  ['\u202e\ud800', '"\\u202e\\ud800"'],
  ['Hund 🐕 é', '"Hund 🐕 é"']
])('%j is %s in Python', (text, literal) => {
  expect(pythonText(text)).toBe(literal);
});
