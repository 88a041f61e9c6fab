import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Distribution } from '../distribution';
import { coarsen } from '../grid';
import { codeLayer, measureCodes, measureValues } from '../measure';
import { percentileFromCounts } from '../percentile';
import {
  compareCounts,
  compareValues,
  placeCounts,
  placeValues,
  type Estimates
} from './compare';
import {
  DEFAULT_GROUP_KEY,
  DEFAULT_INSTANCE_KEY,
  DIVERGENCES,
  isGroupKey,
  isInstanceKey,
  type GroupKey
} from '.';
import type { GroupDivergence } from './divergence';
import { correctFalseDiscovery } from './falseDiscovery';
import { mannWhitneyP } from './mannWhitney';
import { oneVersusRestCounts, oneVersusRestValues } from './oneVersusRest';

const groupKeys = Object.keys(DIVERGENCES).filter(isGroupKey);
const instanceKeys = Object.keys(DIVERGENCES).filter(isInstanceKey);
const groupEntries = groupKeys.map(key => DIVERGENCES[key]);
const instanceEntries = instanceKeys.map(key => DIVERGENCES[key]);

const activation = fc.oneof(
  { weight: 4, arbitrary: fc.float({ noNaN: true, min: -8, max: 8 }) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 6 }) },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** -149, 3e38, -3e38, 1e8) }
);

/** A layer of activations, two groups of its samples that may overlap, and an instance. */
const layers = fc
  .record({
    neurons: fc.integer({ min: 1, max: 3 }),
    samples: fc.integer({ min: 0, max: 25 })
  })
  .chain(({ neurons, samples }) =>
    fc.record({
      values: floats(neurons * samples),
      instance: floats(neurons),
      a: fc.subarray([...Array(samples).keys()]).map(rowsOf),
      b: fc.subarray([...Array(samples).keys()]).map(rowsOf)
    })
  )
  .map(({ values, instance, a, b }) => ({
    layer: codeLayer(values, { neurons: instance.length, instances: instance }),
    instance,
    a,
    b
  }));

function floats(length: number) {
  return fc
    .array(activation, { minLength: length, maxLength: length })
    .map(values => Float32Array.from(values));
}

function rowsOf(rows: readonly number[]): Uint32Array {
  return Uint32Array.from(rows);
}

type Given = {
  readonly layer: ReturnType<typeof codeLayer>;
  readonly instance: Float32Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
};

/** Every divergence of two groups, in the order of the table. */
const routes: [string, (given: Given) => Estimates[]][] = [
  ['values', ({ layer, a, b }) => compareValues(layer, a, b, groupEntries)],
  [
    'counts',
    ({ layer, a, b }) =>
      compareCounts(
        measureValues(layer, a),
        measureValues(layer, b),
        groupEntries
      )
  ],
  [
    'codes',
    ({ layer, a, b }) =>
      compareCounts(
        measureCodes(layer, a),
        measureCodes(layer, b),
        groupEntries
      )
  ]
];

test('the table names what is looked at first', () => {
  expect(groupKeys[0]).toBe(DEFAULT_GROUP_KEY);
  expect(instanceKeys[0]).toBe(DEFAULT_INSTANCE_KEY);
  expect([...groupKeys, ...instanceKeys]).toEqual(Object.keys(DIVERGENCES));
  expect(['toString', '__proto__', 'z', 3].some(isGroupKey)).toBe(false);
  expect(['toString', '__proto__', 'auc', null].some(isInstanceKey)).toBe(
    false
  );
});

test.each(Object.values(DIVERGENCES))(
  'the documentation defines $label',
  ({ label }) => {
    const page = readFileSync(
      join(__dirname, '../../../docs/divergence.md'),
      'utf8'
    );
    expect(page).toContain(`| ${label} `);
  }
);

