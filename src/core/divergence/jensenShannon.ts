import type { GroupDivergence } from './divergence';

/**
 * Jensen and Shannon's divergence of the shares p, q of the bins, in bits:
 * ½ KL(p‖m) + ½ KL(q‖m) with m = (p + q) / 2. SciPy's `jensenshannon` is its root.
 */
export const jensenShannon: GroupDivergence = {
  of: 'groups',
  label: 'Jensen–Shannon',
  basis: 'bins',
  unit: 'bit',
  range: [0, 1],
  neutral: 0,
  signed: false,
  value: ({ a, b, joint }) => {
    let bits = 0;
    for (let i = 0; i < joint.length; i++) {
      const p = joint.a[i] / a.total;
      const q = joint.b[i] / b.total;
      bits += (p + q) * imbalance((p - q) / (p + q));
    }
    return Math.min(bits, 1);
  },
  bound: () => 0
};

/** ¼ ((1 + d) log2(1 + d) + (1 − d) log2(1 − d)): 0 for equal shares, ½ for one without the other. */
function imbalance(d: number): number {
  const size = Math.abs(d);
  if (size === 1) {
    return 0.5;
  }
  const nats = (1 + size) * Math.log1p(size) + (1 - size) * Math.log1p(-size);
  return Math.max(nats, 0) / (4 * Math.LN2);
}
