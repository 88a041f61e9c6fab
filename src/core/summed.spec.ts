import * as fc from 'fast-check';
import { expectClose } from '../../tests/ts/close';
import { codeLayer, measureValues } from './measure';
import { binnedQuartiles } from './quantile';
import { summed } from './summed';

const NEURONS = 2;

test('groups together have the counts and the extent of all their samples', () => {
  const value = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(0, 0.3, NaN, Infinity, -Infinity)
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, fc.integer({ min: 0, max: 2 })), {
        maxLength: 30
      }),
      samples => {
        const values = Float32Array.from(samples.flatMap(([a, b]) => [a, b]));
        const layer = codeLayer(values, {
          neurons: NEURONS,
          instances: new Float32Array(0)
        });
        const parts = [0, 1, 2].map(g =>
          measureValues(
            layer,
            Uint32Array.from(
              samples.flatMap(([, , of], row) => (of === g ? [row] : []))
            )
          )
        );
        const whole = measureValues(layer, Uint32Array.from(samples.keys()));
        const sum = summed(parts, layer.grid, 256);
        expect([...sum.counts]).toEqual([...whole.counts]);
        for (const key of ['zeros', 'nan', 'posinf', 'neginf'] as const) {
          expect(sum[key]).toEqual(whole[key]);
        }
        for (let neuron = 0; neuron < NEURONS; neuron++) {
          expect(sum.min[neuron]).toBe(whole.min[neuron]);
          expect(sum.max[neuron]).toBe(whole.max[neuron]);
          expectClose(sum.mean[neuron], whole.mean[neuron]);
        }
        const binned = binnedQuartiles(layer.grid, whole.counts);
        for (const key of ['q25', 'median', 'q75'] as const) {
          expect(sum[key]).toEqual(binned[key]);
        }
        expect(sum.size).toBe(samples.length);
        expect(sum.exact).toBe(false);
      }
    )
  );
});
