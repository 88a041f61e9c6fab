import type { GroupDivergence } from './divergence';
import type { Pair } from './pair';

/**
 * Kolmogorov and Smirnov's sup |F − G|.
 * From counts, F and G are known at the edges of bins: the value is never too large, and too small by no
 * more than what F and G could part inside a bin.
 */
export const kolmogorovSmirnov: GroupDivergence = {
  of: 'groups',
  label: 'Kolmogorov–Smirnov',
  basis: 'values',
  unit: 'share',
  range: [0, 1],
  neutral: 0,
  signed: false,
  value: pair => largestGap(pair, () => 0),
  bound: (pair, value) =>
    largestGap(pair, (i, a, b) =>
      pair.joint.halves[i] > 0 ? Math.max(a, b) : 0
    ) - value
};

/**
 * The largest |F − G| above every entry, or inside one where either group's values there, as shares
 * of n·m, may all come before the other's.
 */
function largestGap(
  { a, b, joint }: Pair,
  inside: (entry: number, ofA: number, ofB: number) => number
): number {
  let gap = 0;
  let largest = 0;
  for (let i = 0; i < joint.length; i++) {
    const ofA = joint.a[i] * b.total;
    const ofB = joint.b[i] * a.total;
    const within = inside(i, Math.abs(gap + ofA), Math.abs(gap - ofB));
    gap += ofA - ofB;
    largest = Math.max(largest, Math.abs(gap), within);
  }
  return largest / (a.total * b.total);
}
