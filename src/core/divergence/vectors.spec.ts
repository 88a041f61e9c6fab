import { codeLayer } from '../measure';
import { compareValues, placeValues } from './compare';
import type { GroupStatistic } from './divergence';
import { correctFalseDiscovery } from './falseDiscovery';
import { DIVERGENCES, type GroupKey, type InstanceKey } from '.';
import { complementaryError, mannWhitneyP } from './mannWhitney';

/** Values and how often each is there. */
function times(values: readonly number[], weights: readonly number[]) {
  return values.flatMap((value, i) =>
    Array.from({ length: weights[i] }, () => value)
  );
}

function spaced(start: number, stop: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => start + ((stop - start) * i) / (count - 1)
  );
}

const to = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const plus = (values: readonly number[], shift: number) =>
  values.map(value => value + shift);

const x100 = to(100);
const x110 = spaced(1, 100, 110);
const x2233 = times([2, 3, 5, 6], [3, 4, 5, 4]);
const x2356 = times([2, 3, 5, 6], [3, 4, 10, 4]);
const x3467 = times([3, 4, 6, 7], [10, 2, 10, 4]);
const collapsed = spaced(-10, 10, 21);

type GroupVector = [
  key: GroupKey,
  source: string,
  a: readonly number[],
  b: readonly number[],
  expected: number
];

describe('two groups', () => {
  test.each<GroupVector>([
    ['wasserstein', 'statistics.md', [0, 0, 1, 3], [1, 2, 2, 5], 1.5],
    ['kolmogorovSmirnov', 'statistics.md', [0, 0, 1, 3], [1, 2, 2, 5], 0.5],
    ['auc', 'statistics.md', [0, 0, 1, 3], [1, 2, 2, 5], 0.78125],
    ['wasserstein', 'statistics.md', [0, 1, 3], [5, 6, 8], 5],
    ['wasserstein', 'statistics.md', [1, 1, 1, 4], [4, 1], 0.75],
    ['kolmogorovSmirnov', 'statistics.md', [1, 2, 3], [2, 3, 4], 1 / 3],
    ['jensenShannon', 'statistics.md', [0, 100], [100, 200], 0.5],
    ['wasserstein', 'scipy test_simple', [0, 1], [0], 0.5],
    ['wasserstein', 'scipy test_simple', [0, 0, 0, 1], [0], 0.25],
    ['wasserstein', 'scipy test_simple', [0, 2], [0], 1],
    ['wasserstein', 'scipy test_simple', [0, 1, 2], [1, 2, 3], 1],
    ['wasserstein', 'scipy test_same', [1, 2, 3], [2, 1, 3], 0],
    ['wasserstein', 'scipy test_same', [1, 1, 1, 4], [4, 1, 1, 1], 0],
    ['wasserstein', 'scipy test_shift', [0], [1], 1],
    ['wasserstein', 'scipy test_shift', [-5], [5], 10],
    ['wasserstein', 'scipy test_shift', to(5), plus(to(5), 10), 10],
    [
      'wasserstein',
      'scipy test_shift, in tenths',
      times([45, 67, 21], [3, 1, 1]),
      times([46, 70, 92], [1, 3, 1]),
      25
    ],
    [
      'wasserstein',
      'scipy test_combine_weights',
      [0, 0, 1, 1, 1, 1, 5],
      [0, 3, 3, 3, 3, 4, 4],
      13 / 7
    ],
    ['wasserstein', 'scipy test_collapse', collapsed, [0], 110 / 21],
    ['wasserstein', 'scipy test_zero_weight', [1, 2], [1, 1], 0.5],
    ['kolmogorovSmirnov', 'scipy test0', [0], [1], 1],
    ['kolmogorovSmirnov', 'scipy testSmall', [1.01, 2.01], to(3), 1 / 3],
    ['kolmogorovSmirnov', 'scipy testSmall', [0.99, 1.99], to(3), 2 / 3],
    ['kolmogorovSmirnov', 'scipy testTwoVsFour', [1.01, 2.01], to(4), 2 / 4],
    ['kolmogorovSmirnov', 'scipy testTwoVsFour', [0.99, 1.99], to(4), 3 / 4],
    ['kolmogorovSmirnov', 'scipy test100_100', x100, plus(x100, 2.1), 0.03],
    ['kolmogorovSmirnov', 'scipy test100_100', x100, plus(x100, 1.9), 0.02],
    [
      'kolmogorovSmirnov',
      'scipy test100_110',
      x100,
      plus(x110, 20.1),
      232 / 1100
    ],
    [
      'kolmogorovSmirnov',
      'scipy test100_110',
      x100,
      plus(x110, 19.9),
      229 / 1100
    ],
    ['kolmogorovSmirnov', 'scipy testRepeated', x2233, plus(x2233, 1), 5 / 16],
    ['kolmogorovSmirnov', 'scipy testRepeated', x2356, x3467, 190 / 21 / 26],
    [
      'kolmogorovSmirnov',
      'scipy testEqualSizes',
      to(3),
      plus(to(3), 0.5),
      1 / 3
    ],
    [
      'kolmogorovSmirnov',
      'scipy testEqualSizes',
      to(3),
      plus(to(3), -0.5),
      1 / 3
    ],
    ['jensenShannon', 'scipy docs', [0], [100], 1],
    [
      'jensenShannon',
      'scipy docs',
      [0],
      [0, 100],
      0.46450140402245893 ** 2 / Math.LN2
    ],
    ['jensenShannon', 'scipy docs', [0], [0], 0],
    ['totalVariation', 'by hand', [0, 100], [100, 200], 0.5],
    ['hellinger', 'by hand', [0, 100], [100, 200], Math.SQRT1_2],
    ['dPrime', 'by hand', [0, 2], [3, 5], 3],
    ['dPrime', 'by hand', [0, 2], [-1, -1], -2 * Math.SQRT2],
    [
      'robustDPrime',
      'by hand',
      [0, 1, 2, 99],
      [11, 10, 12, -7],
      6.070407751764735
    ],
    ['scaledWasserstein', 'by hand', [0, 2], [3, 5], 3]
  ])('%s of %s', (key, _source, a, b, expected) => {
    expectNear(ofGroups(key, a, b), expected, 6);
  });
});

