import * as fc from 'fast-check';
import { classesIn, classOf } from './classesIn';
import type { Condition } from './condition';
import { neuronsIn, rowsWhere } from './conditions';
import { groupSamples, rowsOf } from './groups';
import { parseCondition, type Facts } from './parseCondition';
import { MEMBERSHIPS, type Samples } from './recording';

const CLASSES = 3;
const SPLITS = ['train', 'test', 'test'];

type One = {
  readonly label: number;
  readonly prediction: number;
  readonly split: number;
  readonly loss: number;
  readonly isMarked: boolean;
  readonly x: number;
};

const number = fc.constantFrom(-2, -0, 0, 1, 1.5, NaN, Infinity, -Infinity);
const index = (max: number) => fc.integer({ min: -1, max });
const ones = fc.array(
  fc.record<One>({
    label: index(CLASSES - 1),
    prediction: index(CLASSES - 1),
    split: index(SPLITS.length - 1),
    loss: number,
    isMarked: fc.boolean(),
    x: number
  }),
  { maxLength: 40 }
);

const bound = fc.constantFrom(null, -2, 0, 1, 1.5, 2);
const range = fc.record({ from: bound, to: bound });
const list = fc.array(fc.nat({ max: CLASSES - 1 }), { maxLength: 3 });
const { condition } = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.record({ label: list }),
    fc.record({ prediction: list }),
    fc.record({ correct: fc.boolean() }),
    fc.record({
      column: fc.constant('split'),
      in: fc.subarray(['train', 'test', 'none'])
    }),
    range.map(r => ({ column: 'loss', ...r })),
    range.map(r => ({ layer: 'dense', neuron: 0, ...r })),
    fc.constant({ group: 'g0' }),
    fc.record({ samples: fc.array(fc.nat({ max: 45 }), { maxLength: 9 }) }),
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ not: tie('condition') })
  )
}));

/** The samples, the last one in the first row. */
function samplesOf(all: readonly One[]): Samples {
  const rows = [...all].reverse();
  const mask = new Uint8Array(Math.ceil(rows.length / 8));
  rows.forEach(({ isMarked }, i) => (mask[i >> 3] |= +isMarked << (i & 7)));
  return {
    count: rows.length,
    labels: Int32Array.from(rows, ({ label }) => label),
    predictions: Int32Array.from(rows, ({ prediction }) => prediction),
    order: Int32Array.from(rows, (_, row) => rows.length - 1 - row),
    columns: [
      {
        name: 'split',
        categories: SPLITS,
        values: Int32Array.from(rows, ({ split }) => split)
      },
      {
        name: 'loss',
        categories: null,
        values: Float64Array.from(rows, ({ loss }) => loss)
      }
    ],
    groups: [{ id: 'g0', name: 'marked', color: null, mask }]
  };
}

/** Numbers of the samples that pass, as rowsWhere finds them. */
function found(all: readonly One[], where: Condition): number[] {
  const rows = rowsWhere(where, samplesOf(all), () =>
    [...all].reverse().map(({ x }) => x)
  );
  return Array.from(rows, row => all.length - 1 - row).reverse();
}

/** The definition, sample by sample. */
function passes(one: One, sample: number, where: Condition): boolean {
  const test = (part: Condition) => passes(one, sample, part);
  if ('label' in where) {
    return where.label.includes(one.label);
  }
  if ('prediction' in where) {
    return where.prediction.includes(one.prediction);
  }
  if ('correct' in where) {
    const isKnown = one.label !== -1 && one.prediction !== -1;
    return isKnown && (one.label === one.prediction) === where.correct;
  }
  if ('group' in where) {
    return one.isMarked;
  }
  if ('samples' in where) {
    return where.samples.includes(sample);
  }
  if ('all' in where) {
    return where.all.every(test);
  }
  if ('any' in where) {
    return where.any.some(test);
  }
  if ('not' in where) {
    return !test(where.not);
  }
  if ('in' in where) {
    return one.split >= 0 && where.in.includes(SPLITS[one.split]);
  }
  const x = 'layer' in where ? one.x : one.loss;
  const { from, to } = where;
  return (
    !Number.isNaN(x) && (from === null || x >= from) && (to === null || x < to)
  );
}

