/** @jest-environment jsdom */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KEYS } from './actions';

const ROOT = join(__dirname, '../..');

test('keys are the same in the code, in the settings and in the documentation', () => {
  const wanted = DEFAULT_KEYS.map(
    ([action, keys]) => `neuraldivergence:key-${action} ${keys}`
  ).sort();
  const schema = JSON.parse(
    readFileSync(join(ROOT, 'schema/panels.json'), 'utf8')
  ) as {
    'jupyter.lab.shortcuts': { command: string; keys: string[] }[];
  };
  const set = schema['jupyter.lab.shortcuts'].map(
    ({ command, keys }) => `${command} ${keys.join()}`
  );
  const told = readFileSync(join(ROOT, 'docs/keyboard.md'), 'utf8')
    .split('\n')
    .flatMap(line => {
      const command = /`(neuraldivergence:key-[a-z-]+)`/.exec(line)?.[1];
      const keys = [...line.matchAll(/<kbd>([^<]+)<\/kbd>/g)];
      return command ? keys.map(([, key]) => `${command} ${key}`) : [];
    });
  expect(set.sort()).toEqual(wanted);
  expect(told.sort()).toEqual(wanted);
});
