import * as fc from 'fast-check';
import { blockOf, type TestTensor } from '../../tests/ts/blocks';
import { ofClass } from '../../tests/ts/subsets';
import { FakeServer } from '../../tests/ts/server';
import type { Distribution } from '../core/distribution';
import { gridOf } from '../core/grid';
import { typescriptKernels } from '../core/kernels';
import type { TellLoaded } from '../core/part';
import { MEMBERSHIPS, type Grid } from '../core/recording';
import { createEngine } from './engine';
import type { CarriedUrl, IEngine } from './protocol';
import { browserPorts } from './unpack';
import { openUrl } from './urlReader';

type Sample = {
  readonly label: number;
  readonly prediction: number;
  readonly values: readonly number[];
};

type Made = {
  readonly samples: readonly Sample[];
  readonly neurons: number;
  readonly classes: number;
};

function valuesOf({ samples }: Made): Float32Array {
  return Float32Array.from(samples.flatMap(({ values }) => values));
}

function ownGrid(made: Made): Grid {
  const { neurons } = made;
  const none = new Float32Array(0);
  return gridOf(valuesOf(made), neurons, none, typescriptKernels);
}

/** A file of one layer, with codes on `grid` where there is one. */
function fileOf(made: Made, grid: Grid | null = null): Uint8Array {
  const { samples, neurons, classes } = made;
  const count = samples.length;
  const values = valuesOf(made);
  const ints = (of: (sample: Sample) => number): TestTensor => ({
    dtype: 'I32',
    shape: [count],
    data: Int32Array.from(samples, of)
  });
  const descriptor = {
    format: 'neuraldivergence',
    version: 1,
    id: '0'.repeat(64),
    name: 'made',
    samples: { count, labels: 'labels', predictions: 'predictions' },
    classes: Array.from({ length: classes }, (_, g) => ({ name: `${g}` })),
    layers: [
      {
        name: 'layer',
        neurons,
        kind: 'dense',
        activations: 'activations',
        codes: grid && { tensor: 'codes', grid: 'grid' }
      }
    ],
    instances: [],
    source: { kind: 'inline' }
  };
  return blockOf(descriptor, {
    activations: { dtype: 'F32', shape: [count, neurons], data: values },
    ...(grid && {
      grid: { dtype: 'I32', shape: [neurons, 2], data: grid },
      codes: {
        dtype: 'U8',
        shape: [count, neurons],
        data: typescriptKernels.codesOf(values, grid)
      }
    }),
    labels: ints(({ label }) => label),
    predictions: ints(({ prediction }) => prediction)
  });
}

async function opened(bytes: Uint8Array, readLimitBytes?: number) {
  const engine = createEngine(browserPorts, undefined, readLimitBytes);
  await engine.open({ kind: 'block', bytes });
  return engine;
}

async function everything(engine: IEngine, { classes }: Made) {
  const answers: Distribution[] = [];
  for (const membership of MEMBERSHIPS) {
    for (let g = 0; g < classes; g++) {
      answers.push(await engine.distribution(0, ofClass(g, membership)));
    }
  }
  return answers;
}

const activation = fc.oneof(
  fc.float(),
  fc.constantFrom(0, -0, 1, NaN, Infinity, -Infinity, 2 ** -149),
  fc.integer({ min: -9, max: 9 })
);

const made: fc.Arbitrary<Made> = fc
  .record({
    neurons: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 1, max: 5 })
  })
  .chain(({ neurons, classes }) =>
    fc.record({
      neurons: fc.constant(neurons),
      classes: fc.constant(classes),
      samples: fc
        .array(
          fc.record({
            label: fc.integer({ min: -1, max: classes - 1 }),
            prediction: fc.integer({ min: -1, max: classes - 1 }),
            values: fc.array(activation, {
              minLength: neurons,
              maxLength: neurons
            })
          }),
          { maxLength: 60 }
        )
        .chain(samples =>
          fc.constantFrom(
            samples,
            [...samples].sort((a, b) => a.label - b.label)
          )
        )
    })
  );

