import { FINE_BINS, type Distribution } from '../distribution';
import { auc } from './auc';
import type { Column } from './column';
import { commonOf, countColumns, type LayerValues } from './columns';
import { binner, binning, coarsest, pairing, type Estimates } from './compare';
import type { GroupDivergence } from './divergence';
import {
  endOfTies,
  mixing,
  mixingCounts,
  unmixing,
  type Mixed,
  type Mixing
} from './mixed';
import { allOf, NEURONS_A_STEP, type Steps } from './steps';

/**
 * Every group with every other: mean over the neurons that have one of |divergence − neutral|, NaN without any;
 * row-major [a, b], the same for b → a.
 */
export function matrixValues(
  ...of: Parameters<typeof stepsByValues>
): Estimates {
  return allOf(stepsByValues(...of));
}

/** The same from counts. */
export function matrixCounts(
  ...of: Parameters<typeof stepsByCounts>
): Estimates {
  return allOf(stepsByCounts(...of));
}

export function stepsByValues(
  layer: LayerValues,
  groups: readonly Uint32Array[],
  divergence: GroupDivergence
): Steps {
  const neurons = layer.grid.length / 2;
  const mix = mixing(layer, groups);
  if (divergence === auc) {
    return matrixAuc(mix, groups.length, neurons);
  }
  const bins = binning(layer.grid, FINE_BINS);
  const unmix = unmixing(groups);
  return matrix(
    groups.map(rows => rows.length),
    neuron => unmix(mix(neuron)),
    neuron => bins(neuron).exponent,
    neurons,
    divergence
  );
}

export function stepsByCounts(
  groups: readonly Distribution[],
  divergence: GroupDivergence
): Steps {
  const common = commonOf(groups);
  const neurons = common.exponents.length;
  if (divergence === auc) {
    return matrixAuc(mixingCounts(groups), groups.length, neurons);
  }
  const columns = groups.map(group => countColumns(group, common));
  return matrix(
    columns.map(one => one.capacity),
    neuron => columns.map(one => one.read(neuron)),
    coarsest(groups),
    neurons,
    divergence
  );
}

function* matrix(
  capacities: readonly number[],
  columnsOf: (neuron: number) => readonly Column[],
  exponentOf: (neuron: number) => number,
  neurons: number,
  { basis, neutral, value, bound }: GroupDivergence
): Steps {
  const size = capacities.length;
  const capacity = Math.max(0, ...capacities);
  const pairOf = pairing(capacity, capacity);
  const binners = capacities.map(binner);
  const means = meansOfPairs(size);
  for (let neuron = 0; neuron < neurons; neuron++) {
    if (neuron % NEURONS_A_STEP === 0) {
      yield;
    }
    const columns = columnsOf(neuron);
    const exponent = exponentOf(neuron);
    const read =
      basis === 'bins'
        ? columns.map((column, g) => binners[g](column, exponent))
        : columns;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        if (read[a].total > 0 && read[b].total > 0) {
          const pair = pairOf(read[a], read[b]);
          const found = value(pair);
          const isExact = columns[a].exact;
          means.add(
            a,
            b,
            Math.abs(found - neutral),
            // Without a value from counts there may be one all the same.
            isExact ? 0 : Number.isNaN(found) ? NaN : bound(pair, found)
          );
        }
      }
    }
  }
  return means.found();
}

/** That of the AUC by one walk over the values of a neuron: no pair of groups is merged. */
function* matrixAuc(mix: Mixing, size: number, neurons: number): Steps {
  const pairs: Pairs = {
    wins: new Float64Array(size * size),
    shared: new Float64Array(size * size),
    totals: new Float64Array(size)
  };
  const { wins, shared, totals } = pairs;
  const ties = new Float64Array(size);
  const means = meansOfPairs(size);
  for (let neuron = 0; neuron < neurons; neuron++) {
    if (neuron % NEURONS_A_STEP === 0) {
      yield;
    }
    countPairs(mix(neuron), pairs, ties);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        const all = totals[a] * totals[b];
        if (all > 0) {
          const pair = a * size + b;
          means.add(
            a,
            b,
            Math.abs(wins[pair] / all - 0.5),
            shared[pair] / 2 / all
          );
        }
      }
    }
  }
  return means.found();
}

/** Of groups a and b ≤ a, row-major [a, b]. */
type Pairs = {
  /** In how many pairs the value of a is above that of b, a tie is half of one. */
  readonly wins: Float64Array;
  /** Pairs in one bin. */
  readonly shared: Float64Array;
  /** Values of each group. */
  readonly totals: Float64Array;
};

/** Counts them; `ties` is room for a number of each group, zeros before and after. */
function countPairs(
  mixed: Mixed,
  { wins, shared, totals }: Pairs,
  ties: Float64Array
): void {
  const size = totals.length;
  const { length, of, counts, binned } = mixed;
  [wins, shared, totals].forEach(one => one.fill(0));
  for (let start = 0; start < length;) {
    const end = endOfTies(mixed, start);
    for (let i = start; i < end; i++) {
      ties[of[i]] += counts[i];
    }
    for (let i = start; i < end; i++) {
      const [group, count] = [of[i], counts[i]];
      const row = group * size;
      for (let other = 0; other <= group; other++) {
        wins[row + other] += count * (totals[other] + ties[other] / 2);
      }
      for (let other = 0; binned[i] === 1 && other <= group; other++) {
        shared[row + other] += count * ties[other];
      }
    }
    for (; start < end; start++) {
      totals[of[start]] += counts[start];
      ties[of[start]] = 0;
    }
  }
}

/** The means over the neurons of all pairs of groups with b ≤ a. */
function meansOfPairs(size: number) {
  const sums = new Float64Array(size * size);
  const errors = new Float64Array(size * size);
  const counts = new Uint32Array(size * size);
  const mean = (all: Float64Array) =>
    all.map((_, i) => {
      const [a, b] = [Math.floor(i / size), i % size];
      const pair = Math.max(a, b) * size + Math.min(a, b);
      return all[pair] / counts[pair];
    });
  return {
    /** A distance that is NaN does not count; an error that is leaves that of the mean unknown. */
    add(a: number, b: number, distance: number, error: number): void {
      errors[a * size + b] += error;
      if (!Number.isNaN(distance)) {
        sums[a * size + b] += distance;
        counts[a * size + b]++;
      }
    },
    found: (): Estimates => ({ values: mean(sums), bounds: mean(errors) })
  };
}
