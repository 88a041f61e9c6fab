import { medianErrorOf, medianOf } from './column';
import type { InstanceDivergence } from './divergence';
import { inUnits, quotientError, robustDeviationOf } from './spread';

/** (x − median) / s of the class, s = 1.4826 · the median distance from the median. No value where s is 0. */
export const robustZ: InstanceDivergence = {
  of: 'instance',
  label: 'Robust z',
  basis: 'values',
  unit: 'deviation',
  range: [-Infinity, Infinity],
  neutral: 0,
  signed: true,
  value: (x, column) =>
    inUnits(x - medianOf(column), robustDeviationOf(column)),
  bound: (_x, column, value) =>
    quotientError(value, medianErrorOf(column), robustDeviationOf(column))
};
