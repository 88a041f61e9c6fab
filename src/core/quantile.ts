import { FINE_BINS } from './distribution';
import { edgeOf } from './grid';
import type { Grid } from './recording';
import { selectRank } from './select';

/** Quartiles per neuron; NaN where there is no finite value. */
export type Quartiles = {
  readonly q25: Float64Array;
  readonly median: Float64Array;
  readonly q75: Float64Array;
};

/** A group of samples of one layer, counted. `values` and `codes` are [samples, neurons]. */
export type Counted = {
  readonly values: Float32Array;
  readonly codes: Uint8Array;
  readonly grid: Grid;
  readonly rows: Uint32Array;
  readonly counts: Uint16Array | Uint32Array;
  readonly zeros: Uint32Array;
};

/** Lower and upper rank of each quartile. */
const RANKS = 6;
/** Values collected at once, at least one neuron's: bounds the memory. */
const COLLECTED_LIMIT = 1 << 22;
const WIDTH_LIMIT = 1 << 14;
/** A rank whose value is an exact zero, so that nothing needs to be collected. */
const ZERO = -1;

/**
 * Exact quartiles of the finite values (Hyndman–Fan type 7 in float64, equal to numpy.quantile; the
 * median as numpy.median). The counts tell the bin of each rank; one pass collects the values of
 * these bins, and the ranks are selected among them.
 */
export function exactQuartiles(counted: Counted): Quartiles {
  const neurons = counted.grid.length / 2;
  const quartiles = emptyQuartiles(neurons);
  for (let first = 0; first < neurons;) {
    const strip = planStrip(counted, first, neurons);
    const collected = collect(counted, strip);
    for (let i = 0; i < strip.width; i++) {
      fillNeuron(quartiles, strip, collected, i);
    }
    first += strip.width;
  }
  return quartiles;
}

/** Neurons `first` … `first + width`, their wanted ranks, and where the values of wanted bins go. */
type Strip = {
  readonly first: number;
  readonly width: number;
  /** Finite values per neuron. */
  readonly finite: Float64Array;
  /** Bin of each rank, ZERO for an exact zero; [width, RANKS]. */
  readonly bins: Int16Array;
  /** Rank within the collected values of its bin; [width, RANKS]. */
  readonly within: Uint32Array;
  /** Segment of each bin, 1 …, 0 = not wanted; [width, 256]. */
  readonly segments: Uint8Array;
  /** Start and end of each segment in the collected values; [width, RANKS]. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly total: number;
};

function planStrip(counted: Counted, first: number, neurons: number): Strip {
  const room = Math.min(neurons - first, WIDTH_LIMIT);
  const finite = new Float64Array(room);
  const bins = new Int16Array(room * RANKS).fill(ZERO);
  const within = new Uint32Array(room * RANKS);
  const segments = new Uint8Array(room * FINE_BINS);
  const starts = new Uint32Array(room * RANKS);
  const ends = new Uint32Array(room * RANKS);
  const plan = { finite, bins, within, segments, starts, ends };
  let total = 0;
  let width = 0;
  while (width < room && (width === 0 || total < COLLECTED_LIMIT)) {
    total = planNeuron(counted, first, plan, width, total);
    width++;
  }
  return { first, width, total, ...plan };
}

/** Plans one neuron of a strip; the new total of collected values. */
function planNeuron(
  { counts, zeros, grid }: Counted,
  first: number,
  plan: Omit<Strip, 'first' | 'width' | 'total'>,
  i: number,
  total: number
): number {
  const neuron = first + i;
  const base = neuron * FINE_BINS;
  const finite = sumOf(counts, base);
  plan.finite[i] = finite;
  const zeroBin = -grid[2 * neuron + 1];
  let bin = -1;
  let below = 0;
  let inBin = 0;
  let segment = 0;
  for (let k = 0; k < RANKS && finite > 0; k++) {
    const rank = rankOf(k, finite);
    if (rank < below) {
      // Of two values, the upper rank of one quartile is above the lower rank of the next.
      bin = -1;
      below = inBin = 0;
    }
    while (below + inBin <= rank) {
      below += inBin;
      inBin = counts[base + ++bin];
    }
    // Zero is the lower edge of its bin: exact zeros come first in it.
    const zerosHere = bin === zeroBin ? zeros[neuron] : 0;
    if (rank - below < zerosHere) {
      continue;
    }
    if (plan.segments[i * FINE_BINS + bin] === 0) {
      plan.starts[i * RANKS + segment] = total;
      total += inBin - zerosHere;
      plan.ends[i * RANKS + segment] = total;
      plan.segments[i * FINE_BINS + bin] = ++segment;
    }
    plan.bins[i * RANKS + k] = bin;
    plan.within[i * RANKS + k] = rank - below - zerosHere;
  }
  return total;
}

/** Ranks k = 0 … 5: lower and upper rank of the first quartile, median, third quartile. */
function rankOf(k: number, finite: number): number {
  const lower = Math.floor((finite - 1) * 0.25 * ((k >> 1) + 1));
  return Math.min(lower + (k & 1), finite - 1);
}

/** One pass over the strip: the non-zero finite values of the wanted bins, segment by segment. */
function collect(
  { values, codes, rows, grid }: Counted,
  { first, width, segments, starts, total }: Strip
): Float32Array {
  const collected = new Float32Array(total);
  if (total === 0) {
    return collected;
  }
  const next = starts.slice();
  const neurons = grid.length / 2;
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * neurons + first;
    for (let i = 0; i < width; i++) {
      const segment = segments[(i << 8) + codes[start + i]];
      if (segment !== 0) {
        const value = values[start + i];
        // Non-finite values share code 0; zeros are known already.
        if (value !== 0 && value - value === 0) {
          collected[next[i * RANKS + segment - 1]++] = value;
        }
      }
    }
  }
  return collected;
}

