import type { Column } from './column';

/** Where x stands among the values of a class. */
export type Standing = {
  /** Share below x and half the share equal to it: the mid-rank, 0 to 1. */
  readonly share: number;
  /** Largest error of the share: half that of x's bin, whose values count as equal. */
  readonly error: number;
};

/** Exact for exact entries, outside the class's extent, and at zero where zeros are known. */
export function standingOf(x: number, column: Column): Standing {
  const { at, counts, halves, length, total, known, zerosApart } = column;
  if (known !== null && (x < known.min || x > known.max)) {
    return { share: x < known.min ? 0 : 1, error: 0 };
  }
  let below = 0;
  let shared = 0;
  let equal = 0;
  for (let i = 0; i < length && at[i] - halves[i] <= x; i++) {
    if (halves[i] === 0 && at[i] === x) {
      equal = counts[i];
    } else if (at[i] + halves[i] <= x) {
      below += counts[i];
    } else if (!(x === 0 && zerosApart)) {
      shared = counts[i];
    }
  }
  return {
    share: (below + (equal + shared) / 2) / total,
    error: shared / 2 / total
  };
}
