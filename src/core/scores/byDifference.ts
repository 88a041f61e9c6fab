import { parseItem, scoresOf, type Score } from './score';

/** The difference a − b of two items, or its size. Infinity minus itself is no value. */
export const byDifference: Score<'difference'> = {
  label: 'Difference',
  parse: fields => {
    const a = parseItem(fields.get('a'));
    const b = parseItem(fields.get('b'));
    if (a === null || b === null) {
      return null;
    }
    return {
      by: 'difference',
      a,
      b,
      absolute: fields.get('absolute') === true
    };
  },
  items: order => [order.a, order.b],
  score: (order, valuesOf, neurons) => {
    const a = scoresOf(order.a, valuesOf, neurons);
    const b = scoresOf(order.b, valuesOf, neurons);
    for (let neuron = 0; neuron < neurons; neuron++) {
      const difference = a[neuron] - b[neuron];
      a[neuron] = order.absolute ? Math.abs(difference) : difference;
    }
    return a;
  }
};
