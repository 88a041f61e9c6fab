import { ofClass } from '../../tests/ts/subsets';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Distribution } from '../core/distribution';
import { DecodeError, UnavailableError, VersionError } from '../core/errors';
import { orderNeurons } from '../core/order';
import { percentileFromCounts } from '../core/percentile';
import { MEMBERSHIPS, type Membership } from '../core/recording';
import {
  orderItems,
  parseOrder,
  scoreNeurons,
  type Item
} from '../core/scores';
import { inlineCarried } from '../sources/inline';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';
import { createEngine } from './engine';
import type { Carried, IEngine, RecordingInfo } from './protocol';
import { browserPorts } from './unpack';

const FIXTURES = join(__dirname, '../../tests/fixtures');
const load = (name: string) =>
  Uint8Array.from(readFileSync(join(FIXTURES, name)));
const json = (name: string): unknown =>
  JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));

type Numbers = readonly (number | null)[];
type Statistics = { n: number } & Record<
  | 'zeros'
  | 'nan'
  | 'posinf'
  | 'neginf'
  | 'min'
  | 'max'
  | 'mean'
  | 'q25'
  | 'median'
  | 'q75',
  Numbers
>;
type Reference = {
  layers: Record<
    string,
    {
      orders: { order: unknown; descending: boolean; neurons: number[] }[];
      statistics: Record<Membership, Statistics[]>;
    }
  >;
};

const reference = json('tiny.reference.json') as Reference;
const bundle = json('tiny.bundle.json') as Record<string, unknown>;
const block: Carried = { kind: 'block', bytes: load('tiny.ndiv') };

async function opened(carried: Carried) {
  const engine = createEngine(browserPorts);
  return { engine, info: await engine.open(carried) };
}

function fromBundle(): Carried {
  const carried = inlineCarried(bundle[DESCRIPTOR_TYPE], bundle[DATA_TYPE]);
  if (carried === null) {
    throw new Error('no data');
  }
  return carried;
}

describe.each(Object.entries(reference.layers))(
  'layer %s',
  (name, expected) => {
    test.each(MEMBERSHIPS)(
      'has the reference statistics by %s',
      async membership => {
        const { engine, info } = await opened(block);
        const layer = info.layers.findIndex(
          ({ name: layerName }) => layerName === name
        );
        for (const [g, statistics] of expected.statistics[
          membership
        ].entries()) {
          const measured = await engine.distribution(
            layer,
            ofClass(g, membership)
          );
          expectStatistics(measured, statistics);
          expect(measured.size).toBe(info.classSizes[membership]?.[g]);
        }
      }
    );

    test('is ordered as the reference by every sort key', async () => {
      const { engine, info } = await opened(block);
      const layer = info.layers.findIndex(
        ({ name: layerName }) => layerName === name
      );
      for (const { order: text, descending, neurons } of expected.orders) {
        const order = parseOrder(text);
        if (order === null) {
          throw new Error(`not parsed: ${JSON.stringify(text)}`);
        }
        const values = new Map<string, Float32Array | Float64Array>();
        for (const item of orderItems(order)) {
          values.set(
            JSON.stringify(item),
            await valuesOf(info, layer, item, engine.distribution)
          );
        }
        const scores = scoreNeurons(
          order,
          item => values.get(JSON.stringify(item)) ?? null,
          info.layers[layer].neurons
        );
        expect([...orderNeurons(scores, descending)]).toEqual(neurons);
      }
    });
  }
);

async function valuesOf(
  info: RecordingInfo,
  layer: number,
  item: Item,
  distribution: IEngine['distribution']
) {
  if ('class' in item) {
    return (await distribution(layer, ofClass(item.class, 'label'))).median;
  }
  if (!('instance' in item)) {
    throw new Error('the orders of the fixture are by classes and instances');
  }
  const { neurons, instances } = info.layers[layer];
  const row = info.instances.findIndex(({ id }) => id === item.instance);
  return instances.subarray(row * neurons, (row + 1) * neurons);
}

function expectStatistics(
  measured: Distribution,
  statistics: Statistics
): void {
  expect(measured.size).toBe(statistics.n);
  for (const key of ['zeros', 'nan', 'posinf', 'neginf'] as const) {
    expect([...measured[key]]).toEqual(statistics[key]);
  }
  for (const key of ['min', 'max', 'q25', 'median', 'q75'] as const) {
    expect([...measured[key]].map(value => value + 0)).toEqual(
      statistics[key].map(value => value ?? NaN)
    );
  }
  statistics.mean.forEach((mean, neuron) => {
    const error = Math.abs(measured.mean[neuron] - (mean ?? NaN));
    expect(
      mean === null
        ? Number.isNaN(measured.mean[neuron])
        : error <= 1e-12 * Math.max(1, Math.abs(mean))
    ).toBe(true);
  });
}

