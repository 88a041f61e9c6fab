import { DecodeError } from '../core/errors';
import { resolveBeside, sourceOf } from './elsewhere';

const ID = 'a'.repeat(64);
const file = (path: unknown) => ({ source: { kind: 'file', path, id: ID } });
const comm = (target: unknown) => ({
  source: { kind: 'comm', target, id: ID }
});

describe('sourceOf', () => {
  it.each(['LeNet.3fa2b1c4.ndiv', 'data/a b.NDIV', '../x.ndiv', './é/x.ndiv'])(
    'finds the file %j',
    path => {
      expect(sourceOf(file(path))).toEqual({ kind: 'file', path, id: ID });
    }
  );

  it('finds the kernel', () => {
    expect(sourceOf(comm('neuraldivergence'))).toEqual({
      kind: 'comm',
      target: 'neuraldivergence',
      id: ID
    });
  });

  it.each([null, 7, 'file', [], {}, { source: null }, { source: [] }])(
    'finds no other place in %j',
    descriptor => expect(sourceOf(descriptor)).toBeNull()
  );

  it('finds none where the data is inline, or where a newer version names something else', () => {
    expect(sourceOf({ source: { kind: 'inline' } })).toBeNull();
    expect(
      sourceOf({ source: { kind: 'https', path: '//e.test' } })
    ).toBeNull();
    expect(sourceOf(JSON.parse('{"__proto__": {"source": 1}}'))).toBeNull();
  });

  it.each([
    '/etc/x.ndiv',
    '//e.test/x.ndiv',
    'C:/x.ndiv',
    'c:x.ndiv',
    'a/c:x.ndiv',
    '..\\x.ndiv',
    'a\u0000.ndiv',
    'x.ndiv\n',
    'https://e.test/x.html',
    'x.ipynb',
    '.ndiv',
    'a/.ndiv',
    'x.ndiv?a=1',
    'x.ndiv#a',
    '',
    '..',
    7,
    null,
    ['x.ndiv']
  ])('refuses the path %j', path => {
    expect(() => sourceOf(file(path))).toThrow(DecodeError);
    expect(() => sourceOf(file(path))).toThrow(/source\.path: /);
  });

  it.each(['jupyter.widget', '', 7, null])('refuses the target %j', target =>
    expect(() => sourceOf(comm(target))).toThrow(/source\.target: /)
  );

  it.each(['', 'A'.repeat(64), 'a'.repeat(63), null, 7])(
    'refuses the id %j',
    id => {
      const source = { kind: 'file', path: 'x.ndiv', id };
      expect(() => sourceOf({ source })).toThrow(/source\.id: /);
    }
  );
});

describe('resolveBeside', () => {
  it.each([
    ['a.ipynb', 'x.ndiv', 'x.ndiv'],
    ['b/a.ipynb', 'x.ndiv', 'b/x.ndiv'],
    ['b/a.ipynb', '../x.ndiv', 'x.ndiv'],
    ['b/c/a.ipynb', '../d/./x.ndiv', 'b/d/x.ndiv'],
    ['b/a.ipynb', 'd//x.ndiv', 'b/d/x.ndiv'],
    ['b/a.ipynb', 'd/../x.ndiv', 'b/x.ndiv']
  ])('from %j to %j is %j', (notebook, path, expected) => {
    expect(resolveBeside(notebook, path)).toBe(expected);
  });

  it.each([
    ['a.ipynb', '../x.ndiv'],
    ['b/a.ipynb', '../../x.ndiv'],
    ['b/a.ipynb', 'c/../../../b/x.ndiv']
  ])('from %j does not go to %j, out of the root', (notebook, path) => {
    expect(() => resolveBeside(notebook, path)).toThrow(
      /source\.path: leads out of/
    );
  });
});
