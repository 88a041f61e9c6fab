import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder, TextEncoder } from 'node:util';
import { decodeWhole } from '../../tests/ts/whole';
import { DecodeError, VersionError } from './errors';

const FIXTURES = join(__dirname, '../../tests/fixtures');
const decodeText = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const decode = (bytes: Uint8Array) => decodeWhole(bytes, decodeText);
const load = (name: string) =>
  Uint8Array.from(readFileSync(join(FIXTURES, name)));

describe('a block that Python wrote', () => {
  test('holds what was recorded', () => {
    const { name, samples, classes, layers, instances, images } = decode(
      load('tiny.ndiv')
    );
    expect({
      name,
      count: samples.count,
      labelled: samples.labels?.length,
      classes: classes.map(({ name: className }) => className),
      layers: layers.map(layer => [
        layer.name,
        layer.neurons,
        layer.activations?.length
      ]),
      instances: instances.map(({ id, role }) => [id, role]),
      images: images && [images.width, images.height, images.channels]
    }).toMatchSnapshot();
  });

  test('gives the same numbers from any place in memory', () => {
    const bytes = load('tiny.ndiv');
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    expect(decode(shifted)).toEqual(decode(bytes));
  });

  test('is read without copying', () => {
    const bytes = load('tiny.ndiv');
    expect(decode(bytes).layers[0].activations?.buffer).toBe(bytes.buffer);
  });

  test('is refused when it is cut anywhere', () => {
    const bytes = load('tiny.ndiv');
    for (let length = 0; length < bytes.length; length += 97) {
      expect(() => decode(bytes.slice(0, length))).toThrow(DecodeError);
    }
  });

  test('may hold a summary in byte planes', () => {
    const [plain, brief] = ['tiny.summary.ndiv', 'tiny.brief.ndiv'].map(
      name => decode(load(name)).layers[1].summary
    );
    expect([brief?.bins, brief?.exact, brief?.bound]).toEqual([
      64,
      false,
      1 / 8
    ]);
    for (const classIndex of [0, 1, 2, 3]) {
      const [whole, short] = [plain?.of(classIndex), brief?.of(classIndex)];
      const sum = (counts: ArrayLike<number> = []) =>
        Array.from(counts).reduce((a, b) => a + b, 0);
      expect(sum(short?.counts)).toBe(sum(whole?.counts));
      expect(short?.zeros).toEqual(whole?.zeros);
      const medians = (quantiles?: Float64Array) =>
        quantiles?.filter((_, i) => i % 3 === 1);
      expect(medians(short?.quantiles)).toEqual(medians(whole?.quantiles));
    }
  });

  test('may hold half floats or a summary', () => {
    expect(decode(load('tiny.f16.ndiv')).layers[0].activations).toBeInstanceOf(
      Float32Array
    );
    const { layers, reduced } = decode(load('tiny.summary.ndiv'));
    expect(
      layers.map(({ activations, summary }) => [activations, summary?.bins])
    ).toEqual(layers.map(() => [null, 256]));
    expect(reduced).toBe(true);
  });

  test('may know columns and groups of its samples, in the order of its rows', () => {
    const { samples } = decode(load('tiny.groups.ndiv'));
    const [split, loss, number, flipped] = samples.columns;
    expect(samples.columns.map(({ name, categories }) => [name, categories])) //
      .toEqual([
        ['split', ['test', 'train']],
        ['loss', null],
        ['number', null],
        ['flipped', ['false', 'true']]
      ]);
    const order = [...(samples.order ?? [])];
    expect([...number.values]).toEqual(order);
    expect([...split.values]).toEqual(
      order.map(sample => (sample === 11 ? -1 : sample % 4 === 0 ? 0 : 1))
    );
    expect(flipped.values).toBeInstanceOf(Int32Array);
    expect(loss.values).toBeInstanceOf(Float64Array);
    expect(order.filter((_, row) => Number.isNaN(loss.values[row]))).toEqual([
      13
    ]);
    const rows = order.map((_, row) => row);
    const [wrong, ends] = samples.groups.map(({ mask, ...group }) => ({
      ...group,
      rows: rows.filter(row => (mask[row >> 3] >> (row & 7)) & 1)
    }));
    expect(wrong).toMatchObject({ id: 'g0', name: 'wrong', color: null });
    expect(wrong.rows).toEqual(
      rows.filter(row => samples.labels?.[row] !== samples.predictions?.[row])
    );
    expect(ends).toMatchObject({ id: 'g1', color: '#1f77b4' });
    expect(ends.rows.map(row => order[row]).sort((a, b) => a - b)) //
      .toEqual([0, 119]);
  });

  test('has no columns and groups where none are given', () => {
    for (const nothing of [undefined, null, []]) {
      const bytes = withDescriptor(descriptor => ({
        ...descriptor,
        samples: { ...(descriptor.samples as Json), columns: nothing },
        groups: nothing
      }));
      expect(decode(bytes).samples).toMatchObject({ columns: [], groups: [] });
    }
  });
});

type Hostile = { file: string; error: string; path: string };

/** Of two places that are both wrong, the languages may find another first. */
const PLACES = new Map([
  ['shape-mismatch.bin', 'layers[0].activations'],
  ['two-to-the-40.bin', 'format'],
  ['too-many-samples.bin', 'samples.labels'],
  ['group-too-many-samples.bin', 'samples.labels']
]);

