import { auc } from './auc';
import type { GroupStatistic } from './divergence';
import type { Pair } from './pair';

/**
 * Two-sided p of Mann and Whitney's test by its normal approximation, with corrections for ties and
 * continuity, as scipy.stats.mannwhitneyu(method="asymptotic"). From counts it is the p of the binned
 * values, and how far it is from that of the values themselves is not known.
 */
export const mannWhitneyP: GroupStatistic = {
  basis: 'values',
  value: pair => {
    const pairs = pair.a.total * pair.b.total;
    const distance = pairs * Math.abs(auc.value(pair) - 0.5);
    const z = (distance - 0.5) / deviationOfU(pair);
    return z > 0 ? complementaryError(z / Math.SQRT2) : 1;
  },
  bound: () => NaN
};

/** 0 when all values are equal. */
function deviationOfU({ a, b, joint }: Pair): number {
  const n = a.total + b.total;
  let ties = 0;
  for (let i = 0; i < joint.length; i++) {
    const tied = joint.a[i] + joint.b[i];
    ties += (tied - 1) * tied * (tied + 1);
  }
  return Math.sqrt(((a.total * b.total) / 12) * (n + 1 - ties / (n * (n - 1))));
}

/** Below this the series is the better one. */
const SERIES_BELOW = 2;
/** Enough for full precision from there on. */
const TERMS = 100;

/** erfc(x) for x > 0, to a relative 1e-13: 1 − a series of erf, or Laplace's continued fraction. */
export function complementaryError(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < SERIES_BELOW) {
    let sum = 0;
    let term = 2 * x;
    for (let n = 1; n <= TERMS; n++) {
      sum += term;
      term *= (2 * x * x) / (2 * n + 1);
    }
    return 1 - scale * sum;
  }
  let fraction = x;
  for (let n = TERMS; n > 0; n--) {
    fraction = x + n / 2 / fraction;
  }
  return scale / fraction;
}
