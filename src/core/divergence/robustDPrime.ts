import { medianErrorOf, medianOf } from './column';
import type { GroupDivergence } from './divergence';
import { inUnits, pooled, quotientError, robustDeviationOf } from './spread';

/**
 * d′ of medians: (median b − median a) / √((sa² + sb²) / 2), s = 1.4826 · the median distance from the
 * median. No value where that is 0, as where most values are zeros.
 * From counts, s is within 1.4826 times half a bin and the error of the median.
 */
export const robustDPrime: GroupDivergence = {
  of: 'groups',
  label: 'Robust d′',
  basis: 'values',
  unit: 'deviation',
  range: [-Infinity, Infinity],
  neutral: 0,
  signed: true,
  value: ({ a, b }) =>
    inUnits(
      medianOf(b) - medianOf(a),
      pooled(robustDeviationOf(a), robustDeviationOf(b))
    ),
  bound: ({ a, b }, value) =>
    quotientError(
      value,
      medianErrorOf(a) + medianErrorOf(b),
      pooled(robustDeviationOf(a), robustDeviationOf(b))
    )
};
