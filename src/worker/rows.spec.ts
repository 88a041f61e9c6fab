import { blockOf } from '../../tests/ts/blocks';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { FakeServer } from '../../tests/ts/server';
import { ofClass } from '../../tests/ts/subsets';
import { decodeWhole } from '../../tests/ts/whole';
import { DIVERGENCES, isInstanceKey } from '../core/divergence';
import { edgeOf, gridOf } from '../core/grid';
import { typescriptKernels } from '../core/kernels';
import type { TellLoaded } from '../core/part';
import type { Layer } from '../core/recording';
import { createEngine } from './engine';
import type { CarriedUrl } from './protocol';
import { browserPorts } from './unpack';
import { openUrl } from './urlReader';

const SAMPLES = [119, 0, 46, 7, 46];

async function opened(name: string) {
  const engine = createEngine(browserPorts);
  const info = await engine.open({ kind: 'block', bytes: fixtureBytes(name) });
  return { engine, info };
}

const whole = (name: string) =>
  decodeWhole(fixtureBytes(name), browserPorts.decodeText);

/** Rows of a layer's activations, below each other. */
function rowsOf({ activations, neurons }: Layer, samples: readonly number[]) {
  return samples.flatMap(sample => [
    ...activations!.subarray(sample * neurons, (sample + 1) * neurons)
  ]);
}

describe('the rows of samples', () => {
  test.each(['tiny.ndiv', 'tiny.sorted.ndiv'])(
    'are the activations in every layer, in the order asked for: %s',
    async name => {
      const { engine } = await opened(name);
      const { layers, samples } = whole('tiny.ndiv');
      const rows = await engine.rows(SAMPLES);
      expect(rows.exact).toBe(true);
      expect(rows.values.map(values => [...(values ?? [])])).toEqual(
        layers.map(layer => rowsOf(layer, SAMPLES))
      );
      expect([...(rows.labels ?? [])]).toEqual(
        SAMPLES.map(sample => samples.labels?.[sample])
      );
      expect([...(rows.predictions ?? [])]).toEqual(
        SAMPLES.map(sample => samples.predictions?.[sample])
      );
    }
  );

  test('of an instance that is a sample are the values of the instance', async () => {
    const { engine, info } = await opened('tiny.sorted.ndiv');
    const place = info.instances.findIndex(i => i.sample !== null);
    const { sample, label, prediction } = info.instances[place];
    const rows = await engine.rows([sample ?? -1]);
    expect(rows.values).toEqual(
      info.layers.map(({ instances, neurons }) =>
        instances.slice(place * neurons, (place + 1) * neurons)
      )
    );
    expect(rows.labels?.[0]).toBe(label);
    expect(rows.predictions?.[0]).toBe(prediction);
  });

  test('come from what is attached, and are refused without it', async () => {
    const { engine } = await opened('tiny.summary.ndiv');
    await expect(engine.rows([3])).rejects.toMatchObject({ reason: 'values' });
    const bytes = fixtureBytes('tiny.ndiv');
    const raw = await opened('tiny.ndiv');
    await engine.attach({ kind: 'block', bytes }, raw.info.id);
    expect(await engine.rows([3])).toEqual(await raw.engine.rows([3]));
  });

  test.each([-1, 120, 0.5])('of sample %p are none', async sample => {
    const { engine } = await opened('tiny.ndiv');
    await expect(engine.rows([sample])).rejects.toMatchObject({
      reason: 'unknown'
    });
  });
});

describe('a sample that is compared', () => {
  test.each(Object.keys(DIVERGENCES).filter(isInstanceKey))(
    'is as the instance of its values, by %s',
    async key => {
      const { engine, info } = await opened('tiny.sorted.ndiv');
      const instance = info.instances.findIndex(i => i.sample !== null);
      const sample = info.instances[instance].sample ?? -1;
      const a = ofClass(1, 'prediction');
      for (const layer of info.layers.keys()) {
        expect(await engine.compare(layer, key, a, { sample })).toEqual(
          await engine.compare(layer, key, a, { instance })
        );
      }
    }
  );

  test('needs an instance’s divergence, and values', async () => {
    const { engine } = await opened('tiny.summary.ndiv');
    const a = ofClass(1, 'label');
    await expect(
      engine.compare(0, 'z', a, { sample: 3 })
    ).rejects.toMatchObject({ reason: 'values' });
    await expect(
      engine.compare(0, 'auc', a, { sample: 3 })
    ).rejects.toMatchObject({ reason: 'unknown' });
  });
});

