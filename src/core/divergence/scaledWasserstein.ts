import type { GroupDivergence } from './divergence';
import { deviationOf, inUnits, pooled, quotientError } from './spread';
import { wasserstein } from './wasserstein';

/** Wasserstein-1 in units of σ = √((σa² + σb²) / 2). No value where σ is 0. */
export const scaledWasserstein: GroupDivergence = {
  of: 'groups',
  label: 'Wasserstein-1 / σ',
  basis: 'values',
  unit: 'deviation',
  range: [0, Infinity],
  neutral: 0,
  signed: false,
  value: pair =>
    inUnits(
      wasserstein.value(pair),
      pooled(deviationOf(pair.a), deviationOf(pair.b))
    ),
  bound: (pair, value) =>
    quotientError(
      value,
      wasserstein.bound(pair, value),
      pooled(deviationOf(pair.a), deviationOf(pair.b))
    )
};
