/** What samples are chosen by: how much they activate a neuron, or how near to a value. */
export type Pick = 'most' | 'least' | { readonly near: number };

/**
 * The `count` samples among `rows` that come first, best first; of equal ones those that come first in the
 * data. Values that are NaN are passed over, and infinite ones are near to nothing.
 */
export function pickSamples(
  values: Float32Array,
  rows: Uint32Array,
  pick: Pick,
  count: number
): Uint32Array {
  const costOf = costs(pick);
  const picked: number[] = [];
  const paid: number[] = [];
  for (const row of rows) {
    const cost = costOf(values[row]);
    const isFull = picked.length === count;
    // Rows come in the order of the data mostly; a later one goes behind its equals.
    if (Number.isNaN(cost) || (isFull && !isBefore(cost, row, count - 1))) {
      continue;
    }
    let place = isFull ? count - 1 : picked.length;
    while (place > 0 && isBefore(cost, row, place - 1)) {
      picked[place] = picked[place - 1];
      paid[place] = paid[place - 1];
      place--;
    }
    picked[place] = row;
    paid[place] = cost;
  }
  return Uint32Array.from(picked);

  function isBefore(cost: number, row: number, place: number): boolean {
    return cost < paid[place] || (cost === paid[place] && row < picked[place]);
  }
}

/** Smaller comes first; NaN never. */
function costs(pick: Pick): (value: number) => number {
  switch (pick) {
    case 'most':
      return value => -value;
    case 'least':
      return value => value;
    default: {
      const { near } = pick;
      return value =>
        Math.abs(value) === Infinity ? NaN : Math.abs(value - near);
    }
  }
}
