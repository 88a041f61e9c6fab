import {
  finiteOf,
  IS_ZERO,
  planStrip,
  QUARTILES,
  RANKS,
  rankOf,
  type Counted,
  type Strip
} from './collect';
import { FINE_BINS } from './distribution';
import { FEW } from './few';
import { edgeOf } from './grid';
import type { Kernels } from './kernels';
import type { Grid } from './recording';
import { leastOf, selectRank } from './select';

/** Quartiles per neuron; NaN where there is no finite value. */
export type Quartiles = {
  readonly q25: Float64Array;
  readonly median: Float64Array;
  readonly q75: Float64Array;
};

/**
 * Exact quartiles of the finite values (Hyndman–Fan type 7 in float64, equal to numpy.quantile; the
 * median as numpy.median). The counts tell the bin of each rank; one pass collects the values of
 * these bins, and the ranks are selected among them.
 */
export function exactQuartiles(
  counted: Counted,
  kernels: Pick<Kernels, 'collect' | 'sortFew'>
): Quartiles {
  if (counted.rows.length <= FEW) {
    return quartilesOfFew(counted, kernels);
  }
  const neurons = counted.grid.length / 2;
  const quartiles = emptyQuartiles(neurons);
  for (let first = 0; first < neurons;) {
    const strip = planStrip(counted, first);
    const collected = kernels.collect(counted, strip);
    for (let i = 0; i < strip.width; i++) {
      fillNeuron(quartiles, first + i, strip.finite[i], k =>
        valueAt(strip, collected, i, k)
      );
    }
    first += strip.width;
  }
  return quartiles;
}

function quartilesOfFew(
  counted: Counted,
  kernels: Pick<Kernels, 'sortFew'>
): Quartiles {
  const { values, grid, rows } = counted;
  const neurons = grid.length / 2;
  const quartiles = emptyQuartiles(neurons);
  const sorted = kernels.sortFew(values, neurons, rows);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const finite = finiteOf(counted, neuron);
    fillNeuron(
      quartiles,
      neuron,
      finite,
      k => sorted[rankOf(k, finite) * neurons + neuron]
    );
  }
  return quartiles;
}

/** The quartiles of one neuron; `at` gives the values of its six ranks, asked in their order. */
function fillNeuron(
  { q25, median, q75 }: Quartiles,
  neuron: number,
  finite: number,
  at: (k: number) => number
): void {
  if (finite > 0) {
    q25[neuron] = interpolate(at(0), at(1), fraction(0.25, finite));
    median[neuron] = finite % 2 === 1 ? at(2) : (at(2) + at(3)) / 2;
    q75[neuron] = interpolate(at(4), at(5), fraction(0.75, finite));
  }
}

/** The value of rank k of the i-th neuron of a strip. */
function valueAt(
  { within, owner, starts, ends }: Strip,
  collected: Float32Array,
  i: number,
  k: number
): number {
  const rank = within[i * RANKS + k];
  if (rank === IS_ZERO) {
    return 0;
  }
  const segment = i * QUARTILES + owner[i * QUARTILES + (k >> 1)];
  const [start, end] = [starts[segment], ends[segment]];
  const isUpper = (k & 1) === 1;
  // The lower rank has been selected: the upper one is the smallest value behind it.
  return isUpper && rank === within[i * RANKS + k - 1] + 1
    ? leastOf(collected, start + rank, end)
    : selectRank(collected, start, end, rank);
}

function fraction(probability: number, finite: number): number {
  const position = (finite - 1) * probability;
  return position - Math.floor(position);
}

/** numpy's linear interpolation, in its order of operations. */
export function interpolate(a: number, b: number, t: number): number {
  const difference = b - a;
  return t >= 0.5 ? b - difference * (1 - t) : a + difference * t;
}

/**
 * Quartiles from counts on `grid` alone: a rank is placed evenly among the values of its bin.
 * The error is at most one bin of the neuron.
 */
export function binnedQuartiles(
  grid: Grid,
  counts: Uint16Array | Uint32Array,
  bins = FINE_BINS
): Quartiles {
  const neurons = grid.length / 2;
  const quartiles = emptyQuartiles(neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const ofNeuron = counts.subarray(neuron * bins, (neuron + 1) * bins);
    const finite = sumOf(ofNeuron);
    if (finite > 0) {
      const at = (probability: number) =>
        binnedAt(grid, ofNeuron, neuron, (finite - 1) * probability);
      quartiles.q25[neuron] = at(0.25);
      quartiles.median[neuron] = at(0.5);
      quartiles.q75[neuron] = at(0.75);
    }
  }
  return quartiles;
}

function binnedAt(
  grid: Grid,
  counts: Uint16Array | Uint32Array,
  neuron: number,
  rank: number
): number {
  let bin = 0;
  let below = 0;
  while (below + counts[bin] <= rank) {
    below += counts[bin++];
  }
  const inBin = counts[bin];
  // Between the last value of one bin and the first of a later one the rank may pass the bin's end.
  const within = Math.min((rank - below + 0.5) / inBin, 1);
  return edgeOf(grid, neuron, bin + within);
}

function emptyQuartiles(neurons: number): Quartiles {
  return {
    q25: new Float64Array(neurons).fill(NaN),
    median: new Float64Array(neurons).fill(NaN),
    q75: new Float64Array(neurons).fill(NaN)
  };
}

function sumOf(counts: Uint16Array | Uint32Array): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    sum += counts[bin];
  }
  return sum;
}