describe.each(routes)(
  'every divergence of two groups, from %s',
  (_, estimate) => {
    test('is neutral when both are the same, or there is none', () => {
      fc.assert(
        fc.property(layers, given => {
          eachOf(estimate({ ...given, b: given.a }), (value, _bound, entry) =>
            expect([NaN, entry.neutral]).toContainEqual(value)
          );
        })
      );
    });

    test('is the same when they are swapped, or mirrored if it has a sign', () => {
      fc.assert(
        fc.property(layers, given => {
          const back = estimate({ ...given, a: given.b, b: given.a });
          eachOf(
            estimate(given),
            (value, bound, { neutral, signed }, i, neuron) => {
              expectClose(
                back[i].values[neuron],
                signed ? neutral - (value - neutral) : value
              );
              expectClose(back[i].bounds[neuron], bound);
            }
          );
        })
      );
    });

    test('is in its range and has a bound, or there is none', () => {
      fc.assert(
        fc.property(layers, given => {
          eachOf(estimate(given), (value, bound, { range: [min, max] }) => {
            const isThere = !Number.isNaN(value);
            expect(value >= min && value <= max).toBe(isThere);
            expect(Math.abs(value)).not.toBe(Infinity);
            expect(bound >= 0 && bound < Infinity).toBe(isThere);
          });
        })
      );
    });

    test('is none where a group has no finite value', () => {
      fc.assert(
        fc.property(layers, given => {
          eachOf(estimate({ ...given, b: rowsOf([]) }), value =>
            expect(value).toBeNaN()
          );
        })
      );
    });
  }
);

describe('counts', () => {
  test('tell the same when they are multiplied', () => {
    fc.assert(
      fc.property(
        layers,
        fc.integer({ min: 2, max: 9 }),
        ({ layer, a, b }, by) => {
          const [ofA, ofB] = [a, b].map(rows => measureValues(layer, rows));
          const more = compareCounts(multiplied(ofA, by), ofB, groupEntries);
          eachOf(
            compareCounts(ofA, ofB, groupEntries),
            (value, _bound, _entry, i, neuron) =>
              expectClose(more[i].values[neuron], value)
          );
        }
      )
    );
  });

  test('of fewer bins tell everything within its bound', () => {
    fc.assert(
      fc.property(layers, given => {
        const { layer, instance, a, b } = given;
        const [ofA, ofB] = [a, b].map(rows =>
          halved(measureValues(layer, rows))
        );
        const known = groupEntries.filter(entry => entry.basis === 'values');
        expectAllWithin(
          compareCounts(ofA, ofB, known),
          compareValues(layer, a, b, known)
        );
        const placed = instanceEntries.filter(
          entry => entry.basis === 'values'
        );
        expectAllWithin(
          placeCounts(ofA, instance, placed),
          placeValues(layer, a, instance, placed)
        );
      })
    );
  });

  test('on a finer and a coarser grid are compared on the coarser one', () => {
    fc.assert(
      fc.property(layers, ({ layer, a, b }) => {
        const [ofA, ofB] = [a, b].map(rows => measureValues(layer, rows));
        expect(compareCounts(ofA, halved(ofB), groupEntries)).toEqual(
          compareCounts(halved(ofA), halved(ofB), groupEntries)
        );
      })
    );
  });

  test('leave Wasserstein-1 within one bin, and nothing open where all is zero', () => {
    fc.assert(
      fc.property(layers, ({ layer, a, b }) => {
        const [ofA, ofB] = [a, b].map(rows => measureValues(layer, rows));
        const entries = [DIVERGENCES.auc, DIVERGENCES.wasserstein];
        const [area, distance] = compareCounts(ofA, ofB, entries);
        distance.bounds.forEach((bound, neuron) => {
          const width = 2 ** layer.grid[2 * neuron];
          const zeros = [ofA, ofB].every(
            d => d.min[neuron] === 0 && d.max[neuron] === 0
          );
          expect(bound > (zeros ? 0 : width)).toBe(false);
          expect(area.bounds[neuron] > (zeros ? 0 : 0.5)).toBe(false);
        });
      })
    );
  });

  test('whose zeros only one side knows are not told apart', () => {
    const layer = codeLayer(Float32Array.of(0, 0, 0.5, 0, 0, 100), {
      neurons: 1,
      instances: new Float32Array()
    });
    const ofA = measureValues(layer, rowsOf([0, 1, 2]));
    const ofB = measureCodes(layer, rowsOf([3, 4, 5]));
    const [{ values, bounds }] = compareCounts(ofA, ofB, [DIVERGENCES.auc]);
    const [exact] = compareValues(layer, rowsOf([0, 1, 2]), rowsOf([3, 4, 5]), [
      DIVERGENCES.auc
    ]);
    expect(Math.abs(values[0] - exact.values[0])).toBeLessThanOrEqual(
      bounds[0]
    );
  });

  test('that contradict themselves end in numbers all the same', () => {
    const layer = codeLayer(Float32Array.of(0, 1, 2, 3), {
      neurons: 1,
      instances: new Float32Array()
    });
    const sound = measureValues(layer, rowsOf([0, 1, 2, 3]));
    const broken: Distribution = {
      ...sound,
      zeros: Uint32Array.of(99),
      min: Float64Array.of(NaN),
      max: Float64Array.of(NaN),
      mean: Float64Array.of(NaN),
      median: Float64Array.of(NaN)
    };
    const [area] = compareCounts(broken, sound, groupEntries);
    expect(area.values[0]).toBe(0.5);
    expect(placeCounts(broken, [1], instanceEntries)).toHaveLength(6);
  });
});