/** Two layers, as activations or as codes. */
function fileOf(kind: 'activations' | 'codes') {
  const [count, neurons] = [1500, 40];
  const values = Float32Array.from(
    { length: count * neurons },
    (_, i) => Math.sin(i) * (i % neurons)
  );
  const none = new Float32Array(0);
  const grid = gridOf(values, neurons, none, typescriptKernels);
  const codes = typescriptKernels.codesOf(values, grid);
  const shape = [count, neurons];
  const isCoded = kind === 'codes';
  const layer = (name: string) => ({
    name,
    neurons,
    kind: 'dense',
    activations: isCoded ? null : name,
    codes: isCoded ? { tensor: name, grid: 'grid' } : null
  });
  const table = isCoded
    ? { dtype: 'U8', shape, data: codes }
    : { dtype: 'F32', shape, data: values };
  const predictions = new Int32Array(count);
  const bytes = blockOf(
    {
      format: 'neuraldivergence',
      version: 1,
      id: '0'.repeat(64),
      name: 'made',
      samples: { count, labels: null, predictions: 'predictions' },
      classes: [{ name: 'a' }],
      layers: [layer('x'), layer('y')],
      instances: [],
      source: { kind: 'inline' }
    },
    {
      x: table,
      y: table,
      ...(isCoded && {
        grid: { dtype: 'I32', shape: [neurons, 2], data: grid }
      }),
      predictions: { dtype: 'I32', shape: [count], data: predictions }
    }
  );
  return { bytes, values, codes, grid, neurons };
}

test('of a file the rows of samples are all that is read', async () => {
  const { bytes, values, neurons } = fileOf('activations');
  const server = new FakeServer(bytes, {});
  const ports = {
    ...browserPorts,
    openUrl: (carried: CarriedUrl, tell: TellLoaded) =>
      openUrl(carried, tell, { fetch: server.fetch, headBytes: 2048 })
  };
  const engine = createEngine(ports);
  await engine.open({
    kind: 'url',
    url: '/a.ndiv',
    headers: {},
    format: 'block'
  });
  const before = server.asked.length;
  const rows = await engine.rows([1000]);
  const row = values.slice(1000 * neurons, 1001 * neurons);
  expect(rows.values).toEqual([row, row]);
  const sizes = server.ranges
    .slice(before)
    .map(range => range?.match(/\d+/g)?.map(Number) ?? [])
    .filter(([begin]) => begin > 0)
    .map(([begin, last]) => last + 1 - begin);
  expect(sizes).toHaveLength(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * neurons + 8);
});

test('codes give the centres of their bins, and divergences without a bound', async () => {
  const { bytes, codes, grid, neurons } = fileOf('codes');
  const engine = createEngine(browserPorts);
  await engine.open({ kind: 'block', bytes });
  const rows = await engine.rows([7, 1499]);
  expect(rows.exact).toBe(false);
  expect(rows.labels).toBeNull();
  expect([...(rows.values[1] ?? [])]).toEqual(
    [7, 1499].flatMap(sample =>
      Array.from({ length: neurons }, (_, neuron) =>
        Math.fround(
          edgeOf(grid, neuron, codes[sample * neurons + neuron] + 0.5)
        )
      )
    )
  );
  const compared = await engine.compare(0, 'z', ofClass(0, 'prediction'), {
    sample: 7
  });
  expect([...compared.values].some(Number.isFinite)).toBe(true);
  expect(compared.bounds.every(Number.isNaN)).toBe(true);
});
