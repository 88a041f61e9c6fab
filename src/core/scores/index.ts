import { byDifference } from './byDifference';
import { byDivergence } from './byDivergence';
import { byIndex } from './byIndex';
import { byMedian } from './byMedian';
import { byValue } from './byValue';
import {
  fieldsOf,
  type Item,
  type Order,
  type OrderKey,
  type Quantity,
  type Score,
  type ValuesOf
} from './score';

export {
  BRUSH_SIDES,
  parseItem,
  type BrushSide,
  type Contrast,
  type Item,
  type Order,
  type OrderKey,
  type Quantity,
  type Rest,
  type Population,
  type Score,
  type ValuesOf
} from './score';

/** Every sort key. Menus, the state parser and the documentation read this table. */
export const SCORES: { readonly [K in OrderKey]: Score<K> } = {
  index: byIndex,
  median: byMedian,
  value: byValue,
  difference: byDifference,
  divergence: byDivergence
};

/** The order that a JSON value describes; null when it describes none. */
export function parseOrder(json: unknown): Order | null {
  const fields = fieldsOf(json);
  const by = fields?.get('by');
  if (fields === null || !isOrderKey(by)) {
    return null;
  }
  return SCORES[by].parse(fields);
}

/** The items that an order is about. */
export function orderItems<K extends OrderKey>(
  order: Order<K>
): readonly Item[] {
  const score: Score<K> = SCORES[order.by];
  return score.items(order);
}

/** What an order needs to be known. */
export function orderQuantities<K extends OrderKey>(
  order: Order<K>
): readonly Quantity[] {
  const score: Score<K> = SCORES[order.by];
  return score.quantities?.(order) ?? score.items(order);
}

/** One number per neuron; NaN where there is no value. */
export function scoreNeurons<K extends OrderKey>(
  order: Order<K>,
  valuesOf: ValuesOf,
  neurons: number
): Float64Array {
  const score: Score<K> = SCORES[order.by];
  return score.score(order, valuesOf, neurons);
}

/** What neurons are ranked by, given their scores. */
export function rankNeurons<K extends OrderKey>(
  order: Order<K>,
  scores: Float64Array
): Float64Array {
  const score: Score<K> = SCORES[order.by];
  return score.rank?.(order, scores) ?? scores;
}

function isOrderKey(by: unknown): by is OrderKey {
  return typeof by === 'string' && Object.hasOwn(SCORES, by);
}
