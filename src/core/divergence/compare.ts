import { FINE_BINS, type Distribution } from '../distribution';
import type { Grid } from '../recording';
import { binInto, columnRoom, type Column } from './column';
import {
  commonOf,
  countColumns,
  valueColumns,
  type Columns,
  type LayerValues
} from './columns';
import type { GroupStatistic, InstanceDivergence } from './divergence';
import { joinInto, jointRoom, type Pair } from './pair';

/**
 * Bins of a neuron where a definition needs them: a power of two of its 256. Grids begin at multiples of
 * their own width, so that one bin more may be in use.
 */
export const BINS = 32;

/** One number per neuron; NaN where there is no value. */
export type Estimates = {
  readonly values: Float64Array;
  /** Largest error of each value: 0 from raw values; NaN where it is not known or there is no value. */
  readonly bounds: Float64Array;
};

/**
 * Statistics of the finite activations of two groups of samples, `a` → `b`, in the order asked for.
 * Without a finite value in either group there is none. Rows may be in any order and in both groups. Those of
 * b are rows of `layerOfB`: the same layer, on the same grid, when other samples of it were read.
 */
export function compareValues(
  layer: LayerValues,
  a: Uint32Array,
  b: Uint32Array,
  statistics: readonly GroupStatistic[],
  layerOfB = layer
): Estimates[] {
  const bins = binning(layer.grid, FINE_BINS);
  return compare(
    valueColumns(layer, a),
    valueColumns(layerOfB, b),
    neuron => bins(neuron).exponent,
    layer.grid.length / 2,
    statistics
  );
}

/** The same from counts. Where grids differ, counts are on the coarser one. */
export function compareCounts(
  a: Distribution,
  b: Distribution,
  statistics: readonly GroupStatistic[]
): Estimates[] {
  const common = commonOf([a, b]);
  return compare(
    countColumns(a, common),
    countColumns(b, common),
    coarsest([a, b]),
    a.grid.length / 2,
    statistics
  );
}

/**
 * Where the values of an `instance`, one per neuron, stand in a class, in the order asked for. There is
 * no value for NaN and in a class without a finite value.
 */
export function placeValues(
  layer: LayerValues,
  rows: Uint32Array,
  instance: ArrayLike<number>,
  divergences: readonly InstanceDivergence[]
): Estimates[] {
  const bins = binning(layer.grid, FINE_BINS);
  return place(valueColumns(layer, rows), bins, instance, divergences);
}

/** The same from counts. */
export function placeCounts(
  distribution: Distribution,
  instance: ArrayLike<number>,
  divergences: readonly InstanceDivergence[]
): Estimates[] {
  const bins = binning(distribution.grid, distribution.bins);
  return place(countColumns(distribution), bins, instance, divergences);
}

function compare(
  columnsOfA: Columns,
  columnsOfB: Columns,
  exponentOf: (neuron: number) => number,
  neurons: number,
  statistics: readonly GroupStatistic[]
): Estimates[] {
  const values = pairing(columnsOfA.capacity, columnsOfB.capacity);
  const bins = pairing(columnsOfA.capacity, columnsOfB.capacity);
  const [binnedA, binnedB] = [columnsOfA, columnsOfB].map(of =>
    binner(of.capacity)
  );
  const readers = readersOf(statistics, neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const a = columnsOfA.read(neuron);
    const b = columnsOfB.read(neuron);
    if (a.total === 0 || b.total === 0) {
      continue;
    }
    const exponent = exponentOf(neuron);
    const pairs = {
      values: once(() => values(a, b)),
      bins: once(() => bins(binnedA(a, exponent), binnedB(b, exponent)))
    };
    for (const { statistic, estimates } of readers) {
      const pair = pairs[statistic.basis]();
      const value = statistic.value(pair);
      estimates.values[neuron] = value;
      estimates.bounds[neuron] = boundOf(a, value, () =>
        statistic.bound(pair, value)
      );
    }
  }
  return readers.map(reader => reader.estimates);
}

function place(
  columns: Columns,
  binsOf: Binning,
  instance: ArrayLike<number>,
  divergences: readonly InstanceDivergence[]
): Estimates[] {
  const binned = binner(columns.capacity);
  const readers = readersOf(divergences, instance.length);
  for (let neuron = 0; neuron < instance.length; neuron++) {
    const values = columns.read(neuron);
    const x = instance[neuron];
    if (values.total === 0 || Number.isNaN(x)) {
      continue;
    }
    const { exponent, bins } = binsOf(neuron);
    const bases = {
      values: () => values,
      bins: once(() => binned(values, exponent))
    };
    for (const { statistic, estimates } of readers) {
      const column = bases[statistic.basis]();
      const value = statistic.value(x, column, bins);
      estimates.values[neuron] = value;
      estimates.bounds[neuron] = boundOf(values, value, () =>
        statistic.bound(x, column, value)
      );
    }
  }
  return readers.map(reader => reader.estimates);
}

/** The bins of a neuron, at most BINS and one: how wide, and how many. */
type Binning = (neuron: number) => { exponent: number; bins: number };

export function binning(grid: Grid, fineBins: number): Binning {
  const steps = Math.max(Math.log2(fineBins / BINS), 0);
  const shrink = 2 ** -steps;
  return neuron => {
    const first = Math.floor(grid[2 * neuron + 1] * shrink);
    const last = Math.floor((grid[2 * neuron + 1] + fineBins - 1) * shrink);
    return { exponent: grid[2 * neuron] + steps, bins: last - first + 1 };
  };
}

/** The exponent of a neuron's bins where several have it, each on its own grid. */
export function coarsest(
  distributions: readonly Distribution[]
): (neuron: number) => number {
  const all = distributions.map(({ grid, bins }) => binning(grid, bins));
  return neuron =>
    all.reduce((most, of) => Math.max(most, of(neuron).exponent), -Infinity);
}

/** Makes pairs, in room that is used again. */
export function pairing(capacityA: number, capacityB: number) {
  const room = jointRoom(capacityA + capacityB);
  return (a: Column, b: Column): Pair => {
    const joint = once(() => joinInto(room, a, b));
    return {
      a,
      b,
      get joint() {
        return joint();
      }
    };
  };
}

/** Puts columns on bins, in room that is used again. */
export function binner(capacity: number) {
  const room = columnRoom(capacity);
  return (column: Column, exponent: number) => binInto(room, column, exponent);
}

function readersOf<S>(statistics: readonly S[], neurons: number) {
  return statistics.map(statistic => ({
    statistic,
    estimates: {
      values: new Float64Array(neurons).fill(NaN),
      bounds: new Float64Array(neurons).fill(NaN)
    }
  }));
}

/** No value has no bound, and raw values leave no doubt. */
function boundOf(
  { exact }: Column,
  value: number,
  bound: () => number
): number {
  return Number.isNaN(value) ? NaN : exact ? 0 : bound();
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
