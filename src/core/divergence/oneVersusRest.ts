import type { Distribution } from '../distribution';
import type { LayerValues } from './columns';
import type { Estimates } from './compare';
import {
  endOfTies,
  mixing,
  mixingCounts,
  type Mixed,
  type Mixing
} from './mixed';
import { allOf, NEURONS_A_STEP, type Steps } from './steps';

/**
 * Which class a neuron singles out: for each group, the AUC of all other groups together → it,
 * P(it > rest) + ½ P(it = rest); row-major [groups, neurons]. NaN where it or the rest has no finite value.
 * Groups must not overlap.
 */
export function oneVersusRestValues(
  ...of: Parameters<typeof restsByValues>
): Estimates {
  return allOf(restsByValues(...of));
}

/** The same from the counts of classes of one layer. */
export function oneVersusRestCounts(
  ...of: Parameters<typeof restsByCounts>
): Estimates {
  return allOf(restsByCounts(...of));
}

export function restsByValues(
  layer: LayerValues,
  groups: readonly Uint32Array[]
): Steps {
  const mix = mixing(layer, groups);
  return oneVersusRest(mix, groups.length, layer.grid.length / 2);
}

export function restsByCounts(classes: readonly Distribution[]): Steps {
  const neurons = (classes.at(0)?.grid.length ?? 0) / 2;
  return oneVersusRest(mixingCounts(classes), classes.length, neurons);
}

function* oneVersusRest(mix: Mixing, groups: number, neurons: number): Steps {
  const values = new Float64Array(groups * neurons);
  const bounds = new Float64Array(groups * neurons);
  const found = {
    wins: new Float64Array(groups),
    shared: new Float64Array(groups),
    totals: new Float64Array(groups)
  };
  for (let neuron = 0; neuron < neurons; neuron++) {
    const all = countWins(mix(neuron), found);
    for (let g = 0; g < groups; g++) {
      const total = found.totals[g];
      const pairs = total * (all - total);
      // Against its own group a value wins half the pairs.
      values[g * neurons + neuron] =
        (found.wins[g] - (total * total) / 2) / pairs;
      bounds[g * neurons + neuron] = found.shared[g] / 2 / pairs;
    }
    if (neuron % NEURONS_A_STEP === NEURONS_A_STEP - 1) {
      yield;
    }
  }
  return { values, bounds };
}

/** Of each group. */
type Wins = {
  /** In how many pairs its value is above any, a tie is half of one. */
  readonly wins: Float64Array;
  /** Pairs with others in one bin. */
  readonly shared: Float64Array;
  readonly totals: Float64Array;
};

/** Counts them; how many values there are. */
function countWins(mixed: Mixed, { wins, shared, totals }: Wins): number {
  const { length, of, counts, binned } = mixed;
  let below = 0;
  [wins, shared, totals].forEach(one => one.fill(0));
  for (let i = 0; i < length;) {
    const end = endOfTies(mixed, i);
    let ties = 0;
    for (let k = i; k < end; k++) {
      ties += counts[k];
    }
    for (; i < end; i++) {
      const [group, count] = [of[i], counts[i]];
      wins[group] += count * (below + ties / 2);
      shared[group] += binned[i] * count * (ties - count);
      totals[group] += count;
    }
    below += ties;
  }
  return below;
}