describe('values', () => {
  test.each(['auc', 'kolmogorovSmirnov'] as const)(
    '%s knows their order alone',
    key => {
      fc.assert(
        fc.property(layers, ({ layer, a, b }) => {
          const { values, grid } = layer;
          const finite = [...values]
            .filter(Number.isFinite)
            .sort((x, y) => x - y);
          const ranked = values.map(value =>
            Number.isFinite(value)
              ? finite.findIndex(other => other >= value)
              : value
          );
          const entry = [DIVERGENCES[key]];
          expect(compareValues({ values: ranked, grid }, a, b, entry)).toEqual(
            compareValues(layer, a, b, entry)
          );
        })
      );
    }
  );

  test('are compared in units of theirs, or of their deviation', () => {
    const moved = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2 });
    fc.assert(
      fc.property(moved, moved, (a, b) => {
        const [plain, scaled] = [
          [0, 1],
          [-7, 4]
        ].map(([shift, scale]) =>
          ofColumns(
            a.map(value => shift + scale * value),
            b.map(value => shift + scale * value)
          )
        );
        expectClose(scaled.wasserstein, 4 * plain.wasserstein);
        for (const key of [
          'scaledWasserstein',
          'dPrime',
          'robustDPrime'
        ] as const) {
          expectClose(scaled[key], plain[key]);
        }
      })
    );
  });

  test('of many neurons are read as those of each alone, in any order of samples', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 15, max: 35 }),
        fc.infiniteStream(activation),
        (neurons, stream) => {
          const samples = 7;
          const values = Float32Array.from(stream.take(neurons * samples));
          const instances = Float32Array.from(stream.take(neurons));
          const layer = codeLayer(values, { neurons, instances });
          const together = [
            ...compareValues(
              layer,
              rowsOf([3, 0, 5]),
              rowsOf([1, 2]),
              groupEntries
            ),
            ...placeValues(layer, rowsOf([3, 0, 5]), instances, instanceEntries)
          ];
          for (let neuron = 0; neuron < neurons; neuron++) {
            const one = {
              values: values.filter((_, i) => i % neurons === neuron),
              grid: layer.grid.slice(2 * neuron, 2 * neuron + 2)
            };
            const alone = [
              ...compareValues(
                one,
                rowsOf([0, 3, 5]),
                rowsOf([2, 1]),
                groupEntries
              ),
              ...placeValues(
                one,
                rowsOf([5, 3, 0]),
                [instances[neuron]],
                instanceEntries
              )
            ];
            expect(together.map(({ values: found }) => found[neuron])).toEqual(
              alone.map(({ values: found }) => found[0])
            );
          }
        }
      ),
      { numRuns: 20 }
    );
  });
});

