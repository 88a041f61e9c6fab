import { orderNeurons } from '../order';

/**
 * p-values corrected for how many there are, by Benjamini and Hochberg, as
 * scipy.stats.false_discovery_control. NaN stays and does not count.
 */
export function correctFalseDiscovery(p: Float64Array): Float64Array {
  const corrected = new Float64Array(p.length).fill(NaN);
  const ascending = orderNeurons(p, false);
  let tests = ascending.length;
  while (tests > 0 && Number.isNaN(p[ascending[tests - 1]])) {
    tests--;
  }
  let least = 1;
  for (let rank = tests; rank > 0; rank--) {
    const index = ascending[rank - 1];
    least = Math.min(least, p[index] * (tests / rank));
    corrected[index] = least;
  }
  return corrected;
}
