import { meanErrorOf, meanOf } from './column';
import type { InstanceDivergence } from './divergence';
import { deviationOf, inUnits, quotientError } from './spread';

/** (x − μ) / σ of the class, as scipy.stats.zmap. No value where σ is 0. */
export const z: InstanceDivergence = {
  of: 'instance',
  label: 'z',
  basis: 'values',
  unit: 'deviation',
  range: [-Infinity, Infinity],
  neutral: 0,
  signed: true,
  value: (x, column) => inUnits(-meanOf(column, x), deviationOf(column)),
  bound: (_x, column, value) =>
    quotientError(value, meanErrorOf(column), deviationOf(column))
};