describe('an instance', () => {
  test('is in the range of each divergence, or there is none', () => {
    fc.assert(
      fc.property(layers, ({ layer, instance, a }) => {
        const ways = [
          placeValues(layer, a, instance, instanceEntries),
          placeCounts(measureValues(layer, a), instance, instanceEntries),
          placeCounts(measureCodes(layer, a), instance, instanceEntries)
        ];
        for (const estimates of ways) {
          estimates.forEach(({ values }, i) => {
            const [min, max] = instanceEntries[i].range;
            for (const value of values) {
              expect(
                Number.isNaN(value) || (value >= min && value <= max)
              ).toBe(true);
            }
          });
        }
      })
    );
  });

  test('diverges the same way mirrored, to the other side if there is a sign', () => {
    const entries = instanceEntries.filter(entry => entry.basis === 'values');
    fc.assert(
      fc.property(layers, ({ layer: { values, grid }, instance, a }) => {
        const [mirrored, place] = [values, instance].map(of => of.map(x => -x));
        const back = placeValues({ values: mirrored, grid }, a, place, entries);
        const there = placeValues({ values, grid }, a, instance, entries);
        there.forEach((estimates, i) => {
          const { neutral, signed } = entries[i];
          estimates.values.forEach((value, neuron) =>
            expectClose(
              back[i].values[neuron],
              signed ? neutral - (value - neutral) : value
            )
          );
        });
      })
    );
  });

  test('has a percentile that is the AUC of the class and it', () => {
    fc.assert(
      fc.property(layers, ({ layer, a, b }) => {
        for (const row of b) {
          const neurons = layer.grid.length / 2;
          const values = layer.values.subarray(
            row * neurons,
            (row + 1) * neurons
          );
          const [percentile] = placeValues(layer, a, values, [
            DIVERGENCES.percentile
          ]);
          const [area] = compareValues(layer, a, rowsOf([row]), [
            DIVERGENCES.auc
          ]);
          values.forEach((value, neuron) => {
            if (Number.isFinite(value)) {
              expectClose(percentile.values[neuron], 100 * area.values[neuron]);
            }
          });
        }
      })
    );
  });

  test('has the percentile from counts that hovering shows', () => {
    fc.assert(
      fc.property(layers, ({ layer, instance, a }) => {
        const measured = measureValues(layer, a);
        const [{ values }] = placeCounts(measured, instance, [
          DIVERGENCES.percentile
        ]);
        values.forEach((value, neuron) =>
          expectClose(
            value,
            percentileFromCounts(measured, neuron, instance[neuron])
          )
        );
      })
    );
  });

  test('that is NaN, or in an empty class, has no value', () => {
    fc.assert(
      fc.property(layers, ({ layer, instance, a }) => {
        const none = instance.map(() => NaN);
        for (const { values } of [
          ...placeValues(layer, a, none, instanceEntries),
          ...placeValues(layer, rowsOf([]), instance, instanceEntries)
        ]) {
          expect(values.every(Number.isNaN)).toBe(true);
        }
      })
    );
  });
});

describe('one class against the rest', () => {
  const labelled = layers.chain(given =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), {
        minLength: given.layer.values.length / given.instance.length,
        maxLength: given.layer.values.length / given.instance.length
      })
      .map(labels => ({ ...given, labels }))
  );

  test('is the AUC of the others and it, from counts within its bound', () => {
    fc.assert(
      fc.property(labelled, ({ layer, labels }) => {
        const rows = [...labels.keys()];
        const groups = [0, 1, 2, 3].map(g =>
          rowsOf(rows.filter(row => labels[row] === g))
        );
        const found = oneVersusRestValues(layer, groups);
        const exact = groups.map((group, g) => {
          const rest = rowsOf(rows.filter(row => labels[row] !== g));
          return compareValues(layer, rest, group, [DIVERGENCES.auc])[0];
        });
        const together = {
          values: exact.flatMap(({ values }) => [...values]),
          bounds: exact.flatMap(({ bounds }) => [...bounds])
        };
        found.values.forEach((value, at) => {
          expectClose(value, together.values[at]);
          expectClose(found.bounds[at], together.bounds[at]);
        });
        for (const measure of [measureValues, measureCodes]) {
          const counted = groups.map(group => measure(layer, group));
          const binned = oneVersusRestCounts(counted);
          const rest = counted.map((_, g) => {
            const others = rows.filter(row => labels[row] !== g);
            return measure(layer, rowsOf(others));
          });
          const apart = counted.map(
            (one, g) => compareCounts(rest[g], one, [DIVERGENCES.auc])[0]
          );
          apart
            .flatMap(({ bounds }) => [...bounds])
            .forEach((bound, at) => expectClose(binned.bounds[at], bound));
          if (
            measure === measureValues ||
            layer.values.every(Number.isFinite)
          ) {
            expectAllWithin([binned], [found]);
          }
        }
      })
    );
  });

  test('is nothing without classes', () => {
    const layer = { values: new Float32Array(), grid: new Int32Array(2) };
    expect(oneVersusRestValues(layer, []).values).toHaveLength(0);
    expect(oneVersusRestCounts([]).values).toHaveLength(0);
  });
});

