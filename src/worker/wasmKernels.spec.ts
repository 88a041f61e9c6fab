import * as fc from 'fast-check';
import { kernelBytes } from './kernelBytes';
import type { Counted } from '../core/collect';
import { planStrip } from '../core/collect';
import { countValues } from '../core/counts';
import { FEW } from '../core/few';
import { emptyExtent, gridOf } from '../core/grid';
import { typescriptKernels, type Kernels } from '../core/kernels';
import { codeLayer, measureCodes, measureValues } from '../core/measure';
import { exactQuartiles } from '../core/quantile';
import { wasmKernels } from './wasmKernels';

const NO_INSTANCES = new Float32Array(0);
const LARGEST = 3.4028234663852886e38;
const SMALLEST = 2 ** -149;

let wasm: Kernels;
beforeAll(async () => {
  wasm = await wasmKernels(await kernelBytes());
});

/** The float32 that is `steps` units in the last place away, of the same sign. */
function neighbour(value: number, steps: number): number {
  const floats = Float32Array.of(value);
  new Int32Array(floats.buffer)[0] += steps;
  return floats[0];
}

/** Edges of bins, and what lies just beside them. */
const edge = fc
  .record({
    bin: fc.integer({ min: -256, max: 256 }),
    exponent: fc.integer({ min: -149, max: 119 }),
    ulps: fc.constantFrom(-1, 0, 1)
  })
  .map(({ bin, exponent, ulps }) => neighbour(bin * 2 ** exponent, ulps));

const special = fc.constantFrom(
  ...[0, -0, NaN, Infinity, -Infinity, 1, -1],
  ...[SMALLEST, -SMALLEST, 2 ** -126, -(2 ** -126), LARGEST, -LARGEST]
);

const relu = fc.double({ min: -1, max: 1, noNaN: true });

/** Kinds of neurons: each sample of one is drawn from the same kind. */
const kinds: fc.Arbitrary<number>[] = [
  fc.float(),
  special,
  edge,
  fc.oneof(special, edge, fc.float()),
  relu.map(value => Math.max(0, value)),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(1.5),
  fc.constantFrom(-1e30, SMALLEST, -SMALLEST, 1e30, -0),
  fc.float({ min: Math.fround(-1e-38), max: Math.fround(1e-38) })
];

/** Kinds of layers that are common, on whose grids the kernels take their short ways. */
const commonKinds: fc.Arbitrary<number>[] = [
  relu.map(value => Math.max(0, value)),
  fc.integer({ min: -3, max: 3 }),
  fc.float({ min: -100, max: 100 }),
  fc.oneof(
    { weight: 9, arbitrary: relu },
    { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) }
  )
];

const poolsOf = (some: fc.Arbitrary<number>[]) =>
  fc.array(
    fc
      .constantFrom(...some)
      .chain(kind => fc.array(kind, { minLength: 1, maxLength: 60 })),
    { minLength: 1, maxLength: 7 }
  );

type Layer = {
  readonly neurons: number;
  readonly values: Float32Array;
  /** Any samples, in any order, some twice. */
  readonly rows: Uint32Array;
};

/** Numbers around the sizes of strips. */
const shape: fc.Arbitrary<readonly [neurons: number, samples: number]> =
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 70 })
      )
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom(1, 3, 15, 16, 17, 64, 65),
        fc.constantFrom(249, 250, 251, 300)
      )
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom(1023, 1024, 1025, 1040, 2049),
        fc.constantFrom(1, 2, 33, 65)
      )
    }
  );

/** Layers of all kinds of neurons; values repeat, so that large ones cost little. */
const layer: fc.Arbitrary<Layer> = fc
  .record({
    shape,
    pools: fc.oneof(poolsOf(kinds), poolsOf(commonKinds)),
    step: fc.integer({ min: 1, max: 97 }),
    takes: fc.integer({ min: 0, max: 300 }),
    seed: fc.nat()
  })
  .map(({ shape: [neurons, samples], pools, step, takes, seed }) => ({
    neurons,
    values: withManyNaNs(
      Float32Array.from({ length: neurons * samples }, (_, i) => {
        const pool = pools[(i % neurons) % pools.length];
        return pool[
          (Math.floor(i / neurons) * step + (i % neurons)) % pool.length
        ];
      })
    ),
    rows: Uint32Array.from(
      { length: samples === 0 ? 0 : takes },
      (_, i) => Math.abs(Math.imul(i + seed, 2654435761)) % samples
    )
  }));

/** There are many NaN, of either sign; data from elsewhere may have any. */
function withManyNaNs(values: Float32Array): Float32Array {
  const patterns = new Uint32Array(values.buffer);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) {
      const isNegative = i % 2 === 1;
      patterns[i] = (isNegative ? 0xffc00000 : 0x7fc00000) + (i % 0x400000);
    }
  });
  return values;
}

function holds(law: (layer: Layer) => void, numRuns = 150): void {
  fc.assert(fc.property(layer, law), { numRuns });
}

/** Arrays as their bits, which tell −0 from 0 and NaN from NaN. */
function bits(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return {
      kind: value.constructor.name,
      bytes: Buffer.from(buffer, byteOffset, byteLength).toString('hex')
    };
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, bits(part)])
      )
    : value;
}

function expectSame(of: (kernels: Kernels) => unknown): void {
  expect(bits(of(wasm))).toEqual(bits(of(typescriptKernels)));
}

function countedOf({ neurons, values, rows }: Layer): Counted {
  const coded = codeLayer(values, { neurons, instances: NO_INSTANCES });
  return {
    ...coded,
    rows,
    ...countValues(values, coded.codes, neurons, rows, typescriptKernels)
  };
}

