import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeLayer, measureCodes, measureValues } from '../measure';
import type { Distribution } from '../distribution';
import {
  compareCounts,
  compareValues,
  placeCounts,
  placeValues,
  type Estimates
} from './compare';
import { DIVERGENCES, isGroupKey, isInstanceKey } from '.';
import { mannWhitneyP } from './mannWhitney';

const FIXTURES = join(__dirname, '../../../tests/fixtures');

type Case = {
  readonly index: number;
  readonly values: Float32Array;
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly x: Float32Array;
  readonly expected: ReadonlyMap<string, number>;
};

const memory = new Map<Estimator, Map<Case, ReturnType<Estimator>>>();
const cases = readCases();
const groupKeys = Object.keys(DIVERGENCES).filter(isGroupKey);
const instanceKeys = Object.keys(DIVERGENCES).filter(isInstanceKey);

const statistics = [...groupKeys.map(key => DIVERGENCES[key]), mannWhitneyP];
const divergences = instanceKeys.map(key => DIVERGENCES[key]);
const names = [...groupKeys, 'mannWhitneyP', ...instanceKeys];
const onBins = names.filter(name => basisOf(name) === 'bins');

test('there are 5,000 cases, of every divergence', () => {
  expect(cases.length).toBe(5000);
  expect([...cases[0].expected.keys()].sort()).toEqual([...names].sort());
});

describe('from values', () => {
  test.each(names)('%s equals that of SciPy and NumPy (N-3)', name => {
    let finite = 0;
    const wrong = cases.filter(one => {
      const { value, bound } = found(one, name, fromValues);
      const golden = one.expected.get(name) ?? NaN;
      finite += Number.isFinite(golden) ? 1 : 0;
      return (
        !isClose(value, golden) ||
        !Object.is(bound, Number.isNaN(value) ? NaN : 0)
      );
    });
    expect(wrong.map(one => [one.index, found(one, name, fromValues)])).toEqual(
      []
    );
    expect(finite).toBeGreaterThan(3000);
  });
});

const finiteCases = cases.filter(({ values, x }) =>
  [...values, ...x].every(Number.isFinite)
);

/** Ways to count, and how many of the cases without NaN and ∞ tell enough at least. */
const counted: [string, Estimator, number][] = [
  ['counts on the grid of the layer', fromCounts, 2000],
  ['codes', fromCodes, 2000],
  ['counts on a grid of each group', fromOwnGrids, 1500]
];

describe.each(counted)('from %s', (_, estimator, enough) => {
  test.each(
    names.filter(name => !onBins.includes(name) && name !== 'mannWhitneyP')
  )('%s is within the bound that is told', name => {
    let told = 0;
    const wrong = finiteCases.filter(one => {
      const { value, bound } = found(one, name, estimator);
      const exact = found(one, name, fromValues).value;
      told += Number.isNaN(value) ? 0 : 1;
      return !Number.isNaN(value) && !isWithin(value, exact, bound);
    });
    expect(
      wrong.map(one => [
        one.index,
        found(one, name, estimator),
        found(one, name, fromValues)
      ])
    ).toEqual([]);
    expect(told).toBeGreaterThan(enough);
  });
});

test.each(onBins)('%s is the same from counts as from values', name => {
  const wrong = cases.filter(one => {
    const { value, bound } = found(one, name, fromCounts);
    return !Object.is(value, found(one, name, fromValues).value) || bound > 0;
  });
  expect(wrong).toEqual([]);
});

type Found = { readonly value: number; readonly bound: number };
/** All numbers of a case. */
type Estimator = (one: Case) => ReadonlyMap<string, Found>;

/** What an estimator finds, made once a case. */
function found(one: Case, name: string, estimator: Estimator): Found {
  const made = memory.get(estimator) ?? new Map<Case, ReturnType<Estimator>>();
  memory.set(estimator, made);
  const numbers = made.get(one) ?? estimator(one);
  made.set(one, numbers);
  return numbers.get(name)!;
}

function fromValues({ values, a, b, x }: Case) {
  const layer = layerOf(values, x);
  return named([
    ...compareValues(layer, a, b, statistics),
    ...placeValues(layer, a, x, divergences)
  ]);
}

function fromCounts({ values, a, b, x }: Case) {
  const layer = layerOf(values, x);
  return ofDistributions(measureValues(layer, a), measureValues(layer, b), x);
}

function fromCodes({ values, a, b, x }: Case) {
  const layer = layerOf(values, x);
  return ofDistributions(measureCodes(layer, a), measureCodes(layer, b), x);
}

function fromOwnGrids({ values, a, b, x }: Case) {
  const [ofA, ofB] = [a, b].map(rows => {
    const own = Float32Array.from(rows, row => values[row]);
    return measureValues(
      layerOf(own, new Float32Array()),
      Uint32Array.from(own.keys())
    );
  });
  return ofDistributions(ofA, ofB, x);
}

function ofDistributions(a: Distribution, b: Distribution, x: Float32Array) {
  return named([
    ...compareCounts(a, b, statistics),
    ...placeCounts(a, x, divergences)
  ]);
}

function named(estimates: readonly Estimates[]): ReadonlyMap<string, Found> {
  return new Map(
    estimates.map(({ values, bounds }, i) => [
      names[i],
      { value: values[0], bound: bounds[0] }
    ])
  );
}

function layerOf(values: Float32Array, instances: Float32Array) {
  return codeLayer(values, { neurons: 1, instances });
}

function basisOf(name: string): string {
  return isGroupKey(name) || isInstanceKey(name)
    ? DIVERGENCES[name].basis
    : 'values';
}

function isWithin(value: number, exact: number, bound: number): boolean {
  const slack = 1e-9 * Math.max(Math.abs(exact), Math.abs(value), bound);
  return value === exact || Math.abs(value - exact) <= bound + slack;
}

function isClose(value: number, golden: number): boolean {
  return (
    Object.is(value + 0, golden + 0) ||
    Math.abs(value - golden) <= 1e-12 * Math.abs(golden)
  );
}

function readCases(): Case[] {
  const { columns, sizes } = JSON.parse(
    readFileSync(join(FIXTURES, 'divergences.json'), 'utf8')
  ) as { columns: string[]; sizes: [number, number][] };
  const { buffer } = Uint8Array.from(
    readFileSync(join(FIXTURES, 'divergences.bin'))
  );
  const width = columns.length;
  const expected = new Float64Array(buffer, 0, width * sizes.length);
  const numbers = new Float32Array(buffer, expected.byteLength);
  let offset = 0;
  return sizes.map(([n, m], index) => {
    const values = numbers.slice(offset, offset + n + m);
    const x = numbers.slice(offset + n + m, offset + n + m + 1);
    offset += n + m + 1;
    return {
      index,
      values,
      a: Uint32Array.from({ length: n }, (_, row) => row),
      b: Uint32Array.from({ length: m }, (_, row) => n + row),
      x,
      expected: new Map(
        columns.map((name, column) => [name, expected[index * width + column]])
      )
    };
  });
}
