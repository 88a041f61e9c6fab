import type { Extent } from '../core/extent';

/**
 * Column axis of equal dyadic bins: column c covers [(first + c)·2^exponent, (first + c + 1)·2^exponent).
 */
export type Columns = {
  readonly exponent: number;
  readonly first: number;
  readonly count: number;
};

export function columnsMin(columns: Columns): number {
  return columns.first * 2 ** columns.exponent;
}

export function columnsMax(columns: Columns): number {
  return (columns.first + columns.count) * 2 ** columns.exponent;
}

/**
 * The finest dyadic columns, at most `bins` of them and none finer than 2^finest, that hold [min, max].
 * An extent with values on both sides of zero needs two at least. Without a finite extent: one column around zero.
 */
export function columnsOver(
  [min, max]: Extent,
  bins: number,
  finest: number
): Columns {
  if (!(min <= max)) {
    return { exponent: 0, first: 0, count: 1 };
  }
  const most = min < 0 && max >= 0 ? Math.max(bins, 2) : bins;
  const guess = Math.floor(Math.log2((max - min) / most)) - 1;
  let exponent = Math.max(finest, Number.isFinite(guess) ? guess : finest);
  let columns = columnsAt(min, max, exponent);
  while (columns.count > most) {
    exponent += 1;
    columns = columnsAt(min, max, exponent);
  }
  return columns;
}

function columnsAt(min: number, max: number, exponent: number): Columns {
  const scale = 2 ** exponent;
  const first = Math.floor(min / scale);
  return { exponent, first, count: Math.floor(max / scale) - first + 1 };
}
