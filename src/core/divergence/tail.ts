import type { InstanceDivergence } from './divergence';
import { standingOf } from './standing';

/** Twice the share of the class on x's side, 2·min(F, 1 − F) with mid-ranks: 1 in the middle, 0 outside. */
export const tail: InstanceDivergence = {
  of: 'instance',
  label: 'Two-sided tail',
  basis: 'values',
  unit: 'share',
  range: [0, 1],
  neutral: 1,
  signed: false,
  value: (x, column) => {
    const { share } = standingOf(x, column);
    return 2 * Math.min(share, 1 - share);
  },
  bound: (x, column) => 2 * standingOf(x, column).error
};
