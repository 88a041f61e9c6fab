import { FINE_BINS } from './distribution';
import type { Grid } from './recording';

/** A group of samples of one layer. `values` and `codes` are [samples, neurons]. */
export type Group = {
  readonly values: Float32Array;
  readonly codes: Uint8Array;
  readonly grid: Grid;
  readonly rows: Uint32Array;
};

/** A group, counted. */
export type Counted = Group & {
  readonly counts: Uint16Array | Uint32Array;
  readonly zeros: Uint32Array;
  readonly nan: Uint32Array;
  readonly posinf: Uint32Array;
  readonly neginf: Uint32Array;
};

/** Quartiles, with a lower and an upper rank each. */
export const QUARTILES = 3;
export const RANKS = 2 * QUARTILES;
/** In place of a rank whose value is an exact zero: nothing needs to be collected. */
export const IS_ZERO = 2 ** 32 - 1;
/** Values collected at once, at least one neuron's: bounds the memory. */
const COLLECTED_LIMIT = 1 << 22;
const WIDTH_LIMIT = 1 << 12;

/**
 * Neurons `first` … `first + width`, and a segment for each quartile of each: the non-zero values of
 * one bin or of two occupied bins next to each other, in which the values of its two ranks are.
 */
export type Strip = {
  readonly first: number;
  readonly width: number;
  /** Finite values per neuron. */
  readonly finite: Float64Array;
  /** Ranks within the segment, or IS_ZERO; [width, RANKS]. */
  readonly within: Uint32Array;
  /** The quartile in whose segment the ranks of each quartile are: its own or one with the same bins; [width, QUARTILES]. */
  readonly owner: Uint8Array;
  /** First and last bin of each segment; [width, QUARTILES]. */
  readonly firstBin: Uint8Array;
  readonly lastBin: Uint8Array;
  /** Where each segment is in the collected values, empty where nothing is wanted; [width, QUARTILES]. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Values to collect. */
  readonly total: number;
};

type Plan = Omit<Strip, 'first' | 'width' | 'total'>;

/** The neurons from `first` on that are collected together, and their ranks by the counts. */
export function planStrip(counted: Counted, first: number): Strip {
  const neurons = counted.grid.length / 2;
  const room = Math.min(neurons - first, WIDTH_LIMIT);
  const plan: Plan = {
    finite: new Float64Array(room),
    within: new Uint32Array(room * RANKS).fill(IS_ZERO),
    owner: new Uint8Array(room * QUARTILES),
    firstBin: new Uint8Array(room * QUARTILES),
    lastBin: new Uint8Array(room * QUARTILES),
    starts: new Uint32Array(room * QUARTILES),
    ends: new Uint32Array(room * QUARTILES)
  };
  let total = 0;
  let width = 0;
  while (width < room && (width === 0 || total < COLLECTED_LIMIT)) {
    total = planNeuron(counted, first + width, plan, width, total);
    width++;
  }
  return { first, width, total, ...plan };
}

/** Plans the i-th neuron of a strip; the new total of collected values. */
function planNeuron(
  counted: Counted,
  neuron: number,
  plan: Plan,
  i: number,
  total: number
): number {
  const { counts, zeros, grid } = counted;
  const base = neuron * FINE_BINS;
  const finite = finiteOf(counted, neuron);
  plan.finite[i] = finite;
  const zeroBin = -grid[2 * neuron + 1];
  let bin = -1;
  let below = 0;
  let inBin = 0;
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
    const segment = i * QUARTILES + (k >> 1);
    if ((k & 1) === 0) {
      plan.owner[segment] = k >> 1;
      plan.starts[segment] = plan.ends[segment] = total;
    }
    const within = rank - below - zerosHere;
    if (within >= 0) {
      const isNew = plan.ends[segment] === plan.starts[segment];
      if (isNew || plan.lastBin[segment] !== bin) {
        plan.firstBin[segment] = isNew ? bin : plan.firstBin[segment];
        plan.lastBin[segment] = bin;
        total += inBin - zerosHere;
        plan.ends[segment] = total;
      }
      // The values of this bin are the last of the segment.
      plan.within[i * RANKS + k] =
        total - plan.starts[segment] - (inBin - zerosHere) + within;
    }
    if ((k & 1) === 1) {
      shareSegment(plan, i, k >> 1);
      total = plan.ends[segment];
    }
  }
  return total;
}

/** Many values may be in one bin: the same are not collected twice. */
function shareSegment(
  { owner, firstBin, lastBin, starts, ends }: Plan,
  i: number,
  quartile: number
): void {
  const segment = i * QUARTILES + quartile;
  if (quartile === 0 || starts[segment] === ends[segment]) {
    return;
  }
  const other = i * QUARTILES + owner[segment - 1];
  if (
    starts[other] < ends[other] &&
    firstBin[other] === firstBin[segment] &&
    lastBin[other] === lastBin[segment]
  ) {
    owner[segment] = owner[segment - 1];
    ends[segment] = starts[segment];
  }
}

/** Finite values of a neuron. */
export function finiteOf(
  { rows, nan, posinf, neginf }: Counted,
  neuron: number
): number {
  return rows.length - nan[neuron] - posinf[neuron] - neginf[neuron];
}

/** Ranks k = 0 … 5: lower and upper rank of the first quartile, median, third quartile. */
export function rankOf(k: number, finite: number): number {
  const lower = Math.floor((finite - 1) * 0.25 * ((k >> 1) + 1));
  return Math.min(lower + (k & 1), finite - 1);
}

/** One pass over the strip: the non-zero finite values of the wanted bins, segment by segment. */
export function collect(
  { values, codes, grid, rows }: Group,
  strip: Strip
): Float32Array {
  const collected = new Float32Array(strip.total);
  if (strip.total === 0) {
    return collected;
  }
  const { first, width } = strip;
  const segments = segmentTable(strip);
  const next = strip.starts.slice();
  const neurons = grid.length / 2;
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * neurons + first;
    for (let i = 0; i < width; i++) {
      let wanting = segments[(i << 8) + codes[start + i]];
      if (wanting !== 0) {
        const value = values[start + i];
        // Non-finite values share code 0; zeros are known already.
        wanting = value !== 0 && value - value === 0 ? wanting : 0;
        for (let segment = i * QUARTILES; wanting !== 0; segment++) {
          if ((wanting & 1) !== 0) {
            collected[next[segment]++] = value;
          }
          wanting >>= 1;
        }
      }
    }
  }
  return collected;
}

/** Which segments of its neuron want a bin, a bit each; [width, 256]. */
function segmentTable({
  width,
  firstBin,
  lastBin,
  starts,
  ends
}: Strip): Uint8Array {
  const table = new Uint8Array(width * FINE_BINS);
  for (let segment = 0; segment < width * QUARTILES; segment++) {
    const neuron = Math.floor(segment / QUARTILES);
    const bit = 1 << (segment - neuron * QUARTILES);
    const isEmpty = starts[segment] === ends[segment];
    const last = isEmpty ? -1 : lastBin[segment];
    for (let bin = firstBin[segment]; bin <= last; bin++) {
      table[neuron * FINE_BINS + bin] |= bit;
    }
  }
  return table;
}
