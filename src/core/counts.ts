import { FINE_BINS, type Distribution } from './distribution';
import type { Kernels } from './kernels';

/** Counts of a group of samples per neuron. */
export type Counts = Pick<
  Distribution,
  'counts' | 'zeros' | 'nan' | 'posinf' | 'neginf' | 'min' | 'max' | 'mean'
>;

/**
 * Counts per neuron and bin, row-major [neurons, 256], of the samples `rows` from `codes` [samples, neurons].
 * Non-finite values are in bin 0, as their codes are.
 */
export function countCodes(
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array
): Uint16Array | Uint32Array {
  return rows.length <= 0xffff
    ? countInto16(new Uint16Array(neurons * FINE_BINS), codes, neurons, rows)
    : countInto32(new Uint32Array(neurons * FINE_BINS), codes, neurons, rows);
}

// Two copies of one loop: a typed array of one kind per call site runs twice as fast.
function countInto16(
  counts: Uint16Array,
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array
): Uint16Array {
  const bins = new Uint32Array(neurons);
  for (let i = 0; i < rows.length; i++) {
    binsInto(bins, codes, rows[i] * neurons);
    for (let neuron = 0; neuron < neurons; neuron++) {
      counts[bins[neuron]]++;
    }
  }
  return counts;
}

function countInto32(
  counts: Uint32Array,
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array
): Uint32Array {
  const bins = new Uint32Array(neurons);
  for (let i = 0; i < rows.length; i++) {
    binsInto(bins, codes, rows[i] * neurons);
    for (let neuron = 0; neuron < neurons; neuron++) {
      counts[bins[neuron]]++;
    }
  }
  return counts;
}

/** Where in the counts each value of a row goes. */
function binsInto(bins: Uint32Array, codes: Uint8Array, start: number): void {
  for (let neuron = 0; neuron < bins.length; neuron++) {
    bins[neuron] = (neuron << 8) + codes[start + neuron];
  }
}

/** Counts and moments of the samples `rows` from their values and codes. */
export function countValues(
  values: Float32Array,
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array,
  kernels: Pick<Kernels, 'countCodes' | 'tallyOf'>
): Counts {
  const counts = kernels.countCodes(codes, neurons, rows);
  const tally = kernels.tallyOf(values, neurons, rows);
  for (let neuron = 0; neuron < neurons; neuron++) {
    counts[neuron * FINE_BINS] -=
      tally.nan[neuron] + tally.posinf[neuron] + tally.neginf[neuron];
  }
  return { counts, ...tally };
}

/** Statistics per neuron; extent and mean are those of the finite values, NaN without any. */
export type Tally = Omit<Counts, 'counts'>;

/** The tally of the samples `rows` from `values` [samples, neurons]. Sums are float64, in the order of `rows`. */
export function tallyOf(
  values: Float32Array,
  neurons: number,
  rows: Uint32Array
): Tally {
  const tally = emptyTally(neurons);
  for (let i = 0; i < rows.length; i++) {
    tallyRow(tally, values, rows[i] * neurons);
  }
  finishTally(tally, rows.length);
  return tally;
}

/** The tally of nothing, to add to: `mean` holds sums until it is finished. */
export function emptyTally(neurons: number): Tally {
  return {
    zeros: new Uint32Array(neurons),
    nan: new Uint32Array(neurons),
    posinf: new Uint32Array(neurons),
    neginf: new Uint32Array(neurons),
    min: new Float64Array(neurons).fill(Infinity),
    max: new Float64Array(neurons).fill(-Infinity),
    mean: new Float64Array(neurons)
  };
}

/** Adds one sample; `mean` holds the sum for now. */
function tallyRow(
  { zeros, nan, posinf, neginf, min, max, mean }: Tally,
  values: Float32Array,
  start: number
): void {
  for (let neuron = 0; neuron < zeros.length; neuron++) {
    const value = values[start + neuron];
    if (value - value === 0) {
      mean[neuron] += value;
      zeros[neuron] += value === 0 ? 1 : 0;
      min[neuron] = value < min[neuron] ? value : min[neuron];
      max[neuron] = value > max[neuron] ? value : max[neuron];
    } else if (value > 0) {
      posinf[neuron]++;
    } else if (value < 0) {
      neginf[neuron]++;
    } else {
      nan[neuron]++;
    }
  }
}

/** Turns sums into means, and the extent of nothing into NaN. */
export function finishTally(
  { nan, posinf, neginf, min, max, mean }: Tally,
  size: number
): void {
  for (let neuron = 0; neuron < mean.length; neuron++) {
    const finite = size - nan[neuron] - posinf[neuron] - neginf[neuron];
    if (finite === 0) {
      min[neuron] = max[neuron] = mean[neuron] = NaN;
    } else {
      mean[neuron] /= finite;
    }
  }
}