describe('an engine', () => {
  test('gives the same from a block and from a notebook output', async () => {
    const [a, b] = [await opened(block), await opened(fromBundle())];
    expect(b.info.layers).toEqual(a.info.layers);
    expect(b.info.classSizes).toEqual(a.info.classSizes);
    for (let layer = 0; layer < a.info.layers.length; layer++) {
      expect(await b.engine.distribution(layer, ofClass(1, 'label'))).toEqual(
        await a.engine.distribution(layer, ofClass(1, 'label'))
      );
    }
  });

  test('gives the same counts and quartiles from a summary as from activations', async () => {
    const raw = await opened(block);
    const summary = await opened({
      kind: 'block',
      bytes: load('tiny.summary.ndiv')
    });
    expect(summary.info.classSizes.label).toEqual(raw.info.classSizes.label);
    for (let layer = 0; layer < raw.info.layers.length; layer++) {
      for (let g = 0; g < raw.info.classes.length; g++) {
        const a = await raw.engine.distribution(layer, ofClass(g, 'label'));
        const b = await summary.engine.distribution(layer, ofClass(g, 'label'));
        expect([...b.counts]).toEqual([...a.counts]);
        expect({ ...b, counts: null, mean: null }).toEqual({
          ...a,
          counts: null,
          mean: null
        });
      }
    }
  });

  test('says what a summary cannot answer', async () => {
    const { engine, info } = await opened({
      kind: 'block',
      bytes: load('tiny.summary.ndiv')
    });
    expect(info.classSizes.prediction).toBeNull();
    const closed = createEngine(browserPorts);
    for (const [asked, reason] of [
      [engine.distribution(0, ofClass(0, 'prediction')), 'membership'],
      [engine.distribution(9, ofClass(0, 'label')), 'unknown'],
      [engine.distribution(0, ofClass(-1, 'label')), 'unknown'],
      [closed.distribution(0, ofClass(0, 'label')), 'closed']
    ] as const) {
      const error: unknown = await asked.catch((e: unknown) => e);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ reason });
    }
  });

  test('gives away only its own small buffers', async () => {
    const { engine, info } = await opened(block);
    const { grid, median } = await engine.distribution(0, ofClass(0, 'label'));
    expect(grid.buffer.byteLength).toBe(grid.byteLength);
    expect(median.buffer.byteLength).toBe(median.byteLength);
    expect(info.layers[0].instances.buffer.byteLength).toBe(
      info.layers[0].instances.byteLength
    );
  });

  const descriptor = bundle[DESCRIPTOR_TYPE] as object;
  test('refuses data of another recording, malformed text and later versions', async () => {
    const text = String(bundle[DATA_TYPE]);
    const other = { ...descriptor, id: '0'.repeat(64) };
    const cases: [Carried, object][] = [
      [
        { kind: 'base64', descriptor: other, text },
        { tag: 'decode', path: 'id' }
      ],
      [
        { kind: 'base64', descriptor, text: '%%%' },
        { tag: 'decode', path: 'data' }
      ],
      [
        { kind: 'base64', descriptor, text: text.slice(0, 400) },
        { tag: 'decode', path: 'data' }
      ],
      [
        { kind: 'base64', descriptor: { ...descriptor, version: 2 }, text },
        { tag: 'version' }
      ]
    ];
    for (const [carried, error] of cases) {
      await expect(opened(carried)).rejects.toMatchObject(error);
    }
  });

  test('takes only inline recordings from an output', () => {
    const elsewhere = {
      ...descriptor,
      source: { kind: 'file', path: 'a.ndiv' }
    };
    expect(inlineCarried(elsewhere, undefined)).toBeNull();
    expect(() => inlineCarried(descriptor, undefined)).toThrow(DecodeError);
    expect(() => inlineCarried(descriptor, 3)).toThrow(DecodeError);
    expect(() => inlineCarried({ ...descriptor, version: 9 }, 'x')).toThrow(
      VersionError
    );
  });
});

describe('a percentile', () => {
  test('is the mid-rank within half the share of a bin, exact at zero', async () => {
    const { engine } = await opened(block);
    const measured = await engine.distribution(1, ofClass(0, 'label'));
    const zeros = measured.zeros[0];
    expect(percentileFromCounts(measured, 0, 0)).toBeCloseTo(
      (50 * zeros) / measured.size,
      10
    );
    expect(percentileFromCounts(measured, 0, -1)).toBe(0);
    expect(percentileFromCounts(measured, 0, 1e9)).toBe(100);
    expect(percentileFromCounts(measured, 0, NaN)).toBeNaN();
  });
});
