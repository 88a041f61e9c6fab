/** Up to this many samples sorting their values costs less than looking through 256 counts. */
export const FEW = 24;

/**
 * The values of up to FEW samples `rows` of `values` [samples, neurons], sorted for each neuron, smallest
 * first; [rows, neurons]. +∞ stands behind the finite values in place of what is not finite; −0 is 0.
 */
export function sortFew(
  values: Float32Array,
  neurons: number,
  rows: Uint32Array
): Float32Array {
  const sorted = new Float32Array(rows.length * neurons);
  const column = new Float32Array(rows.length);
  for (let neuron = 0; neuron < neurons; neuron++) {
    for (let r = 0; r < rows.length; r++) {
      const value = values[rows[r] * neurons + neuron];
      insertSorted(column, r, value - value === 0 ? value + 0 : Infinity);
    }
    for (let r = 0; r < rows.length; r++) {
      sorted[r * neurons + neuron] = column[r];
    }
  }
  return sorted;
}

/** Puts `value` among the first `count` of `sorted`, which are in order and move up. */
function insertSorted(
  sorted: Float32Array,
  count: number,
  value: number
): void {
  let place = count;
  while (place > 0 && sorted[place - 1] > value) {
    sorted[place] = sorted[place - 1];
    place--;
  }
  sorted[place] = value;
}