describe('the kernels in WebAssembly give the bits of those in TypeScript', () => {
  test('for the extent', () => {
    holds(({ neurons, values }) =>
      expectSame(kernels => {
        const extent = emptyExtent(neurons);
        // Twice: the extent of the first half may be widened.
        const half = Math.floor(values.length / neurons / 2) * neurons;
        kernels.growExtent(extent, values.subarray(0, half));
        kernels.growExtent(extent, values.subarray(half));
        // The sign of a zero is not defined.
        return [extent.min, extent.max].map(all => all.map(x => x + 0));
      })
    );
  });

  test('for codes', () => {
    holds(({ neurons, values }) => {
      const grid = gridOf(values, neurons, NO_INSTANCES, typescriptKernels);
      expectSame(kernels => kernels.codesOf(values, grid));
    });
  });

  test('for codes on a grid that instances widen, up to its coarsest', () => {
    fc.assert(
      fc.property(
        layer,
        fc.array(fc.oneof(edge, special, fc.float()), {
          minLength: 2049,
          maxLength: 2049
        }),
        ({ neurons, values }, more) => {
          const instances = Float32Array.from(more.slice(0, neurons));
          const grid = gridOf(values, neurons, instances, typescriptKernels);
          expectSame(kernels => kernels.codesOf(values, grid));
        }
      ),
      { numRuns: 100 }
    );
  });

  test('for counts of any samples', () => {
    holds(({ neurons, values, rows }) => {
      const coded = codeLayer(values, { neurons, instances: NO_INSTANCES });
      expectSame(kernels => kernels.countCodes(coded.codes, neurons, rows));
    });
  });

  test('for zeros, non-finite values, extent and mean of any samples', () => {
    holds(({ neurons, values, rows }) =>
      expectSame(kernels => kernels.tallyOf(values, neurons, rows))
    );
  });

  test('for collected values', () => {
    holds(layer => {
      const counted = countedOf(layer);
      const strip = planStrip(counted, 0);
      expectSame(kernels => kernels.collect(counted, strip));
    });
  });

  test('for the sorted values of few samples', () => {
    holds(({ neurons, values, rows }) =>
      expectSame(kernels =>
        kernels.sortFew(values, neurons, rows.subarray(0, FEW))
      )
    );
  });

  test('for quartiles', () => {
    holds(layer => {
      const counted = countedOf(layer);
      expectSame(kernels => exactQuartiles(counted, kernels));
    });
  });

  test('for whole distributions', () => {
    holds(({ neurons, values, rows }) =>
      expectSame(kernels => {
        const coded = codeLayer(
          values,
          { neurons, instances: NO_INSTANCES },
          kernels
        );
        return {
          ...measureValues(coded, rows, kernels),
          binned: measureCodes(coded, rows, kernels)
        };
      })
    );
  });
});

describe('the kernels in WebAssembly agree at the limits', () => {
  const seeded = (length: number, make: (random: number) => number) => {
    let state = 1;
    return Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return make(state / 2 ** 32);
    });
  };
  const all = (count: number) =>
    Uint32Array.from({ length: count }, (_, i) => i);
  const distribution = (
    values: Float32Array,
    neurons: number,
    rows: Uint32Array
  ) =>
    expectSame(kernels =>
      measureValues(
        codeLayer(values, { neurons, instances: NO_INSTANCES }, kernels),
        rows,
        kernels
      )
    );

  test('100,000 neurons', () => {
    const values = seeded(4 * 100_000, random => random - 0.5);
    distribution(values, 100_000, all(4));
  });

  test('one neuron, more than 65,535 samples in one bin', () => {
    const values = seeded(150_001, random => (random < 0.9 ? 1 : random));
    const counted = countedOf({ neurons: 1, values, rows: all(values.length) });
    expect(Math.max(...counted.counts)).toBeGreaterThan(0xffff);
    expect(counted.counts).toBeInstanceOf(Uint32Array);
    distribution(values, 1, all(values.length));
  });

  test.each([65_534, 65_535, 65_536])('%i samples in one bin', count => {
    distribution(new Float32Array(3 * count).fill(2), 3, all(count));
  });

  test('10,000 classes', () => {
    const values = seeded(20_000 * 5, random => Math.max(0, random - 0.5));
    const coded = codeLayer(values, { neurons: 5, instances: NO_INSTANCES });
    expectSame(kernels =>
      Array.from({ length: 10_000 }, (_, g) =>
        measureValues(coded, Uint32Array.of(g, g + 10_000), kernels)
      )
    );
  });

  test('no samples, and no neurons', () => {
    distribution(new Float32Array(0), 3, all(0));
    distribution(
      seeded(30, x => x),
      3,
      all(0)
    );
    distribution(new Float32Array(0), 0, all(0));
  });

  test('every float32 exponent, each on the finest grid, either sign', () => {
    const exponents = Array.from({ length: 277 }, (_, e) => e - 149);
    const values = exponents.flatMap(e =>
      [1, 1.9999998807907104, -1, -1.9999998807907104].map(m => m * 2 ** e)
    );
    const one = Float32Array.from(values).filter(Number.isFinite);
    distribution(one, 1, all(one.length));
    distribution(one, one.length, all(1));
    for (let k = 0; k + 8 <= one.length; k += 4) {
      distribution(one.slice(k, k + 8), 1, all(8));
    }
  });
});

test('what is not WebAssembly is refused', async () => {
  await expect(wasmKernels(Uint8Array.of(1, 2, 3))).rejects.toThrow();
});
