import type { Score } from './score';

/** The place of the neuron in the data. */
export const byIndex: Score<'index'> = {
  label: 'Index',
  parse: () => ({ by: 'index' }),
  items: () => [],
  score: (_order, _valuesOf, neurons) => {
    const places = new Float64Array(neurons);
    for (let neuron = 0; neuron < neurons; neuron++) {
      places[neuron] = neuron;
    }
    return places;
  }
};