describe('an instance in a class', () => {
  const hundredths = [
    220, 220, 240, 240, 250, 270, 280, 290, 303, 303, 310, 337, 340, 340, 340,
    350, 360, 370, 370, 370, 370, 377, 528, 2895
  ];
  const tens = [10, 20, 30, 50, 60, 70, 80, 90, 100, 110];
  test.each<[InstanceKey, string, readonly number[], number, number]>([
    ['percentile', 'statistics.md', [1, 2, 2, 5], 2, 50],
    ['percentile', 'scipy test_unique', to(10), 4, 35],
    [
      'percentile',
      'scipy test_multiple2',
      [1, 2, 3, 4, 4, 5, 6, 7, 8, 9],
      4,
      40
    ],
    [
      'percentile',
      'scipy test_multiple3',
      [1, 2, 3, 4, 4, 4, 5, 6, 7, 8],
      4,
      45
    ],
    ['percentile', 'scipy test_missing', [1, 2, 3, ...to(11).slice(4)], 4, 30],
    ['percentile', 'scipy test_boundaries', tens, 0, 0],
    ['percentile', 'scipy test_boundaries', tens, 10, 5],
    ['percentile', 'scipy test_boundaries', tens, 110, 95],
    ['percentile', 'scipy test_boundaries', tens, 200, 100],
    ['percentile', 'scipy test_inf', to(9), -Infinity, 0],
    ['percentile', 'scipy test_inf', to(9), Infinity, 100],
    ['percentile', 'scipy test_nans_ok', [1, 2], NaN, NaN],
    ['percentile', 'scipy test_nans_ok', [], 1, NaN],
    ['percentile', 'scipy test_nans_ok', [NaN, NaN], 1, NaN],
    ['percentile', 'scipy test_nans_ok', [1, 2, NaN], 1, 25],
    ['tail', 'by hand', [1, 2, 2, 5], 2, 1],
    ['tail', 'by hand', [1, 2, 2, 5], 5, 0.25],
    ['tail', 'by hand', [1, 2, 2, 5], 6, 0],
    ['z', 'by hand', [0, 2], 4, 3],
    ['z', 'by hand', [2, 2], 4, NaN],
    ['z', 'by hand', [0, 2], Infinity, Infinity],
    [
      'robustZ',
      'scipy test_median_abs_deviation, in hundredths',
      hundredths,
      374,
      0.6744897501960817
    ],
    ['robustZ', 'by hand', [0, 0, 0, 9], 4, NaN],
    ['surprisal', 'by hand, 32 bins', [0, 0, 0, 200], 0, -Math.log2(3.5 / 20)],
    [
      'surprisal',
      'by hand, 32 bins',
      [0, 0, 0, 200],
      100,
      -Math.log2(0.5 / 20)
    ],
    [
      'surprisal',
      'by hand, 32 bins',
      [0, 0, 0, 200],
      Infinity,
      -Math.log2(0.5 / 20)
    ],
    ['outOfRange', 'by hand', [1, 2, 5], 0.5, -1],
    ['outOfRange', 'by hand', [1, 2, 5], 5, 0],
    ['outOfRange', 'by hand', [1, 2, 5], Infinity, 1]
  ])('%s of %s: %p, %p', (key, _source, values, x, expected) => {
    expectNear(ofInstance(key, values, x), expected, 12);
  });
});

