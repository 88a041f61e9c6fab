import { countValues } from './counts';
import { FINE_BINS, type Distribution } from './distribution';
import { fittedExtent } from './extent';
import { edgeOf, gridOf } from './grid';
import { typescriptKernels, type Kernels } from './kernels';
import { binnedQuartiles, exactQuartiles } from './quantile';
import type { Codes, Grid, Layer, Summary } from './recording';

/** What all groups of one layer share: its activations, and their codes on the layer's grid. */
export type Coded = Codes & { readonly values: Float32Array };

/** Codes every activation of a layer; the costly step, worth keeping. */
export function codeLayer(
  values: Float32Array,
  { neurons, instances }: Pick<Layer, 'neurons' | 'instances'>,
  kernels: Kernels = typescriptKernels
): Coded {
  const grid = gridOf(values, neurons, instances, kernels);
  return codeRows(values, grid, kernels);
}

/** Codes activations of some or all samples on a grid that is known. */
export function codeRows(
  values: Float32Array,
  grid: Grid,
  kernels: Kernels
): Coded {
  return { values, grid, codes: kernels.codesOf(values, grid) };
}

/** Whether the values that were measured have bins of their own: a grid may have been made for others. */
export function isWithinGrid({
  grid,
  min,
  max
}: Pick<Distribution, 'grid' | 'min' | 'max'>): boolean {
  return min.every(
    (low, neuron) =>
      Number.isNaN(low) ||
      (low >= edgeOf(grid, neuron, 0) &&
        max[neuron] < edgeOf(grid, neuron, FINE_BINS))
  );
}

/** The exact distribution of the samples `rows`. Arrays of a distribution are its own. */
export function measureValues(
  { values, codes, grid }: Coded,
  rows: Uint32Array,
  kernels: Kernels = typescriptKernels
): Distribution {
  const neurons = grid.length / 2;
  const counted = countValues(values, codes, neurons, rows, kernels);
  return withFitted({
    size: rows.length,
    bins: FINE_BINS,
    grid: grid.slice(),
    ...counted,
    ...exactQuartiles({ values, codes, grid, rows, ...counted }, kernels),
    exact: true,
    quantileBound: 0
  });
}

/**
 * The distribution of the samples `rows` from codes alone: the extent is that of the bins, the mean
 * that of their centres, quartiles are within one bin. Codes do not tell exact zeros and non-finite
 * values, so none are counted.
 */
export function measureCodes(
  { codes, grid }: Codes,
  rows: Uint32Array,
  kernels: Kernels = typescriptKernels
): Distribution {
  const neurons = grid.length / 2;
  const counts = kernels.countCodes(codes, neurons, rows);
  return withFitted({
    size: rows.length,
    bins: FINE_BINS,
    grid: grid.slice(),
    counts,
    zeros: new Uint32Array(neurons),
    nan: new Uint32Array(neurons),
    posinf: new Uint32Array(neurons),
    neginf: new Uint32Array(neurons),
    ...binnedMoments(grid, counts),
    ...binnedQuartiles(grid, counts),
    exact: false,
    quantileBound: 1
  });
}

/** It takes a pass over all counts: better where they are made than where they are shown. */
export function withFitted(
  measured: Omit<Distribution, 'fitted'>
): Distribution {
  return { ...measured, fitted: fittedExtent(measured) };
}

function binnedMoments(
  grid: Grid,
  counts: Uint16Array | Uint32Array
): Pick<Distribution, 'min' | 'max' | 'mean'> {
  const neurons = grid.length / 2;
  const min = new Float64Array(neurons).fill(NaN);
  const max = new Float64Array(neurons).fill(NaN);
  const mean = new Float64Array(neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    // As `edgeOf` has it: a power costs as much as all else.
    const width = 2 ** grid[2 * neuron];
    const origin = grid[2 * neuron + 1];
    let total = 0;
    for (let bin = 0; bin < FINE_BINS; bin++) {
      const count = counts[neuron * FINE_BINS + bin];
      if (count > 0) {
        min[neuron] = total === 0 ? (origin + bin) * width : min[neuron];
        max[neuron] = (origin + bin + 1) * width;
        mean[neuron] += count * (origin + bin + 0.5) * width;
        total += count;
      }
    }
    mean[neuron] = total === 0 ? NaN : mean[neuron] / total;
  }
  return { min, max, mean };
}

/** The distribution of one class as a summary states it. Arrays of a distribution are its own. */
export function summarised(summary: Summary, classIndex: number): Distribution {
  const { bins, grid, exact, bound } = summary;
  const { n, quantiles, ...rest } = summary.of(classIndex);
  const quantile = (probability: number) =>
    quantileOf(summary, quantiles, probability);
  return withFitted({
    ...rest,
    size: n[0] ?? 0,
    bins,
    grid: grid.slice(),
    q25: quantile(0.25),
    median: quantile(0.5),
    q75: quantile(0.75),
    exact,
    quantileBound: exact ? 0 : (bound ?? 1)
  });
}

/** Samples of a class as a summary's `n` states them: every neuron sees all. */
export function summarySize(
  n: Uint32Array,
  neurons: number,
  classIndex: number
): number {
  return neurons === 0 ? 0 : n[classIndex * neurons];
}

function quantileOf(
  { probabilities }: Summary,
  quantiles: Float64Array,
  probability: number
): Float64Array {
  const column = probabilities.indexOf(probability);
  const width = probabilities.length;
  return Float64Array.from(
    { length: quantiles.length / width },
    (_, neuron) => quantiles[neuron * width + column]
  );
}
