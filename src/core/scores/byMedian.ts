import {
  parseClassOrGroup,
  scoresOf,
  type ClassOrGroup,
  type Score
} from './score';

/** The median activation of a class or a group. */
export const byMedian: Score<'median'> = {
  label: 'Median of a class',
  parse: fields => {
    const item = parseClassOrGroup(fields);
    return item && { by: 'median', ...item };
  },
  items: order => [itemOf(order)],
  score: (order, valuesOf, neurons) =>
    scoresOf(itemOf(order), valuesOf, neurons)
};

function itemOf(order: ClassOrGroup): ClassOrGroup {
  return 'class' in order ? { class: order.class } : { group: order.group };
}
