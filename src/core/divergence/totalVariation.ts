import type { GroupDivergence } from './divergence';

/** Total variation ½ Σ|p − q| of the shares of the bins: 1 − the overlap. */
export const totalVariation: GroupDivergence = {
  of: 'groups',
  label: 'Total variation',
  basis: 'bins',
  unit: 'share',
  range: [0, 1],
  neutral: 0,
  signed: false,
  value: ({ a, b, joint }) => {
    let sum = 0;
    for (let i = 0; i < joint.length; i++) {
      sum += Math.abs(joint.a[i] * b.total - joint.b[i] * a.total);
    }
    return sum / 2 / (a.total * b.total);
  },
  bound: () => 0
};
