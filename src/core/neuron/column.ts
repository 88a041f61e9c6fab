import type { Column } from '../divergence/column';
import { countColumns, valueColumns } from '../divergence/columns';
import type { Distribution } from '../distribution';

/** What is known of one neuron in one group of samples. */
export type Measured = {
  /** Samples in the group. */
  readonly size: number;
  /** The finite values, or the bins that they are in. */
  readonly column: Column;
  /** Quartiles where they are known though values are in bins. */
  readonly quartiles: readonly [q25: number, q75: number] | null;
  /** Exact zeros; null where they are not told from their bin. */
  readonly zeros: number | null;
  readonly nan: number;
  readonly posinf: number;
  readonly neginf: number;
};

/** One neuron in the samples `rows`, from its `values`, [samples]. Rows may be in any order. */
export function measuredValues(
  values: Float32Array,
  rows: Uint32Array
): Measured {
  let zeros = 0;
  let nan = 0;
  let posinf = 0;
  let neginf = 0;
  for (const row of rows) {
    const value = values[row];
    zeros += value === 0 ? 1 : 0;
    nan += Number.isNaN(value) ? 1 : 0;
    posinf += value === Infinity ? 1 : 0;
    neginf += value === -Infinity ? 1 : 0;
  }
  const column = valueColumns({ values, grid: ANY_GRID }, rows).read(0);
  return {
    size: rows.length,
    column,
    quartiles: null,
    zeros,
    nan,
    posinf,
    neginf
  };
}

/** Columns of values do not look at the grid, only at how many neurons it has. */
const ANY_GRID = new Int32Array(2);

/** One neuron of a group, from counts. */
export function measuredCounts(
  distribution: Distribution,
  neuron: number
): Measured {
  const own = ofNeuron(distribution, neuron);
  const { size, exact, zeros, nan, posinf, neginf } = own;
  return {
    size,
    column: countColumns(own).read(0),
    quartiles: exact ? [own.q25[0], own.q75[0]] : null,
    zeros: exact || zeros[0] > 0 ? zeros[0] : null,
    nan: nan[0],
    posinf: posinf[0],
    neginf: neginf[0]
  };
}

/** The distribution of one neuron alone. Arrays are parts of the given ones. */
export function ofNeuron(
  distribution: Distribution,
  neuron: number
): Distribution {
  const { bins, grid, counts } = distribution;
  const one = <T extends Uint32Array | Float64Array>(array: T): T =>
    array.subarray(neuron, neuron + 1) as T;
  return {
    ...distribution,
    grid: grid.subarray(2 * neuron, 2 * neuron + 2),
    counts: counts.subarray(neuron * bins, (neuron + 1) * bins),
    zeros: one(distribution.zeros),
    nan: one(distribution.nan),
    posinf: one(distribution.posinf),
    neginf: one(distribution.neginf),
    min: one(distribution.min),
    max: one(distribution.max),
    mean: one(distribution.mean),
    q25: one(distribution.q25),
    median: one(distribution.median),
    q75: one(distribution.q75)
  };
}
