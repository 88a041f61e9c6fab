import type { GroupDivergence } from './divergence';

/** Hellinger's distance √(½ Σ(√p − √q)²) of the shares of the bins. */
export const hellinger: GroupDivergence = {
  of: 'groups',
  label: 'Hellinger',
  basis: 'bins',
  unit: 'share',
  range: [0, 1],
  neutral: 0,
  signed: false,
  value: ({ a, b, joint }) => {
    let squares = 0;
    for (let i = 0; i < joint.length; i++) {
      const difference =
        Math.sqrt(joint.a[i] / a.total) - Math.sqrt(joint.b[i] / b.total);
      squares += difference * difference;
    }
    return Math.min(Math.sqrt(squares / 2), 1);
  },
  bound: () => 0
};