describe('a condition', () => {
  test('chooses what its definition does, sample by sample', () => {
    fc.assert(
      fc.property(ones, condition, (all, where) => {
        const expected = all.flatMap((one, i) =>
          passes(one, i, where) ? [i] : []
        );
        expect(found(all, where)).toEqual(expected);
      })
    );
  });

  test('obeys De Morgan', () => {
    fc.assert(
      fc.property(ones, fc.array(condition, { maxLength: 3 }), (all, parts) => {
        const negated = parts.map(not => ({ not }));
        expect(found(all, { not: { all: parts } })).toEqual(
          found(all, { any: negated })
        );
        expect(found(all, { not: { any: parts } })).toEqual(
          found(all, { all: negated })
        );
      })
    );
  });

  test('and its complement part the samples', () => {
    fc.assert(
      fc.property(ones, condition, (all, where) => {
        const both = [...found(all, where), ...found(all, { not: where })];
        expect(both.sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
      })
    );
  });

  test('of ranges that meet parts the numbers: each is in one', () => {
    fc.assert(
      fc.property(
        ones,
        fc.uniqueArray(fc.integer({ min: -3, max: 3 }), { maxLength: 4 }),
        (all, cuts) => {
          const edges = [null, ...cuts.sort((a, b) => a - b), null];
          const parts = edges
            .slice(1)
            .flatMap((to, i) =>
              found(all, { layer: 'dense', neuron: 0, from: edges[i], to })
            );
          const numbers = all.flatMap(({ x }, i) =>
            Number.isNaN(x) ? [] : [i]
          );
          expect(parts.sort((a, b) => a - b)).toEqual(numbers);
        }
      )
    );
  });

  test('says what the recording does not hold', () => {
    const none: Samples = {
      ...{ count: 2, labels: null, predictions: null, order: null },
      ...{ columns: [], groups: [] }
    };
    const split = samplesOf([]).columns.slice(0, 1);
    const cases: readonly [Condition, string][] = [
      [{ label: [0] }, 'labels'],
      [{ prediction: [0] }, 'predictions'],
      [{ correct: true }, 'labels'],
      [{ column: 'x', in: [] }, 'column "x"'],
      [{ column: 'split', from: 0, to: 1 }, 'column "split" of numbers'],
      [{ group: 'g' }, 'group "g"']
    ];
    for (const [where, what] of cases) {
      expect(() =>
        rowsWhere({ not: where }, { ...none, columns: split }, () => [])
      ).toThrow(
        expect.objectContaining({
          reason: 'samples',
          message: `this recording holds no ${what}`
        })
      );
    }
  });

  test('names the neurons that it looks at, each once', () => {
    const one = { layer: 'a', neuron: 1, from: 0, to: null };
    const other = { layer: 'a', neuron: 2, from: null, to: 0 };
    expect(
      neuronsIn({ all: [one, { not: { any: [other, one] } }, { label: [0] }] })
    ).toEqual([
      { layer: 'a', neuron: 1 },
      { layer: 'a', neuron: 2 }
    ]);
  });
});

describe('a condition as classes', () => {
  test('chooses all samples of these classes', () => {
    fc.assert(
      fc.property(
        ones,
        condition,
        fc.constantFrom(...MEMBERSHIPS),
        (all, where, membership) => {
          const chosen = classesIn(where, membership, CLASSES);
          fc.pre(chosen !== null);
          const samples = samplesOf(all);
          const groups = groupSamples(samples, membership, CLASSES);
          const inClasses = chosen?.classes.flatMap(g => [
            ...rowsOf(groups, g)
          ]);
          const others = chosen?.others
            ? samples.order?.filter((_, row) => !groups.rows.includes(row))
            : [];
          expect(found(all, where)).toEqual(
            [
              ...(inClasses ?? []).map(row => all.length - 1 - row),
              ...(others ?? [])
            ].sort((a, b) => a - b)
          );
        }
      ),
      { numRuns: 300 }
    );
  });

  test('is a class where it chooses just that', () => {
    const cases: readonly [Condition, unknown][] = [
      [{ label: [1] }, { classIndex: 1, membership: 'label' }],
      [{ prediction: [2] }, { classIndex: 2, membership: 'prediction' }],
      [
        { all: [{ correct: true }, { label: [0] }] },
        { classIndex: 0, membership: 'correct' }
      ],
      [
        { any: [{ label: [1] }, { label: [] }] },
        { classIndex: 1, membership: 'label' }
      ],
      [{ label: [0, 1] }, null],
      [{ not: { label: [0, 1] } }, null],
      [{ correct: true }, null],
      [{ all: [] }, null]
    ];
    for (const [where, expected] of cases) {
      expect(classOf(where, CLASSES)).toEqual(expected);
    }
  });
});

describe('a condition as JSON', () => {
  const facts: Facts = {
    sampleCount: 46,
    classes: Array.from({ length: CLASSES }),
    layers: [{ name: 'dense', neurons: 1 }],
    columns: [
      { name: 'split', categories: SPLITS },
      { name: 'loss', categories: null }
    ],
    groups: [{ id: 'g0' }]
  };

  test('is itself again', () => {
    fc.assert(
      fc.property(condition, where => {
        const json: unknown = JSON.parse(JSON.stringify(where));
        expect(parseCondition(json, facts)).toEqual(json);
      })
    );
  });

  test('is nothing where anything in it is impossible, and never throws', () => {
    const good = { label: [0] };
    const bad: readonly unknown[] = [
      ...[null, [], 3, 'label', {}, { label: 1 }, { label: [CLASSES] }],
      ...[{ label: [0.5] }, { prediction: ['0'] }, { correct: 1 }],
      ...[
        { column: 'x', in: [] },
        { column: 'split', from: 0, to: 1 }
      ],
      ...[
        { column: 'loss', in: ['a'] },
        { column: 'loss', from: '0' }
      ],
      ...[{ layer: 'dense', neuron: 1, from: 0, to: 1 }, { layer: 'x' }],
      ...[{ group: 'g1' }, { samples: [46] }, { samples: [-1] }],
      ...[{ not: null }, { any: good }, { all: [good, {}] }],
      { label: [0], prediction: [0] }
    ];
    for (const json of bad) {
      expect(parseCondition(json, facts)).toBeNull();
      expect(parseCondition({ all: [good, json] }, facts)).toBeNull();
    }
    fc.assert(
      fc.property(fc.anything(), json => {
        parseCondition(json, facts);
      })
    );
  });

  test('is of bounded depth and size', () => {
    const nested = (depth: number): Condition =>
      depth === 0 ? { label: [0] } : { not: nested(depth - 1) };
    expect(parseCondition(nested(32), facts)).toEqual(nested(32));
    expect(parseCondition(nested(33), facts)).toBeNull();
    const many = (count: number) => ({ samples: new Array(count).fill(0) });
    expect(parseCondition(many(99_999), facts)).not.toBeNull();
    expect(parseCondition(many(100_000), facts)).toBeNull();
    expect(
      parseCondition({ any: [many(50_000), many(50_000)] }, facts)
    ).toBeNull();
  });
});
