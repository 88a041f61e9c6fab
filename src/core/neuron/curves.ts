import type { Column } from '../divergence/column';

/** Equal bins: bin i is [(first + i)·2^exponent, (first + i + 1)·2^exponent). */
export type Bins = {
  readonly exponent: number;
  readonly first: number;
  readonly count: number;
};

/** Counts of values in bins. */
export type Histogram = {
  readonly counts: Float64Array;
  /** Values outside the bins. */
  readonly below: number;
  readonly above: number;
  /** Exact zeros that were left out of the bins. */
  readonly zeros: number;
};

/**
 * The values of a column in bins, none of them finer than the column's own. With `zerosApart` exact zeros,
 * where they are told from their bin, are in none.
 */
export function histogramOf(
  column: Column,
  { exponent, first, count }: Bins,
  zerosApart = false
): Histogram {
  const scale = 2 ** -exponent;
  const counts = new Float64Array(count);
  let below = 0;
  let above = 0;
  let zeros = 0;
  for (let entry = 0; entry < column.length; entry++) {
    const at = column.at[entry];
    const many = column.counts[entry];
    const bin = Math.floor(at * scale) - first;
    if (zerosApart && at === 0 && column.halves[entry] === 0) {
      zeros += many;
    } else if (bin < 0) {
      below += many;
    } else if (bin >= count) {
      above += many;
    } else {
      counts[bin] += many;
    }
  }
  return { counts, below, above, zeros };
}

/**
 * The empirical distribution function at ascending `places`: the share of the finite values at or below each.
 * Exact for exact values and at the edges of bins, even within them. NaN without values.
 */
export function shareAtOrBelow(
  { at, counts, halves, length, total }: Column,
  places: Float64Array
): Float64Array {
  const shares = new Float64Array(places.length);
  let entry = 0;
  let below = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    while (entry < length && at[entry] + halves[entry] <= place) {
      below += counts[entry++];
    }
    const half = entry < length ? halves[entry] : 0;
    const into =
      half > 0 ? Math.max(0, (place - at[entry] + half) / (2 * half)) : 0;
    shares[i] = (below + (into > 0 ? counts[entry] * into : 0)) / total;
  }
  return shares;
}

/** Where a given share of the values lies below, without the tails that an axis need not show. */
export function extentWithout(
  { at, counts, halves, length, total, known }: Column,
  tail: number
): readonly [min: number, max: number] {
  if (length === 0) {
    return [Infinity, -Infinity];
  }
  let first = 0;
  for (let out = counts[0]; out <= total * tail; out += counts[first]) {
    first++;
  }
  let last = length - 1;
  for (let out = counts[last]; out <= total * tail; out += counts[last]) {
    last--;
  }
  const [least, most] = [at[first] - halves[first], at[last] + halves[last]];
  return [
    Math.max(least, known?.min ?? least),
    Math.min(most, known?.max ?? most)
  ];
}
