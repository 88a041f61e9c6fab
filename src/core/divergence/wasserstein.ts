import type { GroupDivergence } from './divergence';

/**
 * Wasserstein-1, ∫|F − G| dx: how far activations must be moved on average to turn a into b.
 * From counts, every value may be half a bin away: the error is at most one bin, less with known zeros.
 */
export const wasserstein: GroupDivergence = {
  of: 'groups',
  label: 'Wasserstein-1',
  basis: 'values',
  unit: 'activation',
  range: [0, Infinity],
  neutral: 0,
  signed: false,
  value: ({ a, b, joint }) => {
    let [seenA, seenB, area] = [0, 0, 0];
    for (let i = 0; i + 1 < joint.length; i++) {
      seenA += joint.a[i];
      seenB += joint.b[i];
      // Whole numbers: what is equal cancels exactly.
      const gap = Math.abs(seenA * b.total - seenB * a.total);
      area += gap * (joint.at[i + 1] - joint.at[i]);
    }
    return area / (a.total * b.total);
  },
  bound: ({ a, b, joint }) => {
    let moved = 0;
    for (let i = 0; i < joint.length; i++) {
      const share = joint.a[i] / a.total + joint.b[i] / b.total;
      moved += joint.halves[i] * share;
    }
    return moved;
  }
};