describe('a hostile block', () => {
  const index: Hostile[] = JSON.parse(
    new TextDecoder().decode(load('hostile/index.json'))
  );
  test.each(index.map(entry => [entry.file, entry] as const))(
    '%s is refused, with its place',
    (file, { error, path }) => {
      const caught = errorOf(() => decode(load(`hostile/${file}`)));
      if (error === 'version') {
        expect(caught).toBeInstanceOf(VersionError);
        return;
      }
      expect(caught).toBeInstanceOf(DecodeError);
      expect(caught instanceof DecodeError && caught.path).toContain(
        PLACES.get(file) ?? path
      );
    }
  );

  test('that declares 2^40 elements is refused at once', () => {
    const bytes = rebuilt(header => ({
      ...header,
      'layer.0.activations': {
        dtype: 'F32',
        shape: [2 ** 20, 2 ** 20],
        data_offsets: [0, 480]
      }
    }));
    const start = performance.now();
    expect(errorOf(() => decode(bytes))).toBeInstanceOf(DecodeError);
    expect(performance.now() - start).toBeLessThan(50);
  });

  test('cannot have more neurons than bytes', () => {
    const bytes = withDescriptor(descriptor => ({
      ...descriptor,
      layers: [{ name: 'x', neurons: 2 ** 40, kind: 'dense', activations: 'x' }]
    }));
    expect(errorOf(() => decode(bytes))).toMatchObject({
      path: 'layers[0].neurons'
    });
  });

  test('of a later version says which', () => {
    for (const version of [2, '1', null, { toString: 1 }, [[]]]) {
      const bytes = withDescriptor(descriptor => ({ ...descriptor, version }));
      expect(errorOf(() => decode(bytes))).toBeInstanceOf(VersionError);
    }
  });
});

test('50,000 mutations of bytes, header and descriptor give a recording or a typed error', () => {
  const sources = [
    'tiny.ndiv',
    'tiny.summary.ndiv',
    'tiny.brief.ndiv',
    'tiny.groups.ndiv',
    'model.keras.ndiv'
  ].map(load);
  const random = generator(7);
  for (let run = 0; run < 50_000; run++) {
    const source = sources[run % sources.length];
    const mutated =
      run % 10 < 5 ? mutateBytes(source, random) : mutateJson(source, random);
    const caught = errorOf(() =>
      decode(mutated).layers.map(({ summary }) => summary?.of(0))
    );
    if (
      caught !== null &&
      !(caught instanceof DecodeError) &&
      !(caught instanceof VersionError)
    ) {
      throw new Error(`untyped error in run ${run}`, { cause: caught });
    }
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
}, 120_000);

type Json = Record<string, unknown>;
type Random = (end: number) => number;

/** Mulberry32: a small seeded generator of whole numbers below `end`. */
function generator(seed: number): Random {
  let state = seed;
  return end => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

function mutateBytes(source: Uint8Array, random: Random): Uint8Array {
  const bytes = source.slice(
    0,
    random(20) === 0 ? random(source.length) : source.length
  );
  const headerEnd = 8 + new DataView(source.buffer).getUint32(0, true);
  for (let edits = 1 + random(4); edits > 0 && bytes.length > 0; edits--) {
    const end =
      random(3) === 0 ? bytes.length : Math.min(headerEnd, bytes.length);
    bytes[random(end)] = random(256);
  }
  return bytes;
}

/** JSON texts, parsed for each use so that no mutation shares an object with another. */
const VALUES = [
  'null',
  'true',
  '0',
  '-1',
  '0.5',
  '1e999',
  '1099511627776',
  '9007199254740992',
  '""',
  '"__proto__"',
  '"constructor"',
  '"labels"',
  '"images"',
  '[]',
  '[[]]',
  '{}',
  '[0]',
  '[-1, 2147483648]',
  '{"toString": 1, "valueOf": 1}',
  '"F64"',
  '"U8"',
  '"layer.0.grid"',
  '{"__proto__": {"polluted": 1}}'
];

function mutateJson(source: Uint8Array, random: Random): Uint8Array {
  const { header, descriptor, data } = parts(source);
  for (let edits = 1 + random(3); edits > 0; edits--) {
    mutateIn(random(3) === 0 ? header : descriptor, random);
  }
  return block(header, descriptor, data);
}

function mutateIn(json: object, random: Random): void {
  const keys = Object.keys(json);
  const key = keys[random(Math.max(keys.length, 1))] ?? 'labels';
  const child: unknown = Reflect.get(json, key);
  if (typeof child === 'object' && child !== null && random(4) > 0) {
    mutateIn(child, random);
  } else if (random(8) === 0) {
    Reflect.deleteProperty(json, key);
  } else {
    const numeric = typeof child === 'number' && random(2) === 0;
    Reflect.set(
      json,
      key,
      numeric
        ? Number(child) + random(5) - 2
        : JSON.parse(VALUES[random(VALUES.length)])
    );
  }
}

function parts(source: Uint8Array) {
  const length = new DataView(source.buffer).getUint32(0, true);
  const header: Json = JSON.parse(decodeText(source.subarray(8, 8 + length)));
  const metadata = header.__metadata__ as Json;
  const descriptor: Json = JSON.parse(String(metadata.neuraldivergence));
  return { header, descriptor, data: source.subarray(8 + length) };
}

function block(header: Json, descriptor: Json, data: Uint8Array): Uint8Array {
  const neuraldivergence = JSON.stringify(descriptor);
  const text = new TextEncoder().encode(
    JSON.stringify(
      typeof header.__metadata__ === 'object'
        ? { ...header, __metadata__: { neuraldivergence } }
        : header
    )
  );
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function rebuilt(edit: (header: Json) => Json): Uint8Array {
  const { header, descriptor, data } = parts(load('tiny.ndiv'));
  return block(edit(header), descriptor, data);
}

function withDescriptor(edit: (descriptor: Json) => Json): Uint8Array {
  const { header, descriptor, data } = parts(load('tiny.ndiv'));
  return block(header, edit(descriptor), data);
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
