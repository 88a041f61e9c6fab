import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { unzipArrays } from '../worker/npz';
import { DecodeError } from './errors';
import { parseNpy, floatsOfNpy } from './npy';
import { npzRecording } from './npz';
import { sha256 } from './sha256';

const origin = { id: 'x', name: 'file.npz' };
const archive = fixtureBytes('tiny.npz');
const members = unzipArrays(archive);
const arraysOf = (entries: Readonly<Record<string, Uint8Array>>) =>
  new Map(Object.entries(entries).map(([key, npy]) => [`${key}.npy`, npy]));

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
  return npzRecording(arraysOf(entries), origin);
}

describe('the arrays of an archive', () => {
  test('are layers in its order, with classes that are named or counted', () => {
    const { name, layers, classes } = npzRecording(members, origin);
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
    const packed = zipSync(Object.fromEntries(members), { level: 6 });
    expect(packed.length).toBeLessThan(archive.length);
    expect(unzipArrays(packed)).toEqual(members);
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
    // Of the central directory, which is the one that is believed.
    for (let at = 0; at < bomb.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) {
        view.setUint32(at + 24, 100, true);
      }
    }
    expectTyped(() => {
      for (const bytes of unzipArrays(bomb).values()) {
        expect(bytes.length).toBeLessThanOrEqual(100);
      }
    });
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
