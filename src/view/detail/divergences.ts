import { compareCounts, compareValues } from '../../core/divergence/compare';
import { placeCounts, placeValues } from '../../core/divergence/compare';
import type { DivergenceKey } from '../../core/divergence';
import { DIVERGENCES, isGroupKey, isInstanceKey } from '../../core/divergence';
import type { LayerValues } from '../../core/divergence/columns';
import { mannWhitneyP } from '../../core/divergence/mannWhitney';
import type { Distribution } from '../../core/distribution';
import type { Estimate } from '../../core/neuron/statistics';

/** Samples of one neuron: which, and their values; or their counts. */
export type Compared =
  | { readonly values: LayerValues; readonly rows: Uint32Array }
  | { readonly counts: Distribution };

/** A divergence of one neuron, and its largest error: 0 from values, NaN where it is not known. */
export type DivergenceValue = Estimate & {
  readonly key: DivergenceKey | 'mannWhitneyP';
};

const GROUP_KEYS = Object.keys(DIVERGENCES).filter(isGroupKey);
const INSTANCE_KEYS = Object.keys(DIVERGENCES).filter(isInstanceKey);

/** Every divergence a → b, and p. Both are from values or both from counts; else there is none. */
export function groupDivergences(
  a: Compared,
  b: Compared
): readonly DivergenceValue[] {
  const statistics = [...GROUP_KEYS.map(key => DIVERGENCES[key]), mannWhitneyP];
  const keys = [...GROUP_KEYS, 'mannWhitneyP' as const];
  const found =
    'values' in a && 'values' in b
      ? compareValues(a.values, a.rows, b.rows, statistics)
      : 'counts' in a && 'counts' in b
        ? compareCounts(a.counts, b.counts, statistics)
        : [];
  return named(keys, found);
}

/** Every divergence of the value x from a group. */
export function instanceDivergences(
  group: Compared,
  x: number
): readonly DivergenceValue[] {
  const divergences = INSTANCE_KEYS.map(key => DIVERGENCES[key]);
  const found =
    'values' in group
      ? placeValues(group.values, group.rows, [x], divergences)
      : placeCounts(group.counts, [x], divergences);
  return named(INSTANCE_KEYS, found);
}

function named(
  keys: readonly DivergenceValue['key'][],
  found: readonly { values: Float64Array; bounds: Float64Array }[]
): readonly DivergenceValue[] {
  return found.map(({ values, bounds }, i) => ({
    key: keys[i],
    value: values[0],
    bound: bounds[0]
  }));
}
