import type { Column } from '../../core/divergence/column';
import type { Bins } from '../../core/neuron/curves';
import { extentWithout } from '../../core/neuron/curves';
import type { Extent } from '../../core/extent';
import { extentOf, NO_EXTENT, union } from '../../core/extent';
import { columnsOver } from '../columns';

/** Share of a group's values that a fitted axis leaves out at each end. */
const TAIL = 0.001;
/** How many bins a person chooses from. */
export const BIN_CHOICES: readonly number[] = [16, 32, 64, 128, 256];
/** Digits of a float32. */
const DIGITS = 23;
/** A neuron whose values are equal is shown with some room around it. */
const FEWEST_BINS = 5;

/**
 * As many bins as the largest group fills: at least two for the root of its size, a power of two. All that
 * there are where a logarithmic axis shows small ones large.
 */
export function wantedBins(columns: readonly Column[], isLog: boolean): number {
  const most = Math.max(0, ...columns.map(column => column.total));
  const wanted = isLog ? Infinity : 2 * Math.sqrt(most);
  return (
    BIN_CHOICES.find(count => count >= wanted) ??
    BIN_CHOICES[BIN_CHOICES.length - 1]
  );
}

/**
 * At most `count` bins over the values of all columns and of the single `points`, all of them or without the
 * tails of columns. None is finer than what the columns know, nor than float32.
 */
export function binsOver(
  columns: readonly Column[],
  points: readonly number[],
  isFull: boolean,
  count: number
): Bins {
  const extent = columns
    .map((column): Extent => extentWithout(column, isFull ? 0 : TAIL))
    .reduce(union, union(extentOf(points), NO_EXTENT));
  const bins = columnsOver(extent, count, finestOf(columns, extent));
  const missing = FEWEST_BINS - bins.count;
  return missing > 0
    ? {
        ...bins,
        first: bins.first - Math.floor(missing / 2),
        count: FEWEST_BINS
      }
    : bins;
}

function finestOf(columns: readonly Column[], [min, max]: Extent): number {
  const magnitude = Math.max(Math.abs(min), Math.abs(max));
  if (!(magnitude > 0 && magnitude < Infinity)) {
    return -2;
  }
  let finest =
    min === max
      ? Math.floor(Math.log2(magnitude)) - 3
      : Math.max(Math.floor(Math.log2(magnitude)) - DIGITS, -149);
  for (const { halves, length } of columns) {
    for (let entry = 0; entry < length; entry++) {
      finest = Math.max(finest, Math.log2(2 * halves[entry]));
    }
  }
  return finest;
}
