import { DIVERGENCES, isGroupKey, isInstanceKey } from '../divergence';
import {
  fieldsOf,
  parseItem,
  parsePopulation,
  scoresOf,
  type Contrast,
  type Fields,
  type Item,
  type Rest,
  type Score
} from './score';

/** A divergence a → b, ranked by its distance from the value where nothing diverges, or as it is. */
export const byDivergence: Score<'divergence'> = {
  label: 'Divergence',
  parse: fields => {
    const contrast = parseContrast(fields);
    return (
      contrast && {
        by: 'divergence',
        ...contrast,
        absolute: fields.get('absolute') !== false
      }
    );
  },
  items: ({ a, b }) => ('rest' in b ? [a] : [a, b]),
  quantities: ({ divergence, a, b }) => [{ divergence, a, b }],
  score: ({ divergence, a, b }, valuesOf, neurons) =>
    scoresOf({ divergence, a, b }, valuesOf, neurons),
  rank: ({ divergence, absolute }, scores) => {
    const { neutral } = DIVERGENCES[divergence];
    return absolute ? scores.map(value => Math.abs(value - neutral)) : scores;
  }
};

/** b is an instance when the divergence is one of an instance, and only then. */
function parseContrast(fields: Fields): Contrast | null {
  const divergence = fields.get('divergence');
  const fieldsOfA = fieldsOf(fields.get('a'));
  const a = fieldsOfA && parsePopulation(fieldsOfA);
  const b = parseOther(fields.get('b'));
  if (a === null || b === null) {
    return null;
  }
  if ('instance' in b) {
    return isInstanceKey(divergence) ? { divergence, a, b } : null;
  }
  return isGroupKey(divergence) ? { divergence, a, b } : null;
}

function parseOther(json: unknown): Item | Rest | null {
  return fieldsOf(json)?.get('rest') === true
    ? { rest: true }
    : parseItem(json);
}
