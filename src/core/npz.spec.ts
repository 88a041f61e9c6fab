import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { unzipArrays } from '../worker/npz';
import { crc32 } from './crc32';
import { DecodeError } from './errors';
import { floatsOfNpy, parseNpy, textsOfNpy } from './npy';
import { npzRecording } from './npz';
import { sha256 } from './sha256';

const origin = { id: 'x', name: 'file.npz' };
const archive = fixtureBytes('tiny.npz');
const filesOf = (entries: Readonly<Record<string, Uint8Array>>) =>
  new Map(Object.entries(entries).map(([key, npy]) => [key, () => npy]));

/** A `.npy` file of version 1, as NumPy writes it. */
function npy(descr: string, shape: readonly number[], data: Uint8Array) {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return rawNpy(
    `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`,
    data
  );
}

function rawNpy(header: string, data: Uint8Array): Uint8Array {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const file = new Uint8Array(10 + text.length + data.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(file.buffer).setUint16(8, text.length, true);
  file.set(text, 10);
  file.set(data, 10 + text.length);
  return file;
}

const table = (rows: number, neurons: number) =>
  npy('<f4', [rows, neurons], new Uint8Array(4 * rows * neurons));
const ints = (...values: number[]) =>
  npy('<i4', [values.length], new Uint8Array(Int32Array.from(values).buffer));

function read(entries: Readonly<Record<string, Uint8Array>>) {
  return npzRecording(filesOf(entries), origin);
}

describe('the arrays of an archive', () => {
  test('are layers in its order, with classes that are named or counted', () => {
    const { name, layers, classes } = npzRecording(
      unzipArrays(archive),
      origin
    );
    expect(name).toBe('Tiny archive ✓');
    expect(layers.map(layer => layer.name)).toEqual([
      'double',
      'fortran',
      'big endian',
      'half',
      'short',
      'long',
      'bytes',
      'switch'
    ]);
    expect(classes.map(c => c.name)).toEqual(['cat', 'chien', 'ねこ']);
    expect(
      read({ a: table(3, 2), labels: ints(0, 2, -1) }).classes.map(c => c.name)
    ).toEqual(['class 0', 'class 1', 'class 2']);
  });

  test('are layers without a prefix when they have the common rows', () => {
    const { layers, name, classes } = read({
      a: table(3, 2),
      weights: table(7, 9),
      b: table(3, 5),
      vector: ints(1, 2, 3)
    });
    expect(layers.map(layer => [layer.name, layer.neurons])).toEqual([
      ['a', 2],
      ['b', 5]
    ]);
    expect(name).toBe('file.npz');
    expect(classes.map(c => c.name)).toEqual(['all']);
  });

  test('may be packed', () => {
    const arrays = unpacked(archive);
    const packed = zipSync(
      Object.fromEntries(
        [...arrays].map(([key, bytes]) => [`${key}.npy`, bytes])
      ),
      { level: 6 }
    );
    expect(packed.length).toBeLessThan(archive.length);
    expect(unpacked(packed)).toEqual(arrays);
  });

  test('are read only where they are a layer or have a meaning', () => {
    const files = filesOf({ 'layer/a': table(2, 2), labels: ints(0, 1) });
    files.set('other', () => {
      throw new DecodeError('other', 'damaged');
    });
    expect(npzRecording(files, origin).layers).toHaveLength(1);
  });

  test.each([
    ['objects', "'|O'", 30],
    ['a structure', "[('a', '<f4')]", 4],
    ['complex numbers', "'<c8'", 8],
    ['dates', "'<M8[ns]'", 8],
    ['texts without length', "'<U0'", 0]
  ])('may lie beside %s, which are no layer', (_, descr, dataBytes) => {
    const foreign = rawNpy(
      `{'descr': ${descr}, 'fortran_order': False, 'shape': (1, 1), }`,
      new Uint8Array(dataBytes)
    );
    const entries = { other: foreign, a: table(1, 2) };
    expect(read(entries).layers.map(layer => layer.name)).toEqual(['a']);
    for (const key of ['layer/a', 'labels', 'name', 'images']) {
      expect(() => read({ ...entries, [key]: foreign })).toThrow(DecodeError);
    }
    expect(() => read({ other: foreign })).toThrow(/other/);
  });

  test('are never left out for being damaged', () => {
    const files = filesOf({ a: table(1, 2) });
    files.set('b', () => {
      throw new DecodeError('b', 'damaged');
    });
    expect(() => npzRecording(files, origin)).toThrow('b: damaged');
  });

  const object = rawNpy(
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    new Uint8Array(30)
  );
  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['nothing', {}, /no layer/],
    ['no table', { labels: ints(1, 2) }, /no layer/],
    ['rows', { 'layer/a': table(3, 2), 'layer/b': table(4, 2) }, /4 rows/],
    ['no neuron', { 'layer/a': table(3, 0) }, /holds no values/],
    ['rank', { 'layer/a': ints(1, 2) }, /expected numbers/],
    ['names', { 'layer/a': table(3, 2), 'activations/a': table(3, 2) }, /name/],
    ['labels', { 'layer/a': table(3, 2), labels: ints(1, 2) }, /labels.*\[3\]/],
    ['label', { 'layer/a': table(2, 2), labels: ints(1, -2) }, /-2 is out/],
    ['classes', { 'layer/a': table(1, 2), labels: ints(1e9) }, /classes/],
    ['text', { 'layer/a': table(1, 2), class_names: ints(1) }, /class_names/],
    ['images', { 'layer/a': table(3, 2), images: table(3, 2) }, /uint8/],
    ['alone', { a: object }, /Python objects are never loaded/],
    ['object', { 'layer/a': object }, /Python objects are never loaded/],
    ['other', { 'layer/a': new Uint8Array(99) }, /not an array of NumPy/],
    [
      'size',
      { 'layer/a': npy('<f4', [2 ** 20, 2 ** 20], new Uint8Array(4)) },
      /needs 4398046511104 bytes, found 4/
    ]
  ])('are refused with the reason: %s', (_, entries, reason) => {
    expect(() => read(entries)).toThrow(DecodeError);
    expect(() => read(entries)).toThrow(reason);
  });
});

