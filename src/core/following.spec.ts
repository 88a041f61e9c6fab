import * as fc from 'fast-check';
import { Following } from './following';
import { edgeOf } from './grid';
import { typescriptKernels } from './kernels';
import { codeLayer, measureValues } from './measure';
import { binnedQuartiles } from './quantile';

const NEURONS = 2;
const NO_INSTANCES = new Float32Array(0);

const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, 0.3, NaN, Infinity, -Infinity)
);
const samples = fc.array(fc.tuple(value, value), {
  minLength: 1,
  maxLength: 40
});
/** Chances of each sample, and how many of them are in each group. */
const groups = fc.array(fc.array(fc.boolean(), { maxLength: 40 }), {
  maxLength: 12
});

function rowsOf(group: readonly boolean[], count: number): Uint32Array {
  return Uint32Array.from(
    Array.from({ length: count }, (_, row) => row).filter(row => group[row])
  );
}

test('groups, each with what is left beside it, are counted as each alone', () => {
  fc.assert(
    fc.property(samples, groups, (all, sequence) => {
      const values = Float32Array.from(all.flat());
      const coded = codeLayer(values, {
        neurons: NEURONS,
        instances: NO_INSTANCES
      });
      const following = Following.of(coded, all.length, typescriptKernels);
      for (const rows of sequence.flatMap(group => [
        rowsOf(group, all.length),
        rowsOf(
          all.map((_, row) => !group[row]),
          all.length
        )
      ])) {
        const found = following?.measure(rows);
        const alone = measureValues(coded, rows);
        for (const key of [
          'size',
          'bins',
          'grid',
          'counts',
          'zeros',
          'nan',
          'posinf',
          'neginf'
        ] as const) {
          expect(found?.[key]).toEqual(alone[key]);
        }
        expect(found).toMatchObject(binnedQuartiles(coded.grid, alone.counts));
        for (let neuron = 0; neuron < NEURONS; neuron++) {
          const width =
            edgeOf(coded.grid, neuron, 1) - edgeOf(coded.grid, neuron, 0);
          for (const [key, room] of [
            ['min', width],
            ['max', width],
            ['mean', 1e-9]
          ] as const) {
            expectWithin(found?.[key][neuron], alone[key][neuron], room);
          }
        }
        expect(found?.exact).toBe(false);
      }
    }),
    {
      // The sum of what stays keeps the rounding of what goes.
      examples: [
        [
          [
            [1e-30, 0],
            [NaN, 0],
            [1, 0],
            [NaN, 0]
          ],
          [
            [true, true, false, true],
            [false, true, false, true]
          ]
        ]
      ]
    }
  );
});

test('values that have no bin of their own cannot be followed', () => {
  const values = Float32Array.of(1, 2, 3);
  const { grid } = codeLayer(values, { neurons: 1, instances: NO_INSTANCES });
  const others = Float32Array.of(1, 2, 3000);
  const codes = typescriptKernels.codesOf(others, grid);
  expect(
    Following.of({ values: others, grid, codes }, 3, typescriptKernels)
  ).toBeNull();
});

function expectWithin(
  found: number | undefined,
  wanted: number,
  room: number
): void {
  if (Number.isNaN(wanted)) {
    expect(found).toBeNaN();
  } else {
    expect(Math.abs((found ?? NaN) - wanted)).toBeLessThanOrEqual(room);
  }
}
