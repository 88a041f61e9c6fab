import type { Distribution } from '../distribution';
import type { Coded } from '../measure';
import {
  addValues,
  clearColumn,
  columnRoom,
  type Column,
  type Known
} from './column';
import { sorterOf } from './sortValues';

/** Activations of a layer, [samples, neurons], and the grid of its neurons. */
export type LayerValues = Pick<Coded, 'values' | 'grid'>;

/** The columns of a group. */
export type Columns = {
  /** Entries that a column has at most. */
  readonly capacity: number;
  /** The column of a neuron, valid until the next is read; ascending neurons are read fastest. */
  read(neuron: number): Column;
};

/** Neurons that are gathered at once: their values in one sample share a cache line. */
export const STRIP = 16;

/** The columns of the samples `rows`: each neuron's values are sorted once. */
export function valueColumns(
  { values, grid }: LayerValues,
  rows: Uint32Array
): Columns {
  const neurons = grid.length / 2;
  const strip = new Float32Array(STRIP * rows.length);
  const sorted = new Float32Array(rows.length);
  const sort = sorterOf(sorted);
  const room = columnRoom(rows.length);
  let first = -STRIP;
  const read = (neuron: number) => {
    if (neuron < first || neuron >= first + STRIP) {
      first = neuron;
      gather(strip, values, neurons, rows, first);
    }
    const start = (neuron - first) * rows.length;
    const column = strip.subarray(start, start + rows.length);
    const nonZero = finiteNonZero(column, sorted);
    clearColumn(room);
    let zeros = nonZero.zeros;
    sort(nonZero.length);
    for (let i = 0; i < nonZero.length; i++) {
      const value = sorted[i];
      if (value > 0 && zeros > 0) {
        addValues(room, 0, zeros, 0);
        zeros = 0;
      }
      addValues(room, value, 1, 0);
    }
    if (zeros > 0) {
      addValues(room, 0, zeros, 0);
    }
    return room;
  };
  return { capacity: rows.length, read };
}

/** Copies up to STRIP neurons from `first` on, neuron by neuron. */
export function gather(
  strip: Float32Array,
  values: Float32Array,
  neurons: number,
  rows: Uint32Array,
  first: number
): void {
  const width = Math.min(STRIP, neurons - first);
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r] * neurons + first;
    for (let i = 0; i < width; i++) {
      strip[i * rows.length + r] = values[start + i];
    }
  }
}

/** Copies the finite values that are not zero to the front of `to`. */
function finiteNonZero(
  column: Float32Array,
  to: Float32Array
): { length: number; zeros: number } {
  let length = 0;
  let zeros = 0;
  for (let r = 0; r < column.length; r++) {
    const value = column[r];
    if (value === 0) {
      zeros++;
    } else if (value - value === 0) {
      to[length++] = value;
    }
  }
  return { length, zeros };
}

/** What the counts of all that is compared can tell of each neuron. */
export type Common = {
  /** Exponent of the coarsest of their grids. */
  readonly exponents: Int32Array;
  /** 1 where all know their zeros. */
  readonly zerosApart: Uint8Array;
};

export function commonOf(distributions: readonly Distribution[]): Common {
  const neurons = (distributions.at(0)?.grid.length ?? 0) / 2;
  const exponents = new Int32Array(neurons).fill(-(2 ** 31));
  const zerosApart = new Uint8Array(neurons).fill(1);
  for (const one of distributions) {
    for (let neuron = 0; neuron < neurons; neuron++) {
      exponents[neuron] = Math.max(exponents[neuron], one.grid[2 * neuron]);
      zerosApart[neuron] &= knowsZeros(one, neuron) ? 1 : 0;
    }
  }
  return { exponents, zerosApart };
}

/** The columns of counts, on a common grid. Zeros are an entry of their own where all know theirs. */
export function countColumns(
  distribution: Distribution,
  common: Common = commonOf([distribution])
): Columns {
  const { bins, grid, counts, zeros } = distribution;
  // Apart from zeros, one bin more where coarser bins begin elsewhere.
  const capacity = bins + 2;
  const room = columnRoom(capacity);
  const read = (neuron: number) => {
    const origin = grid[2 * neuron + 1];
    const exponent = common.exponents[neuron];
    const shrink = 2 ** (grid[2 * neuron] - exponent);
    const width = 2 ** exponent;
    const zerosApart = common.zerosApart[neuron] === 1;
    clearColumn(room);
    for (let bin = 0; bin < bins; bin++) {
      let count = counts[neuron * bins + bin];
      if (zerosApart && origin + bin === 0) {
        // Zero is the lower edge of its bin.
        const apart = Math.min(zeros[neuron], count);
        if (apart > 0) {
          addValues(room, 0, apart, 0);
        }
        count -= apart;
      }
      if (count > 0) {
        const coarse = Math.floor((origin + bin) * shrink);
        addValues(room, (coarse + 0.5) * width, count, width / 2);
      }
    }
    room.exact = false;
    room.zerosApart = zerosApart;
    room.known = knownOf(distribution, neuron);
    return room;
  };
  return { capacity, read };
}

/** Codes alone do not tell zeros: their distributions count none. */
function knowsZeros({ exact, zeros }: Distribution, neuron: number): boolean {
  return exact || zeros[neuron] > 0;
}

function knownOf(
  { min, max, mean, median, exact }: Distribution,
  neuron: number
): Known | null {
  return exact
    ? {
        min: min[neuron],
        max: max[neuron],
        mean: mean[neuron],
        median: median[neuron]
      }
    : null;
}
