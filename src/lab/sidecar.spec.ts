import { saveView } from '../view/saved';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';
import {
  parseSidecar,
  readSidecar,
  sidecarPath,
  writeSidecar
} from './sidecar';

/** A contents manager over a map of texts; its listings leave out some names. */
function contentsOf(
  files: Map<string, string>,
  isHidden = (_: string) => false
) {
  const asked: string[] = [];
  let status = 404;
  const port = {
    serverSettings: { baseUrl: 'http://server/user/a/', token: 'secret' },
    driveName: (path: string) => path.split(':').slice(0, -1).join(),
    localPath: (path: string) => path.split(':').at(-1) ?? '',
    getDownloadUrl: async (path: string) =>
      path.startsWith('cloud:')
        ? 'https://cloud.test/x.ndiv?signature=1'
        : `http://server/user/a/files/${path}`,
    get: async (path: string) => {
      asked.push(path);
      const content = files.get(path);
      const prefix = path === '' || path.endsWith(':') ? path : `${path}/`;
      if (content !== undefined) {
        return { content };
      }
      if (path.endsWith('.json')) {
        throw Object.assign(new Error('404'), { response: { status } });
      }
      return {
        content: [...files.keys()]
          .filter(key => key.startsWith(prefix))
          .map(key => ({ name: key.slice(prefix.length) }))
          .filter(({ name }) => !isHidden(name))
      };
    },
    save: async (path: string, { content }: { content: string }) => {
      files.set(path, content);
    }
  };
  const fail = (code: number) => (status = code);
  return { asked, fail, port: port as unknown as ContentsPort };
}

const saved = saveView([], 'One', { version: 1, layers: ['a'] });

describe('views beside a file', () => {
  test.each(['a.ndiv', 'folder/b.ndiv', 'cloud:c.ndiv', 'cloud:d/e.ndiv'])(
    'of %s are read as they were written',
    async path => {
      const { port } = contentsOf(new Map([[path, '']]));
      expect(await readSidecar(port, path)).toEqual({ kind: 'none' });
      await writeSidecar(port, path, { version: 1, bins: 7 }, saved);
      expect(await readSidecar(port, path)).toEqual({
        kind: 'views',
        current: { version: 1, bins: 7 },
        saved
      });
    }
  );

  test('that are not there are not asked for', async () => {
    const { port, asked } = contentsOf(new Map([['a.ndiv', '']]));
    await readSidecar(port, 'a.ndiv');
    expect(asked).not.toContain(sidecarPath('a.ndiv'));
  });

  test('are seen when the server lists neither them nor the recording', async () => {
    const { port, fail } = contentsOf(new Map([['.a.ndiv', '']]), name =>
      name.startsWith('.')
    );
    expect(await readSidecar(port, '.a.ndiv')).toEqual({ kind: 'none' });
    await writeSidecar(port, '.a.ndiv', null, saved);
    expect(await readSidecar(port, '.a.ndiv')).toMatchObject({ saved });
    fail(500);
    await expect(readSidecar(port, '.b.ndiv')).rejects.toThrow();
  });

  test.each([
    ['', 'broken'],
    ['{', 'broken'],
    ['[1]', 'broken'],
    ['null', 'broken'],
    ['{}', 'version'],
    ['{"version": 2, "saved": []}', 'version'],
    ['{"__proto__": {"version": 1}}', 'version']
  ])('%s are left alone', (text, reason) => {
    expect(parseSidecar(text)).toEqual({ kind: 'foreign', reason });
  });

  test('may hold anything else', () => {
    expect(parseSidecar('{"version": 1, "saved": [3, {"name": ""}]}')).toEqual({
      kind: 'views',
      current: undefined,
      saved: []
    });
  });
});

test('the token goes to the server only, never to a drive elsewhere', async () => {
  const { port } = contentsOf(new Map());
  expect(await fileCarried(port, 'x/a.NPZ')).toEqual({
    kind: 'url',
    url: 'http://server/user/a/files/x/a.NPZ',
    headers: { Authorization: 'token secret' },
    format: 'npz'
  });
  expect(await fileCarried(port, 'cloud:x.ndiv')).toMatchObject({
    headers: {},
    format: 'block'
  });
});
