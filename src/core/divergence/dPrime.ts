import { meanErrorOf, meanOf } from './column';
import type { GroupDivergence } from './divergence';
import { deviationOf, inUnits, pooled, quotientError } from './spread';

/**
 * d′ = (μb − μa) / σ with σ = √((σa² + σb²) / 2). No value where σ is 0.
 * From counts, deviations are within half a bin, and means are when they are not exact.
 */
export const dPrime: GroupDivergence = {
  of: 'groups',
  label: 'd′',
  basis: 'values',
  unit: 'deviation',
  range: [-Infinity, Infinity],
  neutral: 0,
  signed: true,
  value: ({ a, b }) => {
    const shift = a.at[0];
    return inUnits(
      meanOf(b, shift) - meanOf(a, shift),
      pooled(deviationOf(a), deviationOf(b))
    );
  },
  bound: ({ a, b }, value) =>
    quotientError(
      value,
      meanErrorOf(a) + meanErrorOf(b),
      pooled(deviationOf(a), deviationOf(b))
    )
};