describe('a group whose rows are read alone', () => {
  test('is measured bit for bit as from the whole layer, by every membership', async () => {
    await fc.assert(
      fc.asyncProperty(made, async recording => {
        const whole = await opened(fileOf(recording));
        const alone = await opened(fileOf(recording, ownGrid(recording)));
        expect(await everything(alone, recording)).toEqual(
          await everything(whole, recording)
        );
      }),
      { numRuns: 60 }
    );
  });

  test('is measured from its codes as from those of the whole layer', async () => {
    await fc.assert(
      fc.asyncProperty(made, async recording => {
        const engine = await opened(fileOf(recording, ownGrid(recording)), -1);
        const exact = await opened(fileOf(recording));
        const answers = await everything(engine, recording);
        for (const [i, answer] of (
          await everything(exact, recording)
        ).entries()) {
          expect(answers[i].exact).toBe(false);
          expect(answers[i].grid).toEqual(answer.grid);
          expect(answers[i].size).toEqual(answer.size);
          const apart = answer.nan.map(
            (n, j) => n + answer.posinf[j] + answer.neginf[j]
          );
          expect([...answers[i].counts]).toEqual(
            [...answer.counts].map((n, bin) =>
              bin % 256 === 0 ? n + apart[bin / 256] : n
            )
          );
        }
      }),
      { numRuns: 40 }
    );
  });

  test('is measured on the grid of its layer where the stored one was made for others', async () => {
    const recording = sorted(40, 3, 4);
    const narrow = Int32Array.from({ length: 6 }, () => -20);
    const engine = await opened(fileOf(recording, narrow));
    expect(await everything(engine, recording)).toEqual(
      await everything(await opened(fileOf(recording)), recording)
    );
  });
});

/** Samples sorted by label; every tenth is predicted to be of the next class. */
function sorted(perClass: number, neurons: number, classes: number): Made {
  const samples = Array.from({ length: perClass * classes }, (_, i) => {
    const label = Math.floor(i / perClass);
    return {
      label,
      prediction: i % 10 === 0 ? (label + 1) % classes : label,
      values: Array.from({ length: neurons }, (_, j) =>
        Math.fround(Math.sin(i * 7 + j) * (label + 1))
      )
    };
  });
  return { samples, neurons, classes };
}

describe('a file that is sorted by label', () => {
  const recording = sorted(100, 200, 8);
  const classBytes = 100 * 200 * 4;
  const headBytes = 2048;

  async function overUrl(grid: Grid | null, readLimitBytes?: number) {
    const server = new FakeServer(fileOf(recording, grid), {
      chunkBytes: 2 ** 16
    });
    const ports = {
      ...browserPorts,
      openUrl: (carried: CarriedUrl, tell: TellLoaded) =>
        openUrl(carried, tell, { fetch: server.fetch, headBytes })
    };
    const engine = createEngine(ports, undefined, readLimitBytes);
    await engine.open({
      kind: 'url',
      url: '/files/a.ndiv',
      headers: {},
      format: 'block'
    });
    let before = server.asked.length;
    const sentBytes = () => {
      const ranges = server.ranges.slice(before);
      before = server.asked.length;
      return ranges
        .filter(range => range !== `bytes=0-${headBytes - 1}`)
        .map(range => range?.match(/\d+/g)?.map(Number) ?? [])
        .reduce((sum, [begin, last]) => sum + last + 1 - begin, 0);
    };
    return { engine, sentBytes };
  }

  test('sends the rows of a class, once for all that need them', async () => {
    const { engine, sentBytes } = await overUrl(ownGrid(recording));
    await engine.distribution(0, ofClass(5, 'label'));
    const needed = classBytes + 200 * 8;
    const first = sentBytes();
    expect(first).toBeGreaterThanOrEqual(needed);
    expect(first).toBeLessThan(needed + 16);
    await engine.distribution(0, ofClass(5, 'correct'));
    await engine.distribution(0, ofClass(5, 'label'));
    expect(sentBytes()).toBe(0);
    await engine.distribution(0, ofClass(4, 'correct'));
    expect(sentBytes()).toBeLessThan(classBytes + 16);
  });

  test('sends all of a layer, once, where no grid is stored', async () => {
    const { engine, sentBytes } = await overUrl(null);
    await engine.distribution(0, ofClass(5, 'label'));
    expect(sentBytes()).toBeGreaterThanOrEqual(8 * classBytes);
    await engine.distribution(0, ofClass(4, 'label'));
    expect(sentBytes()).toBe(0);
  });

  test('sends the codes of a class where its activations are more than one answer is worth', async () => {
    const { engine, sentBytes } = await overUrl(
      ownGrid(recording),
      classBytes - 1
    );
    const answer = await engine.distribution(0, ofClass(5, 'label'));
    expect(answer.exact).toBe(false);
    expect(answer.size).toBe(100);
    expect(sentBytes()).toBeLessThan(classBytes / 4 + 200 * 8 + 16);
  });
});
