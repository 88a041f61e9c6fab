import {
  parsePopulation,
  scoresOf,
  type Population,
  type Score
} from './score';

/** The median activation of a class, a group or what is brushed. */
export const byMedian: Score<'median'> = {
  label: 'Median of a class',
  parse: fields => {
    const item = parsePopulation(fields);
    return item && { by: 'median', ...item };
  },
  items: order => [itemOf(order)],
  score: (order, valuesOf, neurons) =>
    scoresOf(itemOf(order), valuesOf, neurons)
};

function itemOf(order: Population): Population {
  if ('class' in order) {
    return { class: order.class };
  }
  return 'group' in order ? { group: order.group } : { brush: order.brush };
}
