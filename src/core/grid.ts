import { FINE_BINS } from './distribution';
import type { Kernels } from './kernels';
import type { Grid } from './recording';

/** Exponents of a grid: the spacing of the finest float32, and room to coarsen that of the largest. */
export const EXPONENT_RANGE: readonly [min: number, max: number] = [-149, 128];
/** Origins of a grid lie within ± this. */
export const ORIGIN_LIMIT = 2 ** 24;

/** Smallest and largest finite value of each neuron; +∞ and −∞ where there is none. */
export type Extent = {
  readonly min: Float32Array;
  readonly max: Float32Array;
};

/**
 * The dyadic grid of a layer: per neuron the finest one with 256 bins that holds all finite values
 * of `values` [count, neurons] and of `instances` [any, neurons]. Definition: docs/format.md.
 */
export function gridOf(
  values: Float32Array,
  neurons: number,
  instances: Float32Array,
  kernels: Pick<Kernels, 'growExtent'>
): Grid {
  const extent = emptyExtent(neurons);
  kernels.growExtent(extent, values);
  kernels.growExtent(extent, instances);
  return gridOfExtent(extent);
}

/** The grid of each neuron from its extent alone. */
export function gridOfExtent({ min, max }: Extent): Grid {
  const grid = new Int32Array(2 * min.length);
  for (let neuron = 0; neuron < min.length; neuron++) {
    const [low, high] = [min[neuron], max[neuron]];
    if (low > high || (low === 0 && high === 0)) {
      continue;
    }
    const exponent = finestExponent(low, high);
    grid[2 * neuron] = exponent;
    grid[2 * neuron + 1] = Math.floor(low * 2 ** -exponent);
  }
  return grid;
}

export function emptyExtent(neurons: number): Extent {
  return {
    min: new Float32Array(neurons).fill(Infinity),
    max: new Float32Array(neurons).fill(-Infinity)
  };
}

/** Widens `extent` by the finite values of `values` [any, neurons]. The sign of a zero is not defined. */
export function growExtent(extent: Extent, values: Float32Array): void {
  const neurons = extent.min.length;
  for (let start = 0; start + neurons <= values.length; start += neurons) {
    if (neurons === 0) {
      return;
    }
    growByRow(extent, values, start);
  }
}

function growByRow({ min, max }: Extent, values: Float32Array, start: number) {
  for (let neuron = 0; neuron < min.length; neuron++) {
    const value = values[start + neuron];
    // Infinity − Infinity and NaN − NaN are NaN.
    if (value - value === 0) {
      if (value < min[neuron]) {
        min[neuron] = value;
      }
      if (value > max[neuron]) {
        max[neuron] = value;
      }
    }
  }
}

/** The smallest exponent at which [low, high] spans at most 256 bins, not below the float32 spacing. */
function finestExponent(low: number, high: number): number {
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  const spacing = Math.max(exponentOf(magnitude) - 23, EXPONENT_RANGE[0]);
  // At span·2^−e ≥ 512 the values cannot fit: start there, a few steps too fine.
  let exponent =
    low === high ? spacing : Math.max(spacing, exponentOf(high - low) - 9);
  while (binsBetween(low, high, exponent) > FINE_BINS - 1) {
    exponent++;
  }
  return exponent;
}

function binsBetween(low: number, high: number, exponent: number): number {
  const scale = 2 ** -exponent;
  return Math.floor(high * scale) - Math.floor(low * scale);
}

const float = new Float64Array(1);
const floatBits = new Uint32Array(float.buffer);

/** E with 2^E ≤ x < 2^(E+1), for x > 0 whose float64 is normal: every float32 is. */
function exponentOf(x: number): number {
  float[0] = x;
  return ((floatBits[1] >>> 20) & 0x7ff) - 1023;
}

/** The bin of one value, floor(x·2^−e) − o; NaN and ±∞ give themselves. */
export function binOf(grid: Grid, neuron: number, value: number): number {
  return Math.floor(value * 2 ** -grid[2 * neuron]) - grid[2 * neuron + 1];
}

/** Lower edge of a bin of one neuron; `bin` = number of bins gives the upper edge of the last. */
export function edgeOf(grid: Grid, neuron: number, bin: number): number {
  return (grid[2 * neuron + 1] + bin) * 2 ** grid[2 * neuron];
}

/** The edges of a neuron's bins; [bins + 1]. */
export function edgesOf(
  grid: Grid,
  neuron: number,
  bins: number
): Float64Array {
  const edges = new Float64Array(bins + 1);
  for (let bin = 0; bin <= bins; bin++) {
    edges[bin] = edgeOf(grid, neuron, bin);
  }
  return edges;
}

/** Codes of `values` [count, neurons] on their `grid`, 256 bins; non-finite values get code 0. */
export function codesOf(values: Float32Array, grid: Grid): Uint8Array {
  const neurons = grid.length / 2;
  const codes = new Uint8Array(values.length);
  const scales = new Float64Array(neurons);
  const origins = new Float64Array(neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    scales[neuron] = 2 ** -grid[2 * neuron];
    origins[neuron] = grid[2 * neuron + 1];
  }
  for (let start = 0; start < values.length; start += neurons) {
    for (let neuron = 0; neuron < neurons; neuron++) {
      // A typed array stores NaN and ±∞ as 0, so no branch is needed.
      codes[start + neuron] =
        Math.floor(values[start + neuron] * scales[neuron]) - origins[neuron];
    }
  }
  return codes;
}

/** Counts on coarser bins. */
export type Coarse = {
  /** Coarse bin `origin` + i holds `counts[i]`; its lower edge is (origin + i)·2^exponent. */
  readonly origin: number;
  readonly counts: Float64Array;
};

/**
 * The counts of one neuron on the grid with the coarser `exponent`, by exact sums of bins.
 * `counts` are its bins on `grid`. Throws RangeError when `exponent` is finer than the grid's.
 */
export function coarsen(
  grid: Grid,
  neuron: number,
  counts: ArrayLike<number>,
  exponent: number
): Coarse {
  const steps = exponent - grid[2 * neuron];
  if (!(steps >= 0)) {
    throw new RangeError(`invalid exponent: ${exponent}`);
  }
  const fine = grid[2 * neuron + 1];
  // floor(floor(y) / 2^k) = floor(y / 2^k), so whole bins go to whole bins.
  const shrink = 2 ** -steps;
  const origin = Math.floor(fine * shrink);
  const last = Math.floor((fine + counts.length - 1) * shrink);
  const coarse = new Float64Array(counts.length === 0 ? 0 : last - origin + 1);
  for (let bin = 0; bin < counts.length; bin++) {
    coarse[Math.floor((fine + bin) * shrink) - origin] += counts[bin];
  }
  return { origin, counts: coarse };
}
