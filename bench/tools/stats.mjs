/** The number in the middle; of an even count the upper one. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The smallest number with at least this share of all at or below it. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * Rows of several runs as one: the median of every number, the least of those that are called best. Ratios
 * are made within a run before, so that a slow run is slow on both sides.
 */
export function medianRows(runs) {
  return runs[0].map((row, i) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'number'
          ? (/best/i.test(key) ? least : median)(runs.map(run => run[i][key]))
          : value
      ])
    )
  );
}

const least = numbers => Math.min(...numbers);