test('corrected p are ordered as they are, not below them, and at most 1', () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(p, fc.constant(NaN)), { maxLength: 30 }),
      ps => {
        const corrected = correctFalseDiscovery(Float64Array.from(ps));
        ps.forEach((one, i) => {
          expect(Number.isNaN(corrected[i])).toBe(Number.isNaN(one));
          expect(corrected[i] < one || corrected[i] > 1).toBe(false);
          ps.forEach((other, j) =>
            expect(one < other && corrected[i] > corrected[j]).toBe(false)
          );
        });
      }
    )
  );
});

test('the p of two groups does not depend on which is first', () => {
  fc.assert(
    fc.property(layers, ({ layer, a, b }) => {
      const [there] = compareValues(layer, a, b, [mannWhitneyP]);
      const [back] = compareValues(layer, b, a, [mannWhitneyP]);
      there.values.forEach((p, neuron) => {
        expect(p < 0 || p > 1).toBe(false);
        expectClose(back.values[neuron], p);
      });
    })
  );
});

function eachOf(
  estimates: readonly Estimates[],
  check: (
    value: number,
    bound: number,
    entry: GroupDivergence,
    i: number,
    neuron: number
  ) => void
): void {
  estimates.forEach(({ values, bounds }, i) =>
    values.forEach((value, neuron) =>
      check(value, bounds[neuron], groupEntries[i], i, neuron)
    )
  );
}

function ofColumns(a: readonly number[], b: readonly number[]) {
  const values = Float32Array.from([...a, ...b]);
  const layer = codeLayer(values, {
    neurons: 1,
    instances: new Float32Array()
  });
  const rows = Uint32Array.from(values.keys());
  const estimates = compareValues(
    layer,
    rows.subarray(0, a.length),
    rows.subarray(a.length),
    groupEntries
  );
  return Object.fromEntries(
    groupKeys.map((key, i) => [key, estimates[i].values[0]])
  ) as Record<GroupKey, number>;
}

function multiplied(distribution: Distribution, by: number): Distribution {
  return {
    ...distribution,
    counts: Uint32Array.from(distribution.counts, count => count * by),
    zeros: distribution.zeros.map(count => count * by)
  };
}

/** The same with half the bins, each twice as wide. */
function halved(distribution: Distribution): Distribution {
  const { bins, grid, counts } = distribution;
  const neurons = grid.length / 2;
  const coarser = [...Array(neurons).keys()].map(neuron =>
    coarsen(
      grid,
      neuron,
      counts.subarray(neuron * bins, (neuron + 1) * bins),
      grid[2 * neuron] + 1
    )
  );
  // One bin more where the first and the last are halves.
  const width = bins / 2 + 1;
  return {
    ...distribution,
    bins: width,
    grid: Int32Array.from(
      coarser.flatMap(({ origin }, neuron) => [grid[2 * neuron] + 1, origin])
    ),
    counts: Uint32Array.from(
      coarser.flatMap(({ counts: of }) =>
        Array.from({ length: width }, (_, bin) => of[bin] ?? 0)
      )
    )
  };
}

function expectAllWithin(
  found: readonly Estimates[],
  exact: readonly Estimates[]
): void {
  found.forEach(({ values, bounds }, i) =>
    values.forEach((value, neuron) => {
      const wanted = exact[i].values[neuron];
      // Values that lie 10^80 apart leave no digits for the smaller.
      const slack = 1e-9 * Math.max(Math.abs(wanted), Math.abs(value)) + 1e-14;
      const isWithin =
        Number.isNaN(value) ||
        value === wanted ||
        Math.abs(value - wanted) <= bounds[neuron] * (1 + 1e-9) + slack;
      expect(isWithin ? [] : [i, value, bounds[neuron], wanted]).toEqual([]);
    })
  );
}

function expectClose(found: number, expected: number): void {
  const isClose =
    Object.is(found + 0, expected + 0) ||
    Math.abs(found - expected) <= 1e-9 * Math.max(Math.abs(expected), 1e-3);
  expect(isClose ? expected : found).toBe(expected);
}
