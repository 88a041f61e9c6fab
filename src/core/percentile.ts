import type { Distribution } from './distribution';
import { binOf, edgeOf } from './grid';

/**
 * Where `value` stands among the finite values of one neuron, 0 to 100: the share below it plus half
 * the share equal to it (mid-rank, as scipy.stats.percentileofscore(kind="mean")).
 * Exact at zero, below the minimum and above the maximum. Elsewhere the other values of its bin
 * count as half below: the error is at most half of that bin's share. NaN for no value and for no samples.
 */
export function percentileFromCounts(
  distribution: Distribution,
  neuron: number,
  value: number
): number {
  const { bins, grid, min, max } = distribution;
  const counts = distribution.counts.subarray(
    neuron * bins,
    (neuron + 1) * bins
  );
  const total = sumOf(counts, bins);
  if (total === 0 || Number.isNaN(value)) {
    return NaN;
  }
  if (value < min[neuron]) {
    return 0;
  }
  if (value > max[neuron]) {
    return 100;
  }
  const bin = Math.min(Math.max(binOf(grid, neuron, value), 0), bins - 1);
  const below = sumOf(counts, bin);
  // Zero is always the lower edge of its bin, so its ties are known.
  const startsAtZero = edgeOf(grid, neuron, bin) === 0;
  const zeros = startsAtZero
    ? Math.min(distribution.zeros[neuron], counts[bin])
    : 0;
  const rank =
    startsAtZero && value === 0
      ? below + zeros / 2
      : below + zeros + (counts[bin] - zeros) / 2;
  return (100 * rank) / total;
}

function sumOf(counts: ArrayLike<number>, end: number): number {
  let sum = 0;
  for (let bin = 0; bin < end; bin++) {
    sum += counts[bin];
  }
  return sum;
}
