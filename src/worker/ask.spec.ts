import { expose } from 'comlink';
import { blockOf } from '../../tests/ts/blocks';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { ofClass } from '../../tests/ts/subsets';
import { decodeWhole } from '../../tests/ts/whole';
import type { Condition } from '../core/condition';
import { DIVERGENCES } from '../core/divergence';
import { compareValues, placeValues } from '../core/divergence/compare';
import { mannWhitneyP } from '../core/divergence/mannWhitney';
import { gridOf } from '../core/grid';
import { typescriptKernels } from '../core/kernels';
import type { Recording } from '../core/recording';
import { askOf } from './ask';
import { connectEngine } from './client';
import { createEngine } from './engine';
import type { Asked, IEngine, QuestionName } from './protocol';
import { serveEngine } from './serve';
import { browserPorts } from './unpack';

const LAYER = 1;

async function opened(bytes: Uint8Array) {
  const engine = createEngine(browserPorts);
  const info = await engine.open({ kind: 'block', bytes });
  return { engine, info };
}

function whole(name: string): Recording {
  return decodeWhole(fixtureBytes(name), browserPorts.decodeText);
}

/** A layer as its values, and what the questions about it should say. */
function layerOf({ layers, samples, instances }: Recording, index = LAYER) {
  const { activations, neurons, instances: placed } = layers[index];
  const values = activations ?? new Float32Array(0);
  const grid = gridOf(values, neurons, placed, typescriptKernels);
  const { labels, predictions } = samples;
  const rowsBy = (test: (row: number) => boolean) =>
    Uint32Array.from([...Array(samples.count).keys()].filter(test));
  return {
    values,
    grid,
    neurons,
    placed,
    instances,
    labels,
    predictions,
    rowsBy
  };
}

const wrong: Condition = {
  all: [{ label: [0, 1] }, { correct: false }]
};
const high: Condition = { layer: 'dense_1', neuron: 1, from: 0.5, to: null };

/** Every question, in a form that a recording with all values answers. */
const QUESTIONS: readonly [QuestionName, ...unknown[]][] = [
  ['distribution', LAYER, { where: wrong }],
  ['distribution', 0, { where: { any: [high, { samples: [3, 46] }] } }],
  ['compare', LAYER, 'auc', ofClass(0, 'label'), ofClass(1, 'correct')],
  ['compare', 0, 'jensenShannon', { where: high }, { where: { not: high } }],
  ['compare', LAYER, 'surprisal', ofClass(0, 'label'), { instance: 1 }],
  ['matrix', LAYER, 'auc', 'label'],
  ['oneVersusRest', LAYER, 'prediction'],
  ['values', LAYER, 1],
  ['rows', [46, 0, 3]],
  ['compare', LAYER, 'z', ofClass(0, 'label'), { sample: 46 }],
  ['samples'],
  ['composition', high, 'label'],
  ['pictures', [46, 0, 3]]
];

function put(
  engine: IEngine,
  [name, ...asked]: readonly [QuestionName, ...unknown[]]
) {
  return askOf(engine)(name, asked as Asked<QuestionName>);
}

