import * as fc from 'fast-check';
import { kernelBytes } from '../../tests/ts/kernelBytes';
import { wasmKernels } from '../worker/wasmKernels';
import { coarsen, edgesOf } from './grid';
import { typescriptKernels, type Kernels } from './kernels';
import { codeLayer, measureCodes, measureValues } from './measure';
import type { Distribution } from './distribution';
import type { Layer } from './recording';

const activation = fc.oneof(
  { weight: 4, arbitrary: fc.float() },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, -0, 1, -1, 1.5, NaN, Infinity, -Infinity)
  },
  { weight: 2, arbitrary: fc.integer({ min: -300, max: 300 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      2 ** -149,
      -(2 ** -149),
      2 ** -126,
      3.4028234663852886e38
    )
  }
);

const samples = fc
  .record({
    neurons: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 0, max: 60 })
  })
  .chain(({ neurons, count }) =>
    fc.record({
      neurons: fc.constant(neurons),
      count: fc.constant(count),
      values: fc
        .array(activation, {
          minLength: neurons * count,
          maxLength: neurons * count
        })
        .map(values => Float32Array.from(values))
    })
  );

let wasm: Kernels;
beforeAll(async () => {
  wasm = await wasmKernels(await kernelBytes());
});

describe('a distribution measured from values', () => {
  test('counts as a histogram on the same edges does, and sums to the finite values', () => {
    holds((measured, column, neuron) => {
      const edges = edgesOf(measured.grid, neuron, measured.bins);
      expect([...countsOf(measured, neuron)]).toEqual(histogram(column, edges));
      const apart =
        measured.nan[neuron] +
        measured.posinf[neuron] +
        measured.neginf[neuron];
      expect(sum(countsOf(measured, neuron))).toBe(measured.size - apart);
    });
  });

  test('has the quartiles of numpy, NaN without finite values', () => {
    holds((measured, column, neuron) => {
      const { q25, median, q75 } = measured;
      expect([q25[neuron], median[neuron], q75[neuron]].map(plusZero)).toEqual(
        quartilesOf(column).map(plusZero)
      );
    });
  });

  test('has the extent and the zeros of its finite values', () => {
    holds((measured, column, neuron) => {
      expect(measured.zeros[neuron]).toBe(
        column.filter(value => value === 0).length
      );
      const finite = column.filter(Number.isFinite);
      const extent =
        finite.length === 0
          ? [NaN, NaN]
          : [Math.min(...finite), Math.max(...finite)];
      expect(
        [measured.min[neuron], measured.max[neuron]].map(plusZero)
      ).toEqual(extent.map(plusZero));
    });
  });

  test('coarsens to the counts on the coarser grid', () => {
    holds((measured, column, neuron) => {
      for (const steps of [0, 1, 3, 8]) {
        const exponent = measured.grid[2 * neuron] + steps;
        const coarse = coarsen(
          measured.grid,
          neuron,
          countsOf(measured, neuron),
          exponent
        );
        const edges = Array.from(
          { length: coarse.counts.length + 1 },
          (_, bin) => (coarse.origin + bin) * 2 ** exponent
        );
        expect([...coarse.counts]).toEqual(histogram(column, edges));
      }
    });
  });

  test('agrees with the codes alone within one bin', () => {
    fc.assert(
      fc.property(samples, ({ neurons, count, values }) => {
        const finite = values.map(value =>
          Number.isFinite(value) ? value : 1
        );
        const coded = codeLayer(finite, layerOf(neurons));
        const rows = Uint32Array.from({ length: count }, (_, sample) => sample);
        const exact = measureValues(coded, rows);
        const binned = measureCodes(coded, rows);
        expect(binned.counts).toEqual(exact.counts);
        for (let neuron = 0; neuron < neurons && count > 0; neuron++) {
          const width = 2 ** exact.grid[2 * neuron];
          // Between two bins a rank is interpolated, so the bound holds at whole ranks.
          if (count % 4 === 1) {
            expect(
              Math.abs(binned.median[neuron] - exact.median[neuron])
            ).toBeLessThanOrEqual(width);
            expect(
              Math.abs(binned.q25[neuron] - exact.q25[neuron])
            ).toBeLessThanOrEqual(width);
          }
        }
      })
    );
  });
});

function holds(
  law: (measured: Distribution, column: number[], neuron: number) => void
): void {
  fc.assert(
    fc.property(samples, ({ neurons, count, values }) => {
      const rows = Uint32Array.from({ length: count }, (_, sample) => sample);
      for (const kernels of [typescriptKernels, wasm]) {
        const coded = codeLayer(values, layerOf(neurons), kernels);
        const measured = measureValues(coded, rows, kernels);
        for (let neuron = 0; neuron < neurons; neuron++) {
          law(
            measured,
            [...values].filter((_, i) => i % neurons === neuron),
            neuron
          );
        }
      }
    }),
    { numRuns: 300 }
  );
}

function layerOf(neurons: number): Layer {
  return {
    name: 'dense',
    neurons,
    kind: 'dense',
    reduction: null,
    neuronNames: null,
    activations: null,
    codes: null,
    summary: null,
    instances: new Float32Array(0)
  };
}

function countsOf(measured: Distribution, neuron: number) {
  return measured.counts.subarray(
    neuron * measured.bins,
    (neuron + 1) * measured.bins
  );
}

function histogram(
  values: readonly number[],
  edges: ArrayLike<number>
): number[] {
  return Array.from(
    { length: edges.length - 1 },
    (_, bin) =>
      values.filter(value => value >= edges[bin] && value < edges[bin + 1])
        .length
  );
}

function quartilesOf(column: readonly number[]): number[] {
  const sorted = Float64Array.from(column.filter(Number.isFinite)).sort();
  if (sorted.length === 0) {
    return [NaN, NaN, NaN];
  }
  const middle = (sorted.length - 1) / 2;
  return [
    quantileOf(sorted, 0.25),
    (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    quantileOf(sorted, 0.75)
  ];
}

function quantileOf(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const lower = Math.floor(position);
  const [a, b] = [
    sorted[lower],
    sorted[Math.min(lower + 1, sorted.length - 1)]
  ];
  const t = position - lower;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

const plusZero = (value: number) => value + 0;
const sum = (counts: Iterable<number>) =>
  [...counts].reduce((total, count) => total + count, 0);
