/** Below this many values an insertion sort is faster. */
const SMALL = 24;
/** Partitions before giving up on a hostile arrangement and sorting. */
const PATIENCE = 64;

/**
 * The value of the given rank (0 = smallest) among values[start … end), which are rearranged: it is at
 * its rank, none before it is larger, none behind it smaller.
 * Values must not be NaN. Linear on average, n log n at worst.
 */
export function selectRank(
  values: Float32Array,
  start: number,
  end: number,
  rank: number
): number {
  const target = start + rank;
  for (let left = PATIENCE; end - start > SMALL; left--) {
    if (left === 0) {
      values.subarray(start, end).sort();
      return values[target];
    }
    const [low, high] = partition(values, start, end);
    if (target <= low) {
      end = low + 1;
    } else if (target >= high) {
      start = high;
    } else {
      return values[target];
    }
  }
  insertionSort(values, start, end);
  return values[target];
}

/** Hoare's partition by the median of three: values up to `low` ≤ pivot, from `high` on ≥ pivot, equal between. */
function partition(
  values: Float32Array,
  start: number,
  end: number
): [low: number, high: number] {
  const pivot = medianOfThree(
    values[start],
    values[(start + end) >> 1],
    values[end - 1]
  );
  let up = start;
  let down = end - 1;
  while (up <= down) {
    while (values[up] < pivot) {
      up++;
    }
    while (values[down] > pivot) {
      down--;
    }
    if (up <= down) {
      const swapped = values[up];
      values[up++] = values[down];
      values[down--] = swapped;
    }
  }
  return [down, up];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function insertionSort(values: Float32Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i];
    let place = i;
    while (place > start && values[place - 1] > value) {
      values[place] = values[place - 1];
      place--;
    }
    values[place] = value;
  }
}

/** The smallest of values[start … end); +∞ where there is none. */
export function leastOf(
  values: Float32Array,
  start: number,
  end: number
): number {
  let least = Infinity;
  for (let i = start; i < end; i++) {
    least = values[i] < least ? values[i] : least;
  }
  return least;
}