function fillNeuron(
  { q25, median, q75 }: Quartiles,
  strip: Strip,
  collected: Float32Array,
  i: number
): void {
  const finite = strip.finite[i];
  if (finite === 0) {
    return;
  }
  const neuron = strip.first + i;
  const at = (k: number) => valueAt(strip, collected, i, k);
  q25[neuron] = interpolate(at(0), at(1), fraction(0.25, finite));
  median[neuron] = finite % 2 === 1 ? at(2) : (at(2) + at(3)) / 2;
  q75[neuron] = interpolate(at(4), at(5), fraction(0.75, finite));
}

/** The value of rank k of one neuron of a strip. */
function valueAt(
  strip: Strip,
  collected: Float32Array,
  i: number,
  k: number
): number {
  const bin = strip.bins[i * RANKS + k];
  if (bin === ZERO) {
    return 0;
  }
  const segment = i * RANKS + strip.segments[i * FINE_BINS + bin] - 1;
  return selectRank(
    collected,
    strip.starts[segment],
    strip.ends[segment],
    strip.within[i * RANKS + k]
  );
}

function fraction(probability: number, finite: number): number {
  const position = (finite - 1) * probability;
  return position - Math.floor(position);
}

/** numpy's linear interpolation, in its order of operations. */
function interpolate(a: number, b: number, t: number): number {
  const difference = b - a;
  return t >= 0.5 ? b - difference * (1 - t) : a + difference * t;
}

/**
 * Quartiles from counts on `grid` alone: a rank is placed evenly among the values of its bin.
 * The error is at most one bin of the neuron.
 */
export function binnedQuartiles(
  grid: Grid,
  counts: Uint16Array | Uint32Array
): Quartiles {
  const neurons = grid.length / 2;
  const quartiles = emptyQuartiles(neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const finite = sumOf(counts, neuron * FINE_BINS);
    if (finite > 0) {
      const at = (probability: number) =>
        binnedAt(grid, counts, neuron, (finite - 1) * probability);
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
  while (below + counts[neuron * FINE_BINS + bin] <= rank) {
    below += counts[neuron * FINE_BINS + bin++];
  }
  const inBin = counts[neuron * FINE_BINS + bin];
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

function sumOf(counts: Uint16Array | Uint32Array, base: number): number {
  let sum = 0;
  for (let bin = base; bin < base + FINE_BINS; bin++) {
    sum += counts[bin];
  }
  return sum;
}
