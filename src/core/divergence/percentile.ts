import type { InstanceDivergence } from './divergence';
import { standingOf } from './standing';

/** Mid-rank percentile, as scipy.stats.percentileofscore(kind="mean"). */
export const percentile: InstanceDivergence = {
  of: 'instance',
  label: 'Percentile',
  basis: 'values',
  unit: 'percent',
  range: [0, 100],
  neutral: 50,
  signed: true,
  value: (x, column) => 100 * standingOf(x, column).share,
  bound: (x, column) => 100 * standingOf(x, column).error
};