describe('texts', () => {
  const texts = (descr: string, count: number, data: Uint8Array) =>
    textsOfNpy(parseNpy('a', npy(descr, [count], data)));
  const points = (...values: number[]) =>
    new Uint8Array(Uint32Array.from(values).buffer);

  test('end before the NULs that NumPy fills up with', () => {
    expect(texts('<U3', 3, points(97, 0, 0, 0, 98, 0, 0, 0, 0))).toEqual([
      'a',
      '\0b',
      ''
    ]);
    expect(texts('<U1', 2, points(0, 0x1f600))).toEqual(['', '😀']);
    const long = '✓'.repeat(5000);
    expect(
      texts('<U5000', 1, points(...Array<number>(5000).fill(0x2713)))
    ).toEqual([long]);
  });

  test('take time in proportion to their length', () => {
    const data = new Uint32Array(2 ** 21);
    for (let i = 2 ** 16 - 1; i < data.length; i += 2 ** 16) {
      data[i] = 97;
    }
    const begin = performance.now();
    texts('<U65536', 2 ** 5, new Uint8Array(data.buffer));
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'without length, however many',
      () => texts('<U0', 2 ** 40, points()),
      /unknown dtype: "<U0"/
    ],
    [
      'of great length',
      () => texts('<U65537', 1, points(...Array<number>(65_537).fill(0))),
      /unknown dtype/
    ],
    [
      'beyond number',
      () => texts('<U1', 100_001, new Uint8Array(400_004)),
      /100001 texts, more than 100000/
    ],
    ['outside Unicode', () => texts('<U1', 1, points(2 ** 32 - 1)), /Unicode/]
  ])('are refused: %s', (_, work, reason) => {
    const begin = performance.now();
    expect(work).toThrow(DecodeError);
    expect(work).toThrow(reason);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

describe('a header of an array', () => {
  test.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }",
    "{'shape': (1,1), 'fortran_order': False, 'descr': '<f4'}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (1L, 1L), }   "
  ])('is read: %s', header => {
    const array = parseNpy('a', rawNpy(header, new Uint8Array(4)));
    expect(array.shape).toEqual([1, 1]);
    expect([...floatsOfNpy(array)]).toEqual([0]);
  });

  test.each([
    '',
    '{}',
    "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'x': True}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2**3,)}",
    "{'descr': '<c8', 'fortran_order': False, 'shape': ()}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}",
    "__import__('os').system('true')"
  ])('is refused: %s', header => {
    expect(() => parseNpy('a', rawNpy(header, new Uint8Array(4)))).toThrow(
      DecodeError
    );
  });

  test('with any bytes gives an array or a typed error', () => {
    const whole = npy('<f4', [2, 1], new Uint8Array(8));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
          minLength: 1,
          maxLength: 4
        }),
        edits => {
          const file = whole.slice();
          edits.forEach(([at, byte]) => (file[at] = byte));
          expectTyped(() => floatsOfNpy(parseNpy('a', file)));
        }
      ),
      { numRuns: 3000 }
    );
  });
});

describe('a hostile archive', () => {
  test('is refused when it would inflate to more than the limit', () => {
    const bomb = zipSync({ 'a.npy': new Uint8Array(1 << 22) }, { level: 9 });
    expect(bomb.length).toBeLessThan(1 << 14);
    expect(() => unzipArrays(bomb, 1 << 20)).toThrow(/limit/);
  });

  test('cannot inflate to more than it declares', () => {
    const bomb = zipSync({ 'a.npy': new Uint8Array(1 << 20) }, { level: 9 });
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.length);
    view.setUint32(directoryOf(bomb) + 24, 100, true);
    expect(() => unpacked(bomb)).toThrow(DecodeError);
  });

  test('with any bytes gives arrays or a typed error', () => {
    const small = zipSync({ 'a.npy': npy('<f4', [2, 1], new Uint8Array(8)) });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), {
          minLength: 1,
          maxLength: 4
        }),
        fc.nat(small.length),
        (edits, length) => {
          const file = small.slice(0, Math.max(length, small.length - 40));
          edits.forEach(([at, byte]) => (file[at] = byte));
          expectTyped(() => npzRecording(unzipArrays(file), origin));
          expectTyped(() => unpacked(file));
        }
      ),
      { numRuns: 3000 }
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('may call a layer as it likes', () => {
    const { layers } = read({ ['layer/__proto__']: table(1, 1) });
    expect(layers[0].name).toBe('__proto__');
  });
});

