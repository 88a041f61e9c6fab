import type { Distribution } from './distribution';
import { withFitted } from './measure';
import { binnedQuartiles } from './quantile';
import type { Grid } from './recording';

/**
 * The distribution of several groups together, none of whose samples is in two, from their own on one grid:
 * counts and extents are exact where theirs are, quartiles are within one bin.
 */
export function summed(
  parts: readonly Distribution[],
  grid: Grid,
  bins: number
): Distribution {
  const neurons = grid.length / 2;
  const sum = (
    of: (part: Distribution) => ArrayLike<number>,
    length = neurons
  ) => sumOf(parts.map(of), length);
  const counts = sum(part => part.counts, neurons * bins);
  return withFitted({
    size: parts.reduce((total, { size }) => total + size, 0),
    bins,
    grid: grid.slice(),
    counts,
    zeros: sum(part => part.zeros),
    nan: sum(part => part.nan),
    posinf: sum(part => part.posinf),
    neginf: sum(part => part.neginf),
    ...momentsOf(parts, neurons),
    ...binnedQuartiles(grid, counts, bins),
    exact: false,
    quantileBound: 1
  });
}

/** Element by element. */
export function sumOf(
  arrays: readonly ArrayLike<number>[],
  length = arrays[0]?.length ?? 0
): Uint32Array {
  const sum = new Uint32Array(length);
  for (const array of arrays) {
    for (let i = 0; i < length; i++) {
      sum[i] += array[i];
    }
  }
  return sum;
}

function momentsOf(
  parts: readonly Distribution[],
  neurons: number
): Pick<Distribution, 'min' | 'max' | 'mean'> {
  const min = new Float64Array(neurons).fill(NaN);
  const max = new Float64Array(neurons).fill(NaN);
  const mean = new Float64Array(neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    let total = 0;
    for (const part of parts) {
      const { size, nan, posinf, neginf } = part;
      const finite = size - nan[neuron] - posinf[neuron] - neginf[neuron];
      if (finite > 0) {
        const isFirst = total === 0;
        min[neuron] = isFirst
          ? part.min[neuron]
          : Math.min(min[neuron], part.min[neuron]);
        max[neuron] = isFirst
          ? part.max[neuron]
          : Math.max(max[neuron], part.max[neuron]);
        mean[neuron] += finite * part.mean[neuron];
        total += finite;
      }
    }
    mean[neuron] /= total;
  }
  return { min, max, mean };
}
