import type { GroupDivergence } from './divergence';

/**
 * Area under the ROC curve: P(b > a) + ½ P(b = a), Mann and Whitney's U / (n·m).
 * From counts, pairs that share a bin are ties: the error is at most half their share.
 */
export const auc: GroupDivergence = {
  of: 'groups',
  label: 'AUC',
  basis: 'values',
  unit: 'share',
  range: [0, 1],
  neutral: 0.5,
  signed: true,
  value: ({ a, b, joint }) => {
    let below = 0;
    let wins = 0;
    for (let i = 0; i < joint.length; i++) {
      wins += joint.b[i] * (below + joint.a[i] / 2);
      below += joint.a[i];
    }
    return wins / (a.total * b.total);
  },
  bound: ({ a, b, joint }) => {
    let shared = 0;
    for (let i = 0; i < joint.length; i++) {
      shared += joint.halves[i] > 0 ? joint.a[i] * joint.b[i] : 0;
    }
    return shared / 2 / (a.total * b.total);
  }
};
