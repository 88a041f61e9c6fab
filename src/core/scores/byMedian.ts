import { isIndex, scoresOf, type Score } from './score';

/** The median activation of a class. */
export const byMedian: Score<'median'> = {
  label: 'Median of a class',
  parse: fields => {
    const classIndex = fields.get('class');
    return isIndex(classIndex) ? { by: 'median', class: classIndex } : null;
  },
  items: order => [{ class: order.class }],
  score: (order, valuesOf, neurons) =>
    scoresOf({ class: order.class }, valuesOf, neurons)
};
