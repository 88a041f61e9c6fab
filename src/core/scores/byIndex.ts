import type { Score } from './score';

/** The place of the neuron in the data. */
export const byIndex: Score<'index'> = {
  label: 'Index',
  parse: () => ({ by: 'index' }),
  items: () => [],
  score: (_order, _valuesOf, neurons) =>
    Float64Array.from({ length: neurons }, (_, neuron) => neuron)
};
