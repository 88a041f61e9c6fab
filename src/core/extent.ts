import type { Distribution } from './distribution';

/** Share of the mass left out at each end by a fitted axis. */
const TAIL = 0.001;
const POOLED_HALVINGS = 16;

type Bounds = Pick<Distribution, 'min' | 'max'>;
/** What is counted of the values, and where they lie. */
type Binned = Bounds & Pick<Distribution, 'bins' | 'grid' | 'counts'>;

/** Smallest and largest value; min > max says that there is none. */
export type Extent = readonly [min: number, max: number];
export const NO_EXTENT: Extent = [Infinity, -Infinity];

export function union(a: Extent, b: Extent): Extent {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

/** Extent of the finite values among `values`. */
export function extentOf(values: ArrayLike<number>): Extent {
  let [min, max] = NO_EXTENT;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return [min, max];
}

/** Extent of all finite values of all neurons. */
export function fullExtent(distribution: Bounds): Extent {
  return union(extentOf(distribution.min), extentOf(distribution.max));
}

/** Extent of all finite values of one neuron. */
export function neuronExtent(distribution: Bounds, neuron: number): Extent {
  const min = distribution.min[neuron];
  const max = distribution.max[neuron];
  return min <= max ? [min, max] : NO_EXTENT;
}

/**
 * Extent that leaves out 0.1 % of the values of all neurons at each end.
 * Approximated from counts: each end is too wide by at most one bin of the widest grid or 2⁻¹⁶ of the full extent,
 * and never beyond the full extent.
 */
export function fittedExtent(distribution: Binned): Extent {
  const full = fullExtent(distribution);
  if (!(full[0] <= full[1])) {
    return NO_EXTENT;
  }
  const { grid, counts, bins } = distribution;
  const neurons = grid.length / 2;
  // Of a single sample each grid is as fine as its value, the extent that of all neurons.
  let widest = Math.floor(Math.log2(full[1] - full[0])) - POOLED_HALVINGS;
  for (let neuron = 0; neuron < neurons; neuron++) {
    if (counted(distribution, neuron)) {
      widest = Math.max(widest, grid[2 * neuron]);
    }
  }
  const scale = 2 ** widest;
  const first = Math.floor(full[0] / scale);
  const pooled = new Float64Array(Math.floor(full[1] / scale) - first + 1);
  for (let neuron = 0; neuron < neurons; neuron++) {
    if (!counted(distribution, neuron)) {
      continue;
    }
    const narrower = 2 ** (grid[2 * neuron] - widest);
    const origin = grid[2 * neuron + 1];
    const start = neuron * bins;
    const [from, to] = occupiedBins(distribution, neuron);
    for (let bin = from; bin < to; bin++) {
      const count = counts[start + bin];
      if (count > 0) {
        pooled[Math.floor((origin + bin) * narrower) - first] += count;
      }
    }
  }
  return tailless(pooled, first, scale, full);
}

/** Half-open range of the bins in which a neuron's values lie, and one beside at either end. */
export function occupiedBins(
  { grid, bins, min, max }: Omit<Binned, 'counts'>,
  neuron: number
): readonly [from: number, to: number] {
  const scale = 2 ** -grid[2 * neuron];
  const origin = grid[2 * neuron + 1];
  const first = Math.floor(min[neuron] * scale) - origin;
  const last = Math.floor(max[neuron] * scale) - origin;
  return [Math.max(0, first - 1), Math.min(bins, last + 2)];
}

/** As `fittedExtent`, for one neuron: within one bin of its grid. */
export function fittedNeuronExtent(
  distribution: Binned,
  neuron: number
): Extent {
  const full = neuronExtent(distribution, neuron);
  if (!(full[0] <= full[1])) {
    return NO_EXTENT;
  }
  const { grid, counts, bins } = distribution;
  return tailless(
    counts.subarray(neuron * bins, (neuron + 1) * bins),
    grid[2 * neuron + 1],
    2 ** grid[2 * neuron],
    full
  );
}

function counted(distribution: Bounds, neuron: number): boolean {
  return Number.isFinite(distribution.max[neuron]);
}

/** Counts of bins of width `scale` from `first`·`scale` on, without the tails. */
function tailless(
  counts: Float64Array | Uint16Array | Uint32Array,
  first: number,
  scale: number,
  full: Extent
): Extent {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    total += counts[bin];
  }
  let below = 0;
  let from = 0;
  while (from < counts.length && below + counts[from] <= total * TAIL) {
    below += counts[from];
    from += 1;
  }
  let above = 0;
  let last = counts.length - 1;
  while (last > from && above + counts[last] <= total * TAIL) {
    above += counts[last];
    last -= 1;
  }
  return [
    Math.max(full[0], (first + from) * scale),
    // Just inside the last bin kept, so that no empty column follows it.
    Math.min(full[1], (first + last + 0.999) * scale)
  ];
}
