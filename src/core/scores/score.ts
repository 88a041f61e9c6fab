import type { DivergenceKey } from '../divergence';

/** What a neuron's score is made from: a population (its median), or an instance (its value). */
export type Item = Population | { readonly instance: string };

/** What has many samples: a class, a group, or a side of what is brushed. */
export type Population =
  { readonly class: number } | { readonly group: string } | BrushSide;

/** The samples that are brushed, or all others. */
export type BrushSide = { readonly brush: (typeof BRUSH_SIDES)[number] };
export const BRUSH_SIDES = ['selection', 'rest'] as const;

/** All samples that have a class and are not in the other item. */
export type Rest = { readonly rest: true };

/** How b differs from a. b is an instance when the divergence is one of an instance, and only then. */
export type Contrast = {
  readonly divergence: DivergenceKey;
  readonly a: Population;
  readonly b: Item | Rest;
};

/** What one number per neuron is had for. */
export type Quantity = Item | Contrast;

/** The fields of each way to order neurons, beside `by`. */
type Orders = {
  readonly index: unknown;
  readonly median: Population;
  readonly value: { readonly instance: string };
  readonly difference: {
    readonly a: Item;
    readonly b: Item;
    readonly absolute: boolean;
  };
  readonly divergence: Contrast & {
    /** Ranked by the distance from the neutral value. */
    readonly absolute: boolean;
  };
};

/** Name of a sort key. */
export type OrderKey = keyof Orders;

/** What neurons are ordered by, as view state holds it. Without an argument: the union of all. */
export type Order<K extends OrderKey = OrderKey> = {
  [P in K]: { readonly by: P } & Orders[P];
}[K];

/** One number per neuron of a quantity in the layer at hand; null when there is none. */
export type ValuesOf = (
  quantity: Quantity
) => Float32Array | Float64Array | null;

/** A sort key: how it is read from JSON and how it scores neurons. */
export type Score<K extends OrderKey> = {
  /** Words for a menu, before translation. */
  readonly label: string;
  /** The order that `fields` describe, or null when they do not. Ranges and ids are not checked. */
  parse(fields: Fields): Order<K> | null;
  /** The items that it is about. */
  items(order: Order<K>): readonly Item[];
  /** What `score` asks for, when it is not the values of the items. */
  quantities?(order: Order<K>): readonly Quantity[];
  /** One number per neuron; NaN where there is no value. */
  score(order: Order<K>, valuesOf: ValuesOf, neurons: number): Float64Array;
  /** What neurons are ranked by, when it is not the score. */
  rank?(order: Order<K>, scores: Float64Array): Float64Array;
};

/** Own fields of a JSON object. */
export type Fields = ReadonlyMap<string, unknown>;

/** The own fields of a JSON object; null when `json` is none. */
export function fieldsOf(json: unknown): Fields | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return null;
  }
  return new Map<string, unknown>(Object.entries(json));
}

/** The item that `json` describes, such as `{"class": 3}` or `{"instance": "a0"}`; null when it is none. */
export function parseItem(json: unknown): Item | null {
  const fields = fieldsOf(json);
  if (fields === null) {
    return null;
  }
  const instance = fields.get('instance');
  return (
    parsePopulation(fields) ??
    (typeof instance === 'string' ? { instance } : null)
  );
}

/** The population that `fields` name; null when they name none. */
export function parsePopulation(fields: Fields): Population | null {
  const classIndex = fields.get('class');
  if (isIndex(classIndex)) {
    return { class: classIndex };
  }
  const group = fields.get('group');
  if (typeof group === 'string') {
    return { group };
  }
  const brush = BRUSH_SIDES.find(side => side === fields.get('brush'));
  return brush ? { brush } : null;
}

/** True for a whole number from 0 that indexing can use. */
export function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A copy of a quantity's values as float64; all NaN when it has none. */
export function scoresOf(
  quantity: Quantity,
  valuesOf: ValuesOf,
  neurons: number
): Float64Array {
  const values = valuesOf(quantity);
  return values === null
    ? new Float64Array(neurons).fill(NaN)
    : new Float64Array(values);
}
