import type { Column } from './column';
import type { InstanceDivergence } from './divergence';

/**
 * −1 for x below every value of the class, +1 above, else 0: DeepGauge's neuron boundaries.
 * Where the extent is that of bins, x in the outermost ones may be outside.
 */
export const outOfRange: InstanceDivergence = {
  of: 'instance',
  label: 'Out of range',
  basis: 'values',
  unit: 'side',
  range: [-1, 1],
  neutral: 0,
  value: (x, column) => {
    const [min, max] = extentOf(column);
    return x < min ? -1 : x > max ? 1 : 0;
  },
  bound: (x, column, value) => {
    const [min, max] = extentOf(column);
    const margin = column.known?.extentError ?? 0;
    const isSure = value !== 0 || (x >= min + margin && x <= max - margin);
    return isSure ? 0 : 1;
  }
};

function extentOf({
  at,
  length,
  known
}: Column): readonly [min: number, max: number] {
  return known === null ? [at[0], at[length - 1]] : [known.min, known.max];
}
