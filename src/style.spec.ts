import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(__dirname, '../style');
const read = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

test('every sheet but that of a page of its own is part of the extension', () => {
  const sheets = readdirSync(FOLDER).filter(
    name => /\.css$/.test(name) && !['index.css', 'page.css'].includes(name)
  );
  const found = (index: string) =>
    [...read(index).matchAll(/'(?:\.\/)?([a-z]+\.css)'/g)].map(([, n]) => n);
  expect(found('index.css')).toEqual(found('index.js'));
  expect([...found('index.css')].sort()).toEqual(sheets.sort());
});

test('only the setting says how large pictures of instances are', () => {
  const sizes = readdirSync(FOLDER)
    .filter(name => name.endsWith('.css'))
    .flatMap(name => [
      ...read(name).matchAll(/\.nd-Picture \{[^}]*?\swidth: ([^;]+);/g)
    ])
    .map(([, width]) => width);
  expect(sizes).toEqual(['var(--nd-picture-size, 56px)']);
});

test('colours with a meaning and states are seen with forced colours', () => {
  const forced = read('forced.css');
  for (const part of [
    '.nd-Check',
    '.nd-Dot',
    '.nd-Hover-name::before',
    '.nd-Ramp',
    '.nd-Graph-canvas',
    '.nd-Graph-overview',
    '.nd-SavedCard-picture',
    "[aria-pressed='true']"
  ]) {
    expect(forced).toContain(part);
  }
});
