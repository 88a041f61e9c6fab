import * as fc from 'fast-check';
import { fixtureBytes } from '../../../tests/ts/fixtures';
import { areaOf, curveOf, shareAbove } from './resampling';

type AreaCase = {
  readonly of: readonly number[];
  readonly against: readonly number[];
  readonly area: number;
};

const { areas } = JSON.parse(
  new TextDecoder().decode(fixtureBytes('detector.json'))
) as { readonly areas: readonly AreaCase[] };

const NONE = { resamples: 0, seed: 0 };
const SOME = { resamples: 200, seed: 3 };
const floats = (values: readonly number[]) => Float64Array.from(values);

/** Scores with ties; some are not known. */
const scores = (minLength: number) =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) }
    ),
    { minLength, maxLength: 40 }
  );
const isKnown = (value: number) => !Number.isNaN(value);

test('areas with ties are those of scikit-learn', () => {
  for (const { of, against, area } of areas) {
    const found = areaOf(floats(of), floats(against), false, NONE);
    expect(found?.value).toBeCloseTo(area, 12);
    expect(found?.low).toBeNaN();
  }
});

test('the area is that below the curve, and of both sides swapped what is left of 1', () => {
  fc.assert(
    fc.property(scores(1), scores(1), (a, b) => {
      const [of, against] = [floats(a), floats(b)];
      const found = areaOf(of, against, false, NONE);
      const swapped = areaOf(against, of, false, NONE);
      const curve = curveOf(of, against);
      if (!a.some(isKnown) || !b.some(isKnown)) {
        expect([found, swapped, curve]).toEqual([null, null, null]);
        return;
      }
      expect(found!.value + swapped!.value).toBeCloseTo(1, 12);
      const { falseAlarms: x, hits: y } = curve!;
      expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
      let below = 0;
      for (let k = 1; k < x.length; k++) {
        expect(x[k]).toBeGreaterThanOrEqual(x[k - 1]);
        below += ((x[k] - x[k - 1]) * (y[k] + y[k - 1])) / 2;
      }
      expect(below).toBeCloseTo(found!.value, 12);
    })
  );
});

test('the interval holds the area, and is the same again', () => {
  fc.assert(
    fc.property(scores(8), scores(8), fc.boolean(), (a, b, isPaired) => {
      const [of, against] = [floats(a), floats(b)];
      const found = areaOf(of, against, isPaired, SOME);
      if (found === null || Number.isNaN(found.low)) {
        return;
      }
      expect(found.low).toBeLessThanOrEqual(found.value);
      expect(found.high).toBeGreaterThanOrEqual(found.value);
      expect(areaOf(of, against, isPaired, SOME)).toEqual(found);
    })
  );
});

test('an interval is as wide as theory has it', () => {
  // Of normal scores: Hanley and McNeil's standard error of an area of 0.7 with 200 on both sides is 0.026.
  const of = Float64Array.from(
    { length: 200 },
    (_, i) => Math.sin(37 * i) + 0.7
  );
  const against = Float64Array.from({ length: 200 }, (_, i) =>
    Math.sin(53 * i)
  );
  const { value, low, high } = areaOf(of, against, false, {
    resamples: 2000,
    seed: 1
  })!;
  const q1 = value / (2 - value);
  const q2 = (2 * value * value) / (1 + value);
  const error = Math.sqrt(
    (value * (1 - value) + 199 * (q1 - value ** 2) + 199 * (q2 - value ** 2)) /
      200 ** 2
  );
  expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.8);
  expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.2);
});

test('of pairs the share counts those whose scores are both known', () => {
  const found = shareAbove(
    floats([3, 1, 2, NaN, 5]),
    floats([1, 1, 4, 0, NaN]),
    SOME
  );
  expect(found).toMatchObject({ value: 1 / 3, of: 3, against: 3 });
  expect(found!.low).toBeGreaterThanOrEqual(0);
  expect(shareAbove(floats([NaN]), floats([1]), SOME)).toBeNull();
});

test('one image on a side has an area without an interval', () => {
  expect(areaOf(floats([2]), floats([1, 3]), false, SOME)).toEqual({
    value: 0.5,
    low: NaN,
    high: NaN,
    of: 1,
    against: 2
  });
});

test('a curve has its corners alone', () => {
  expect(curveOf(floats([4, 3, 1]), floats([2, 1]))).toEqual({
    falseAlarms: Float64Array.of(0, 0, 0.5, 1),
    hits: Float64Array.of(0, 2 / 3, 2 / 3, 1)
  });
});
