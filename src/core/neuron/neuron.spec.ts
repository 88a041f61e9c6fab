import * as fc from 'fast-check';
import { fixtureBytes } from '../../../tests/ts/fixtures';
import { FINE_BINS } from '../distribution';
import { codeLayer, measureValues } from '../measure';
import { measuredCounts, measuredValues } from './column';
import { extentWithout, histogramOf, shareAtOrBelow } from './curves';
import { pickSamples } from './extremes';
import { quantileOf, statisticsOf } from './statistics';

type Case = {
  readonly values: readonly (number | string | null)[];
  readonly rows: readonly number[];
  readonly finite: number;
  readonly zeros: number;
  readonly nan: number;
  readonly posinf: number;
  readonly neginf: number;
  readonly statistics: readonly number[] | null;
  readonly histogram: {
    readonly exponent: number;
    readonly first: number;
    readonly counts: readonly number[];
    readonly below: number;
    readonly above: number;
  } | null;
  readonly places: readonly number[];
  readonly shares: readonly number[];
  readonly near: number;
  readonly picks: Readonly<Record<'most' | 'least' | 'near', number[]>>;
};

const cases = JSON.parse(
  new TextDecoder().decode(fixtureBytes('neurons.json'))
) as Case[];

const numberOf = (told: number | string | null) =>
  told === null ? NaN : Number(String(told).replace('inf', 'Infinity'));

const ofCase = ({ values, rows }: Case) => ({
  values: Float32Array.from(values, numberOf),
  rows: Uint32Array.from(rows)
});

describe('a neuron in some samples, as NumPy has it', () => {
  it('counts and statistics', () => {
    for (const known of cases) {
      const { values, rows } = ofCase(known);
      const measured = measuredValues(values, rows);
      const { column, quartiles, ...counted } = measured;
      expect(quartiles).toBeNull();
      const { zeros, nan, posinf, neginf } = known;
      expect(counted).toEqual({
        size: rows.length,
        zeros,
        nan,
        posinf,
        neginf
      });
      expect(column.total).toBe(known.finite);
      const found = Object.values(statisticsOf(measured));
      if (known.statistics === null) {
        expect(found.every(({ value }) => Number.isNaN(value))).toBe(true);
        continue;
      }
      expect(found.map(({ bound }) => bound)).toEqual(found.map(() => 0));
      const numbers = found.map(({ value }) => value);
      // Quantiles to the last bit; sums to the last but few.
      expect(numbers.slice(0, 7)).toEqual(known.statistics.slice(0, 7));
      const [mean, deviation] = known.statistics.slice(7);
      const scale = Math.abs(mean) + deviation;
      expect(Math.abs(numbers[7] - mean)).toBeLessThanOrEqual(1e-14 * scale);
      expect(Math.abs(numbers[8] - deviation)).toBeLessThanOrEqual(
        1e-12 * scale
      );
    }
  });

  it('histograms, also without zeros', () => {
    for (const known of cases) {
      const { values, rows } = ofCase(known);
      const { column } = measuredValues(values, rows);
      if (known.histogram !== null) {
        const { counts, ...rest } = known.histogram;
        const bins = { ...rest, count: counts.length };
        const { counts: found, below, above } = histogramOf(column, bins);
        expect([...found]).toEqual(counts);
        expect([below, above]).toEqual([rest.below, rest.above]);
        const apart = histogramOf(column, bins, true);
        expect(apart.zeros).toBe(known.zeros);
        expect(sum(apart.counts) + apart.below + apart.above).toBe(
          known.finite - known.zeros
        );
      }
    }
  });

  it('the empirical distribution function', () => {
    for (const known of cases.filter(c => c.finite > 0)) {
      const { values, rows } = ofCase(known);
      const shares = shareAtOrBelow(
        measuredValues(values, rows).column,
        Float64Array.from(known.places)
      );
      shares.forEach((share, i) =>
        expect(share).toBeCloseTo(known.shares[i], 14)
      );
    }
  });

  it('samples that activate it most, least, and around a value', () => {
    for (const known of cases) {
      const { values, rows } = ofCase(known);
      const pick = (by: Parameters<typeof pickSamples>[2]) => [
        ...pickSamples(values, rows, by, 7)
      ];
      expect(pick('most')).toEqual(known.picks.most);
      expect(pick('least')).toEqual(known.picks.least);
      expect(pick({ near: known.near })).toEqual(known.picks.near);
    }
  });
});

describe('from counts', () => {
  const anyValues = fc.array(
    fc.oneof(
      { arbitrary: fc.float({ min: -100, max: 100, noNaN: true }), weight: 3 },
      { arbitrary: fc.constant(0), weight: 1 }
    ),
    { minLength: 1, maxLength: 40 }
  );

  const measured = (list: readonly number[]) => {
    const values = Float32Array.from(list);
    const rows = Uint32Array.from(list.keys());
    const coded = codeLayer(values, {
      neurons: 1,
      instances: new Float32Array(0)
    });
    const distribution = measureValues(coded, rows);
    return {
      distribution,
      exact: measuredValues(values, rows),
      rough: measuredCounts(distribution, 0)
    };
  };

  it('every statistic is within its bound', () => {
    fc.assert(
      fc.property(anyValues, list => {
        const { exact, rough } = measured(list);
        const truth = Object.values(statisticsOf(exact));
        const told = Object.values(statisticsOf(rough));
        told.forEach(({ value, bound }, i) => {
          expect(Math.abs(value - truth[i].value)).toBeLessThanOrEqual(
            bound + 1e-9
          );
        });
        expect(rough.zeros).toBe(exact.zeros);
        expect(rough.column.total).toBe(exact.column.total);
      })
    );
  });

  it('any quantile is within half a bin', () => {
    fc.assert(
      fc.property(
        anyValues,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p) => {
          const { distribution, exact, rough } = measured(list);
          const truth = quantileOf(exact.column, p).value;
          const { value, bound } = quantileOf(rough.column, p);
          expect(Math.abs(value - truth)).toBeLessThanOrEqual(bound + 1e-9);
          expect(bound).toBeLessThanOrEqual(2 ** distribution.grid[0] / 2);
        }
      )
    );
  });

  it('shares at the edges of bins are those of the values below', () => {
    fc.assert(
      fc.property(anyValues, list => {
        const { distribution, exact, rough } = measured(list);
        const [exponent, origin] = distribution.grid;
        const edges = Float64Array.from(
          { length: FINE_BINS / 8 + 1 },
          (_, bin) => (origin + 8 * bin) * 2 ** exponent
        );
        const truth = [...edges].map(
          edge => list.filter(value => value < edge).length / list.length
        );
        const found = shareAtOrBelow(rough.column, edges);
        found.forEach((share, i) => {
          // Zero is the lower edge of its bin, and its own values are known.
          if (edges[i] !== 0) {
            expect(share).toBeCloseTo(truth[i], 12);
          }
        });
        expect(exact.column.exact).toBe(true);
      })
    );
  });
});

describe('the extent of an axis', () => {
  it('leaves out a share of the values at either end', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i);
    const rows = Uint32Array.from(values.keys());
    const { column } = measuredValues(values, rows);
    expect(extentWithout(column, 0)).toEqual([0, 999]);
    expect(extentWithout(column, 0.001)).toEqual([1, 998]);
  });

  it('is empty without values', () => {
    const { column } = measuredValues(Float32Array.of(NaN), Uint32Array.of(0));
    expect(extentWithout(column, 0)).toEqual([Infinity, -Infinity]);
  });
});

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
