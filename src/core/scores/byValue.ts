import { scoresOf, type Score } from './score';

/** The activation of an instance. */
export const byValue: Score<'value'> = {
  label: 'Value of an instance',
  parse: fields => {
    const instance = fields.get('instance');
    return typeof instance === 'string' ? { by: 'value', instance } : null;
  },
  items: order => [{ instance: order.instance }],
  score: (order, valuesOf, neurons) =>
    scoresOf({ instance: order.instance }, valuesOf, neurons)
};
