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
  signed: true,
  value: (x, column) => {
    const [min, max] = extentOf(column);
    return x < min ? -1 : x > max ? 1 : 0;
  },
  bound: (x, column, value) =>
    value !== 0 || column.known !== null || isInside(x, column) ? 0 : 1
};

/** The extent of the values, else that of their bins. */
function extentOf({
  at,
  halves,
  length,
  known
}: Column): readonly [min: number, max: number] {
  const last = length - 1;
  return known === null
    ? [at[0] - halves[0], at[last] + halves[last]]
    : [known.min, known.max];
}

/** Whether x is between the outermost entries. */
function isInside(x: number, { at, halves, length }: Column): boolean {
  const last = length - 1;
  return at[0] + halves[0] <= x && x <= at[last] - halves[last];
}
