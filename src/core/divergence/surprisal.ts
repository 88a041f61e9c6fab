import type { InstanceDivergence } from './divergence';
import type { Column } from './column';

/**
 * −log2 of the share of the class in x's bin, in bits. Half a value is added to each of the neuron's
 * bins, so that an empty one, or none, is not infinitely surprising. Its mean over neurons is HBOS
 * (Goldstein & Dengel 2012).
 */
export const surprisal: InstanceDivergence = {
  of: 'instance',
  label: 'Surprisal',
  basis: 'bins',
  unit: 'bit',
  range: [0, Infinity],
  neutral: 0,
  signed: false,
  value: (x, column, bins) =>
    -Math.log2((countAt(x, column) + 0.5) / (column.total + bins / 2)),
  bound: () => 0
};

function countAt(x: number, { at, counts, halves, length }: Column): number {
  for (let i = 0; i < length; i++) {
    if (at[i] - halves[i] <= x && x < at[i] + halves[i]) {
      return counts[i];
    }
  }
  return 0;
}