describe('an archive', () => {
  const tables = { 'a.npy': table(2, 2), 'b.npy': table(300, 2) };

  test.each([0, 6] as const)(
    'is checked against its checksums, packed by level %d',
    level => {
      const whole = zipSync(tables, { level });
      const dataEnd = directoryOf(whole);
      let damages = 0;
      for (let at = dataEnd - 20; at < dataEnd; at++) {
        const file = whole.slice();
        file[at] ^= 4;
        try {
          // A bit of what is packed may mean nothing.
          expect(unpacked(file).get('b')).toEqual(tables['b.npy']);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          expect(String(error)).toMatch('archive["b.npy"]: damaged: ');
          damages += 1;
        }
      }
      expect(damages).toBeGreaterThan(10);
    }
  );

  test('may have places and sizes of eight bytes', () => {
    expect(unpacked(widened(zipSync(tables, { level: 0 })))).toEqual(
      unpacked(zipSync(tables))
    );
  });

  test.each<[string, (view: DataView, entry: number) => void, RegExp]>([
    ['no directory', view => view.setUint8(view.byteLength - 22, 0), /no dir/],
    ['a lie', view => view.setUint32(view.byteLength - 6, 1e9), /nothing is/],
    ['a cipher', (view, at) => view.setUint8(at + 8, 1), /unknown way/],
    ['a packing', (view, at) => view.setUint8(at + 10, 14), /unknown way/],
    ['no place', (view, at) => view.setUint32(at + 42, 1e9, true), /nothing/],
    ['no bytes', (view, at) => view.setUint32(at + 20, 1e9, true), /missing/]
  ])('is refused for %s', (_, change, reason) => {
    const file = zipSync({ 'a.npy': table(2, 2) });
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    change(view, directoryOf(file));
    expect(() => unpacked(file)).toThrow(DecodeError);
    expect(() => unpacked(file)).toThrow(reason);
  });

  test('may hold only so many members', () => {
    const file = widened(zipSync({ 'a.npy': table(2, 2) }, { level: 0 }));
    const view = new DataView(file.buffer);
    view.setUint32(file.length - 22 - 20 - 56 + 36, 1, true);
    expect(() => unzipArrays(file)).toThrow(/4294967297 members/);
  });
});

test('crc32 has the value that it is known by', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

function unpacked(file: Uint8Array): Map<string, Uint8Array> {
  return new Map(
    [...unzipArrays(file)].map(([key, unpack]) => [key, unpack()])
  );
}

/** Where the directory of an archive begins. */
function directoryOf(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  return view.getUint32(file.length - 6, true);
}

/** The archive with what only large ones need: sizes, places and counts of eight bytes. */
function widened(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const begin = directoryOf(file);
  const pieces: Uint8Array[] = [file.subarray(0, begin)];
  let at = begin;
  let count = 0;
  while (view.getUint32(at, true) === 0x02014b50) {
    const end = at + 46 + view.getUint16(at + 28, true);
    const entry = file.slice(at, end);
    const extra = new Uint8Array(4 + 24);
    const [entryView, extraView] = [entry, extra].map(
      bytes => new DataView(bytes.buffer)
    );
    extraView.setUint16(0, 1, true);
    extraView.setUint16(2, 24, true);
    [24, 20, 42].forEach((place, i) => {
      extraView.setUint32(4 + 8 * i, view.getUint32(at + place, true), true);
      entryView.setUint32(place, 2 ** 32 - 1, true);
    });
    entryView.setUint16(30, extra.length, true);
    pieces.push(entry, extra);
    at = end;
    count += 1;
  }
  const endAt = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const ends = new DataView(new ArrayBuffer(56 + 20 + 22));
  ends.setUint32(0, 0x06064b50, true);
  ends.setUint32(32, count, true);
  ends.setUint32(48, begin, true);
  ends.setUint32(56, 0x07064b50, true);
  ends.setUint32(56 + 8, endAt, true);
  ends.setUint32(76, 0x06054b50, true);
  ends.setUint16(76 + 10, 2 ** 16 - 1, true);
  ends.setUint32(76 + 16, 2 ** 32 - 1, true);
  return new Uint8Array(
    Buffer.concat([...pieces, new Uint8Array(ends.buffer)])
  );
}

function expectTyped(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DecodeError)) {
      throw error;
    }
  }
}

test('sha256 is that of Node', () => {
  for (const size of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000, 100_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7);
    expect(sha256(bytes)).toBe(
      createHash('sha256').update(bytes).digest('hex')
    );
  }
});
