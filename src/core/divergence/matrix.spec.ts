import * as fc from 'fast-check';
import { expectClose } from '../../../tests/ts/close';
import { codeLayer, measureValues } from '../measure';
import { DIVERGENCES, isGroupKey, type GroupKey } from '.';
import { compareCounts, compareValues } from './compare';
import { matrixCounts, matrixValues } from './matrix';

const NEURONS = 3;
const keys = Object.keys(DIVERGENCES).filter(isGroupKey);

const made = fc.record({
  values: fc
    .array(
      fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(0, NaN, 0.1)),
      { minLength: 8 * NEURONS, maxLength: 8 * NEURONS }
    )
    .map(values => Float32Array.from(values)),
  groups: fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 })
    .map(of =>
      [0, 1, 2].map(g =>
        Uint32Array.from(of.flatMap((other, row) => (other === g ? [row] : [])))
      )
    ),
  key: fc.constantFrom<GroupKey>(...keys)
});

function meanDistance(values: Float64Array, neutral: number): number {
  const known = [...values].filter(value => !Number.isNaN(value));
  const sum = known.reduce((all, value) => all + Math.abs(value - neutral), 0);
  return sum / known.length;
}

test('the matrix of groups has the mean distance of every pair', () => {
  fc.assert(
    fc.property(made, ({ values, groups, key }) => {
      const divergence = DIVERGENCES[key];
      const layer = codeLayer(values, {
        neurons: NEURONS,
        instances: new Float32Array(0)
      });
      const counted = groups.map(rows => measureValues(layer, rows));
      const fromValues = matrixValues(layer, groups, divergence);
      const fromCounts = matrixCounts(counted, divergence);
      for (let a = 0; a < groups.length; a++) {
        for (let b = 0; b < groups.length; b++) {
          const [one] = compareValues(layer, groups[a], groups[b], [
            divergence
          ]);
          const [other] = compareCounts(counted[a], counted[b], [divergence]);
          const at = a * groups.length + b;
          expectClose(
            fromValues.values[at],
            meanDistance(one.values, divergence.neutral)
          );
          expectClose(
            fromCounts.values[at],
            meanDistance(other.values, divergence.neutral)
          );
          expect(fromValues.bounds[at] === 0).toBe(
            !Number.isNaN(fromValues.values[at])
          );
          const error = Math.abs(fromCounts.values[at] - fromValues.values[at]);
          expect(error > fromCounts.bounds[at] + 1e-9).toBe(false);
        }
      }
    })
  );
});

test('the matrix of no groups is empty', () => {
  expect(matrixCounts([], DIVERGENCES.auc).values).toHaveLength(0);
});
