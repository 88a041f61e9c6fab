import { medianErrorOf, medianOf, type Column } from './column';

/** A standard deviation or what stands for it, and its largest error. */
export type Spread = { readonly size: number; readonly error: number };

/** The standard normal distribution's third quartile: MAD / this estimates a standard deviation. */
const NORMAL_MAD = 0.6744897501960817;

/** Standard deviation of the values themselves (division by n), 0 when all are equal. */
export function deviationOf({
  at,
  counts,
  halves,
  length,
  total
}: Column): Spread {
  const shift = at[0];
  let sum = 0;
  for (let entry = 1; entry < length; entry++) {
    sum += counts[entry] * (at[entry] - shift);
  }
  const mean = sum / total;
  let squares = 0;
  let errors = 0;
  for (let entry = 0; entry < length; entry++) {
    const difference = at[entry] - shift - mean;
    squares += counts[entry] * difference * difference;
    errors += counts[entry] * halves[entry] * halves[entry];
  }
  // Moving values moves this norm of their differences from the mean by no more than the norm of the moves.
  return { size: Math.sqrt(squares / total), error: Math.sqrt(errors / total) };
}

/** Median distance from the median, as scipy.stats.median_abs_deviation(scale="normal"). */
export function robustDeviationOf(column: Column): Spread {
  const error = largestHalf(column) + medianErrorOf(column);
  return {
    size: medianDistance(column, medianOf(column)) / NORMAL_MAD,
    error: error / NORMAL_MAD
  };
}

/** Root of the mean square of two deviations: each group weighs alike, whatever its size. */
export function pooled(a: Spread, b: Spread): Spread {
  return {
    size: Math.hypot(a.size, b.size) / Math.SQRT2,
    error: Math.hypot(a.error, b.error) / Math.SQRT2
  };
}

/** Below this multiple of its error a deviation is no better known than zero, for rounding too. */
const TELLING = 1 + 1e-6;

/** `difference` in units of a deviation; NaN when that is zero, or may be for all that is known. */
export function inUnits(difference: number, { size, error }: Spread): number {
  return size > TELLING * error ? difference / size : NaN;
}

/** Largest error of a `quotient` of `inUnits` whose difference has the given error. */
export function quotientError(
  quotient: number,
  differenceError: number,
  { size, error }: Spread
): number {
  return Number.isFinite(quotient)
    ? (differenceError + Math.abs(quotient) * error) / (size - error)
    : 0;
}

function largestHalf({ halves, length }: Column): number {
  let largest = 0;
  for (let entry = 0; entry < length; entry++) {
    largest = Math.max(largest, halves[entry]);
  }
  return largest;
}

/** Median of the distances from `median`: walks away from it to both sides, nearest first. */
function medianDistance(
  { at, counts, length, total }: Column,
  median: number
): number {
  let up = 0;
  while (up < length && at[up] < median) {
    up++;
  }
  let down = up - 1;
  let seen = 0;
  let lower = NaN;
  // A median that is NaN, as no honest summary has, is on neither side.
  while ((up < length && at[up] >= median) || down >= 0) {
    const above = up < length ? at[up] - median : Infinity;
    const below = down >= 0 ? median - at[down] : Infinity;
    const distance = Math.min(above, below);
    seen += above <= below ? counts[up++] : counts[down--];
    if (Number.isNaN(lower) && seen > Math.floor((total - 1) / 2)) {
      lower = distance;
    }
    if (seen > Math.floor(total / 2)) {
      return (lower + distance) / 2;
    }
  }
  return NaN;
}