/** Typed arrays as arrays: those from a channel are of another realm. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      ArrayBuffer.isView(part) ? Object.values(part).map(String) : part
    )
  );
}

describe('questions', () => {
  test('have the same answers from a worker and in place', async () => {
    const { port1, port2 } = new MessageChannel();
    expose(serveEngine(browserPorts), port2);
    port1.start();
    const worker = Object.assign(port1, {
      terminate: () => [port1, port2].forEach(port => port.close())
    });
    const remote = connectEngine({ spawn: () => worker as unknown as Worker });
    await remote.open({ kind: 'block', bytes: fixtureBytes('tiny.ndiv') });
    const { engine } = await opened(fixtureBytes('tiny.ndiv'));
    for (const question of QUESTIONS) {
      const answer = await put(remote, question);
      expect(plain(answer)).toEqual(plain(await put(engine, question)));
      // Asking twice costs nothing.
      expect(await put(remote, question)).toBe(answer);
    }
    remote.dispose();
  });

  test('number the samples as the author counts them, whatever the order of a file', async () => {
    const raw = await opened(fixtureBytes('tiny.ndiv'));
    const sorted = await opened(fixtureBytes('tiny.sorted.ndiv'));
    const order = whole('tiny.sorted.ndiv').samples.order;
    expect(order).not.toBeNull();
    expect(sorted.info.instances).toEqual(raw.info.instances);
    expect(plain(sorted.info.images)).toEqual(plain(raw.info.images));
    for (const question of QUESTIONS) {
      const [answer, expected] = await Promise.all([
        put(sorted.engine, question),
        put(raw.engine, question)
      ]);
      // Means are summed in another order.
      const drop = (value: unknown) => plain(value && { ...value, mean: null });
      expect(drop(answer)).toEqual(drop(expected));
    }
  });

  test('agree with each other and with the samples', async () => {
    const { engine, info } = await opened(fixtureBytes('tiny.sorted.ndiv'));
    const { values } = await engine.values(LAYER, 1);
    const { labels } = await engine.samples();
    const rows = whole('tiny.ndiv');
    const { neurons } = rows.layers[LAYER];
    expect([...values]).toEqual(
      Array.from(values, (_, i) =>
        rows.layers[LAYER].activations?.at(i * neurons + 1)
      )
    );
    expect(labels).toEqual(rows.samples.labels);
    const chosen = [...values.keys()].filter(i => values[i] >= 0.5);
    const found = await engine.composition(high, 'label');
    const same = await engine.composition({ samples: chosen }, 'label');
    expect(found).toEqual(same);
    expect(found.size).toBe(chosen.length);
    expect([...found.classes]).toEqual(
      info.classes.map((_, g) => chosen.filter(i => labels?.[i] === g).length)
    );
    const [one] = info.instances.filter(({ sample }) => sample !== null);
    const sample = one.sample ?? -1;
    const place = info.instances.indexOf(one) * neurons;
    expect(values[sample]).toBe(info.layers[LAYER].instances[place + 1]);
    const images = await engine.pictures([sample]);
    expect([...(images?.samples ?? [])]).toEqual([sample]);
    const bytes = images?.pixels.length ?? 0;
    const image = one.image ?? -1;
    expect(images?.pixels).toEqual(
      info.images?.pixels.slice(image * bytes, (image + 1) * bytes)
    );
  });
});

describe('a comparison', () => {
  test('is that of the values', async () => {
    const { engine } = await opened(fixtureBytes('tiny.ndiv'));
    const layer = layerOf(whole('tiny.ndiv'));
    const { labels, predictions, rowsBy } = layer;
    const isWrong = (row: number) =>
      labels !== null &&
      predictions !== null &&
      [0, 1].includes(labels[row]) &&
      predictions[row] >= 0 &&
      predictions[row] !== labels[row];
    const b = rowsBy(row => labels?.[row] === 2);
    for (const key of ['auc', 'hellinger'] as const) {
      const [expected, p] = compareValues(layer, rowsBy(isWrong), b, [
        DIVERGENCES[key],
        mannWhitneyP
      ]);
      expect(
        await engine.compare(
          LAYER,
          key,
          { where: wrong },
          { where: { label: [2] } }
        )
      ).toEqual({ ...expected, p: p.values, from: 'values' });
    }
    const x = layer.placed.subarray(layer.neurons, 2 * layer.neurons);
    const [expected] = placeValues(layer, b, x, [DIVERGENCES.percentile]);
    expect(
      await engine.compare(LAYER, 'percentile', ofClass(2, 'label'), {
        instance: 1
      })
    ).toEqual({ ...expected, p: null, from: 'values' });
  });

  test('from a summary holds its bounds, of classes and of what they make up', async () => {
    const raw = await opened(fixtureBytes('tiny.ndiv'));
    const { engine } = await opened(fixtureBytes('tiny.summary.ndiv'));
    const rest = { where: { label: [0, 2, 3] } };
    for (const key of ['auc', 'wasserstein', 'kolmogorovSmirnov'] as const) {
      const asked = [LAYER, key, rest, ofClass(1, 'label')] as const;
      const [found, exact] = await Promise.all([
        engine.compare(...asked),
        raw.engine.compare(...asked)
      ]);
      expect(found.from).toBe('counts');
      expect(exact.from).toBe('values');
      found.values.forEach((value, neuron) => {
        const error = Math.abs(value - exact.values[neuron]);
        expect(error).toBeLessThanOrEqual(found.bounds[neuron] + 1e-12);
      });
    }
  });

  test('is of two groups, or of an instance and one', async () => {
    const { engine } = await opened(fixtureBytes('tiny.ndiv'));
    const a = ofClass(0, 'label');
    const rejected = { tag: 'unavailable', reason: 'unknown' };
    await expect(
      engine.compare(LAYER, 'auc', a, { instance: 0 })
    ).rejects.toMatchObject(rejected);
    await expect(engine.compare(LAYER, 'z', a, a)).rejects.toMatchObject(
      rejected
    );
    await expect(
      engine.compare(LAYER, 'z', a, { instance: 99 })
    ).rejects.toMatchObject(rejected);
  });
});

describe('a recording of summaries alone', () => {
  test('answers what classes can', async () => {
    const { engine, info } = await opened(fixtureBytes('tiny.summary.ndiv'));
    const raw = await opened(fixtureBytes('tiny.ndiv'));
    const some = { where: { label: [1, 3] } };
    const [found, exact] = await Promise.all([
      engine.distribution(LAYER, some),
      raw.engine.distribution(LAYER, some)
    ]);
    expect(found.size).toBe(exact.size);
    expect([...found.zeros]).toEqual([...exact.zeros]);
    expect(found.exact).toBe(false);
    const n = info.classes.length;
    const matrix = await engine.matrix(LAYER, 'auc', 'label');
    expect(matrix).toMatchObject({ from: 'counts' });
    expect(matrix.values).toHaveLength(n * n);
    const singled = await engine.oneVersusRest(LAYER, 'label');
    expect(singled).toMatchObject({ from: 'counts' });
    expect(singled.values).toHaveLength(n * info.layers[LAYER].neurons);
    expect(singled.bounds.some(bound => bound > 0)).toBe(true);
  });

  test('says that it has no values', async () => {
    const { engine } = await opened(fixtureBytes('tiny.summary.ndiv'));
    const none = { tag: 'unavailable', reason: 'values' };
    const asked = [
      engine.values(LAYER, 0),
      engine.distribution(LAYER, { where: high }),
      engine.distribution(LAYER, { where: { samples: [1] } }),
      engine.composition(high, 'label'),
      engine.compare(LAYER, 'auc', ofClass(0, 'label'), { where: high })
    ];
    for (const answer of asked) {
      await expect(answer).rejects.toMatchObject(none);
    }
    await expect(
      engine.matrix(LAYER, 'auc', 'prediction')
    ).rejects.toMatchObject({ reason: 'membership' });
  });

  test('answers all once the values are attached', async () => {
    const { engine } = await opened(fixtureBytes('tiny.summary.ndiv'));
    const raw = await opened(fixtureBytes('tiny.ndiv'));
    const bytes = fixtureBytes('tiny.sorted.ndiv');
    const { id } = whole('tiny.sorted.ndiv');
    await engine.attach({ kind: 'block', bytes }, id);
    for (const question of QUESTIONS) {
      const [answer, expected] = await Promise.all([
        put(engine, question),
        put(raw.engine, question)
      ]);
      const drop = (value: unknown) => plain(value && { ...value, mean: null });
      expect(drop(answer)).toEqual(drop(expected));
    }
  });
});

describe('a recording of codes alone', () => {
  const values = Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
  const grid = Int32Array.from([0, 0]);
  const block = blockOf(
    {
      ...{ format: 'neuraldivergence', version: 1, id: '0'.repeat(64) },
      ...{ name: 'coded', instances: [], source: { kind: 'inline' } },
      samples: { count: 8, labels: 'labels' },
      classes: [{ name: 'a' }, { name: 'b' }],
      layers: [
        {
          ...{ name: 'layer', neurons: 1, kind: 'dense' },
          codes: { tensor: 'codes', grid: 'grid' }
        }
      ]
    },
    {
      labels: {
        dtype: 'I32',
        shape: [8],
        data: Int32Array.from(values, value => value % 2)
      },
      grid: { dtype: 'I32', shape: [1, 2], data: grid },
      codes: {
        dtype: 'U8',
        shape: [8, 1],
        data: typescriptKernels.codesOf(values, grid)
      }
    }
  );

  test('gives centres of bins, and says so', async () => {
    const { engine } = await opened(block);
    expect(await engine.values(0, 0)).toEqual({
      values: values.map(value => value + 0.5),
      exact: false
    });
    const where = { layer: 'layer', neuron: 0, from: 2.5, to: 5.5 };
    expect(await engine.composition(where, 'label')).toEqual({
      size: 3,
      classes: Uint32Array.from([2, 1])
    });
    const found = await engine.compare(
      ...([0, 'auc', ofClass(0, 'label'), ofClass(1, 'label')] as const)
    );
    expect(found.from).toBe('counts');
    // Each odd value is above as many even ones as its half.
    expect([...found.values]).toEqual([10 / 16]);
    expect(await engine.pictures([0])).toBeNull();
  });
});
