import type { Distribution } from '../core/distribution';

/** Share of the mass left out at each end by a fitted axis. */
const TAIL = 0.001;
const POOLED_HALVINGS = 16;

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
export function fullExtent(distribution: Distribution): Extent {
  return union(extentOf(distribution.min), extentOf(distribution.max));
}

/** Extent of all finite values of one neuron. */
export function neuronExtent(
  distribution: Distribution,
  neuron: number
): Extent {
  const min = distribution.min[neuron];
  const max = distribution.max[neuron];
  return min <= max ? [min, max] : NO_EXTENT;
}

/**
 * Extent that leaves out 0.1 % of the values of all neurons at each end.
 * Approximated from counts: each end is too wide by at most one bin of the widest grid or 2⁻¹⁶ of the full extent,
 * and never beyond the full extent.
 */
export function fittedExtent(distribution: Distribution): Extent {
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
  const all = columnsAt(full[0], full[1], widest);
  const pooled = new Float64Array(all.count);
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
        pooled[Math.floor((origin + bin) * narrower) - all.first] += count;
      }
    }
  }
  return tailless(pooled, all, full);
}

/** Half-open range of the bins in which a neuron's values lie, and one beside at either end. */
export function occupiedBins(
  { grid, bins, min, max }: Distribution,
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
  distribution: Distribution,
  neuron: number
): Extent {
  const full = neuronExtent(distribution, neuron);
  if (!(full[0] <= full[1])) {
    return NO_EXTENT;
  }
  const { grid, counts, bins } = distribution;
  const all = {
    exponent: grid[2 * neuron],
    first: grid[2 * neuron + 1],
    count: bins
  };
  const own = Float64Array.from(
    counts.subarray(neuron * bins, (neuron + 1) * bins)
  );
  return tailless(own, all, full);
}

function counted(distribution: Distribution, neuron: number): boolean {
  return Number.isFinite(distribution.max[neuron]);
}

function tailless(
  counts: Float64Array,
  columns: Columns,
  full: Extent
): Extent {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scale = 2 ** columns.exponent;
  let below = 0;
  let first = 0;
  while (first < counts.length && below + counts[first] <= total * TAIL) {
    below += counts[first];
    first += 1;
  }
  let above = 0;
  let last = counts.length - 1;
  while (last > first && above + counts[last] <= total * TAIL) {
    above += counts[last];
    last -= 1;
  }
  return [
    Math.max(full[0], (columns.first + first) * scale),
    // Just inside the last bin kept, so that no empty column follows it.
    Math.min(full[1], (columns.first + last + 0.999) * scale)
  ];
}
