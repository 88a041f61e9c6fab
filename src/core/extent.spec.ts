import fc from 'fast-check';
import { FINE_BINS } from './distribution';
import { fittedExtent, fittedNeuronExtent, fullExtent } from './extent';
import { edgeOf } from './grid';
import { codeLayer, measureCodes, measureValues } from './measure';

const TAIL = 0.001;

/** Values [samples, neurons], every neuron on a scale of its own. */
const layers = fc
  .tuple(
    fc.array(fc.integer({ min: -8, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 3000 }),
    fc.integer()
  )
  .map(([scales, samples, seed]) => {
    let state = seed >>> 0;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32 - 0.3;
    };
    const values = Float32Array.from(
      { length: samples * scales.length },
      (_, i) => {
        const value =
          (random() ** 3 + random()) * 2 ** scales[i % scales.length];
        return i % 97 === 5 ? NaN : i % 89 === 7 ? 0 : value;
      }
    );
    return { values, neurons: scales.length, samples };
  });

function measured({ values, neurons, samples }: Layer) {
  const coded = codeLayer(values, {
    neurons,
    instances: new Float32Array(0)
  });
  const rows = Uint32Array.from({ length: samples }, (_, i) => i);
  return { coded, rows, ...measureValues(coded, rows) };
}

type Layer = { values: Float32Array; neurons: number; samples: number };

test('a fitted axis leaves out a tail of the values at each end, and no bin more could go', () => {
  fc.assert(
    fc.property(layers, layer => {
      const { fitted, grid, ...found } = measured(layer);
      const [min, max] = fullExtent(found);
      const finite = layer.values.filter(Number.isFinite);
      const most = finite.length * TAIL;
      const [from, to] = fitted;
      expect(from).toBeGreaterThanOrEqual(min);
      expect(to).toBeLessThanOrEqual(max);
      expect(finite.filter(v => v < from).length).toBeLessThanOrEqual(most);
      const used = grid.filter((_, i) => i % 2 === 0);
      const wide = Math.max(
        2 ** Math.max(...used),
        2 ** (Math.floor(Math.log2(max - min)) - 16)
      );
      expect(finite.filter(v => v >= to + wide).length).toBeLessThanOrEqual(
        most
      );
      // One bin more at either end would be too much.
      expect(finite.filter(v => v < from + wide).length).toBeGreaterThan(
        from > min ? most : 0
      );
      expect(finite.filter(v => v >= to - wide).length).toBeGreaterThan(
        to < max ? most : 0
      );
    })
  );
});

test('of one neuron it is that of a layer of this neuron, to a bin', () => {
  fc.assert(
    fc.property(layers, layer => {
      const found = measured(layer);
      for (let neuron = 0; neuron < layer.neurons; neuron++) {
        const alone = {
          bins: FINE_BINS,
          grid: found.grid.slice(2 * neuron, 2 * neuron + 2),
          counts: found.counts.slice(
            neuron * FINE_BINS,
            (neuron + 1) * FINE_BINS
          ),
          min: found.min.slice(neuron, neuron + 1),
          max: found.max.slice(neuron, neuron + 1)
        };
        const width = edgeOf(alone.grid, 0, 1) - edgeOf(alone.grid, 0, 0);
        const whole = fittedExtent(alone);
        const own = fittedNeuronExtent(found, neuron);
        own.forEach((end, k) =>
          expect(
            Number.isFinite(end) ? Math.abs(end - whole[k]) : 0
          ).toBeLessThanOrEqual(width)
        );
      }
    })
  );
});

test('it comes with what is measured, from values and from codes', () => {
  const layer = fc.sample(layers, { numRuns: 1, seed: 3 })[0];
  const { coded, rows, fitted, ...exact } = measured(layer);
  expect(fitted).toEqual(fittedExtent(exact));
  const { fitted: ofCodes, ...rough } = measureCodes(coded, rows);
  expect(ofCodes).toEqual(fittedExtent(rough));
});

test('is found where values are far apart on the finest grids', () => {
  const one = measured({
    values: Float32Array.of(-1, 0.5, 1, 2),
    neurons: 1,
    samples: 4
  });
  const far = {
    ...one,
    grid: Int32Array.of(-149, one.grid[1]),
    min: Float64Array.of(-3e38),
    max: Float64Array.of(3e38)
  };
  const [min, max] = fittedExtent(far);
  expect(min).toBeGreaterThanOrEqual(-3e38);
  expect(max).toBeLessThanOrEqual(3e38);
});

test('there is none without finite values', () => {
  const { fitted } = measured({
    values: Float32Array.of(NaN, Infinity),
    neurons: 1,
    samples: 2
  });
  expect(fitted).toEqual([Infinity, -Infinity]);
});