describe('p of Mann and Whitney', () => {
  const tied = [
    [-0.01, -0.01, -0.01, -0.01, -0.01, 1],
    [0, -0.01, 0, -0.01, 0, 0.9017048037317],
    [0, 0, -0.01, 0, 0, 0.804080657472],
    [0, 0, 0, 0, 0, 0.7086240584439],
    [0, 0, 0.01, 0, 0, 0.6197963884941],
    [0, 0.01, 0, 0.01, 0, 0.5368784563079],
    [0.01, 0.01, 0.01, 0.01, 0.01, 0.3912672792826]
  ];
  test.each(tied)(
    'is that of scipy test_tie_correct: %p, %p, %p, %p, %p',
    (...row) => {
      const shifted = to(5).map((value, i) => value + row[i]);
      expect(p(to(4), shifted)).toBeCloseTo(row[5], 12);
    }
  );

  test('is that of scipy test_basic, either way', () => {
    const x = [210.05211, 110.19063, 307.918612];
    const y = [
      436.08811482466416, 416.37397329768191, 179.96975939463582,
      197.8118754228619, 34.038757281225756, 138.54220550921517,
      128.7769351470246, 265.92721427951852, 275.6617533155341,
      592.34083395416258, 448.73177590617018, 300.61495185038905,
      187.97508449019588
    ];
    expect(p(x, y)).toBeCloseTo(0.6865041817876, 12);
    expect(p(y, x)).toBeCloseTo(0.6865041817876, 12);
  });

  test('is 1 for single values, for equal ones and for a tie of all', () => {
    expect([p([1], [2]), p([3, 3], [3]), p([1, 2], [1, 2])]).toEqual([1, 1, 1]);
  });

  test('is nothing without values', () => {
    expect([p([], [1]), p([NaN], [1]), p([1], [Infinity])]).toEqual([
      NaN,
      NaN,
      NaN
    ]);
  });

  test.each([
    [0.001, 0.9988716212090307],
    [0.5, 0.4795001221869535],
    [1.9999, 0.00467980209297061],
    [2, 0.004677734981047266],
    [2.5, 0.00040695201744495886],
    [5, 1.5374597944280347e-12],
    [20, 5.395865611607901e-176],
    [26, 5.663192408856145e-296],
    [30, 0]
  ])('has erfc(%p) of scipy', (x, expected) => {
    const found = complementaryError(x);
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(2e-13 * expected);
  });
});

describe('correction for false discoveries', () => {
  test.each<[string, number[], number[]]>([
    ['statistics.md', [0.01, 0.02, 0.03, 0.5], [0.04, 0.04, 0.04, 0.5]],
    [
      'scipy test_against_TileStats',
      [0.005, 0.009, 0.019, 0.022, 0.051, 0.101, 0.361, 0.387],
      [0.036, 0.036, 0.044, 0.044, 0.0816, 0.13466666666666666, 0.387, 0.387]
    ],
    [
      'scipy test_against_R',
      [
        0.22155324617906308, 0.0011400256607475624, 0.016956141450127922,
        0.04105189560873919, 0.05592919759227762, 0.0036829815530863884,
        0.1403262673826463, 0.04105189560873919, 0.03648130302125419,
        0.254640823272164
      ],
      [
        0.24617027353229232, 0.011400256607475623, 0.05652047150042641,
        0.06841982601456532, 0.07989885370325375, 0.01841490776543194,
        0.17540783422830789, 0.06841982601456532, 0.06841982601456532,
        0.254640823272164
      ]
    ],
    ['scipy test_edge_cases', [0.25], [0.25]],
    ['scipy test_edge_cases', [], []],
    ['no value is left out', [NaN, 0.01, NaN, 0.5], [NaN, 0.02, NaN, 0.5]],
    ['zeros and ones', [0, 1, 1, 0], [0, 1, 1, 0]]
  ])('%s', (_source, ps, expected) => {
    const found = correctFalseDiscovery(Float64Array.from(ps));
    expect(found.length).toBe(expected.length);
    found.forEach((value, i) => expectNear(value, expected[i], 14));
  });
});

function expectNear(found: number, expected: number, digits: number): void {
  if (Number.isFinite(expected)) {
    expect(found).toBeCloseTo(expected, digits);
  } else {
    expect(found).toBe(expected);
  }
}

function ofGroups(
  key: GroupKey,
  a: readonly number[],
  b: readonly number[]
): number {
  return compared(DIVERGENCES[key], a, b);
}

function p(a: readonly number[], b: readonly number[]): number {
  return compared(mannWhitneyP, a, b);
}

function compared(
  statistic: GroupStatistic,
  a: readonly number[],
  b: readonly number[]
): number {
  const rows = Uint32Array.from([...a, ...b].keys());
  const [{ values }] = compareValues(
    layerOf([...a, ...b]),
    rows.subarray(0, a.length),
    rows.subarray(a.length),
    [statistic]
  );
  return values[0];
}

function ofInstance(
  key: InstanceKey,
  values: readonly number[],
  x: number
): number {
  const rows = Uint32Array.from(values.keys());
  const [{ values: found }] = placeValues(
    layerOf(values),
    rows,
    [x],
    [DIVERGENCES[key]]
  );
  return found[0];
}

function layerOf(values: readonly number[]) {
  return codeLayer(Float32Array.from(values), {
    neurons: 1,
    instances: new Float32Array()
  });
}
