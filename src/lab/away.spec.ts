import type { NotebookPanel } from '@jupyterlab/notebook';
import { awayOf, pathBeside } from './away';
import type { ContentsPort } from './fileSource';

const ID = 'a'.repeat(64);

/** With one drive more, `RTC`. */
const contents = {
  serverSettings: { baseUrl: 'http://server/', token: 'secret' },
  driveName: (path: string) => (path.startsWith('RTC:') ? 'RTC' : ''),
  localPath: (path: string) => path.replace(/^RTC:/, ''),
  getDownloadUrl: async (path: string) => `http://server/files/${path}`
} as unknown as ContentsPort;

const descriptor = (path: string) => ({
  source: { kind: 'file', path, id: ID }
});

test.each([
  ['a/b.ipynb', 'x.ndiv', 'a/x.ndiv'],
  ['RTC:a/b.ipynb', 'x.ndiv', 'RTC:a/x.ndiv'],
  ['RTC:b.ipynb', 'c/x.ndiv', 'RTC:c/x.ndiv']
])('a file beside %j', (notebook, path, expected) => {
  expect(pathBeside(contents, notebook, path)).toBe(expected);
});

test.each([
  ['b.ipynb', 'RTC:x.ndiv'],
  ['a/b.ipynb', '../RTC:x.ndiv']
])('from %j no path leads to another drive: %j', (notebook, path) => {
  expect(() => pathBeside(contents, notebook, path)).toThrow(/another drive/);
});

test('a file is looked for where the notebook is now', async () => {
  const context = { path: 'a/b.ipynb' };
  const panel = { context, isDisposed: false } as unknown as NotebookPanel;
  const away = awayOf(descriptor('x.ndiv'), panel, contents);
  expect(away).toMatchObject({
    elsewhere: { kind: 'file', path: 'x.ndiv' },
    id: ID
  });
  const lost = () => undefined;
  expect((await away?.reach(lost))?.carried).toEqual({
    kind: 'url',
    url: 'http://server/files/a/x.ndiv',
    headers: { Authorization: 'token secret' },
    format: 'block'
  });
  context.path = 'c.ipynb';
  expect((await away?.reach(lost))?.carried).toMatchObject({
    url: 'http://server/files/x.ndiv'
  });
});

test('a place that may not be gone to is told when it is tried, not before', async () => {
  const away = awayOf(descriptor('/etc/x.ndiv'), null, contents);
  expect(away?.elsewhere).toEqual({ kind: 'file', path: '/etc/x.ndiv' });
  await expect(away?.reach(() => undefined)).rejects.toMatchObject({
    tag: 'decode',
    path: 'source.path'
  });
});

test('an output of no open notebook cannot be asked for its values', async () => {
  const away = awayOf(descriptor('x.ndiv'), null, contents);
  await expect(away?.reach(() => undefined)).rejects.toMatchObject({
    tag: 'unavailable',
    reason: 'elsewhere'
  });
});

test('inline data is nowhere else', () => {
  const inline = { source: { kind: 'inline' } };
  expect(awayOf(inline, null, contents)).toBeNull();
  expect(awayOf(null, null, contents)).toBeNull();
});
