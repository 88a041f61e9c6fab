/** What a neuron's score is made from: a class (its median) or an instance (its value). */
export type Item = { readonly class: number } | { readonly instance: string };

/** The fields of each way to order neurons, beside `by`. */
type Orders = {
  readonly index: unknown;
  readonly median: { readonly class: number };
  readonly value: { readonly instance: string };
  readonly difference: {
    readonly a: Item;
    readonly b: Item;
    readonly absolute: boolean;
  };
};

/** Name of a sort key. */
export type OrderKey = keyof Orders;

/** What neurons are ordered by, as view state holds it. Without an argument: the union of all. */
export type Order<K extends OrderKey = OrderKey> = {
  [P in K]: { readonly by: P } & Orders[P];
}[K];

/** One number per neuron of an item in the layer at hand; null when there is none. */
export type ValuesOf = (item: Item) => Float32Array | Float64Array | null;

/** A sort key: how it is read from JSON and how it scores neurons. */
export type Score<K extends OrderKey> = {
  /** Words for a menu, before translation. */
  readonly label: string;
  /** The order that `fields` describe, or null when they do not. Ranges and ids are not checked. */
  parse(fields: Fields): Order<K> | null;
  /** The items whose values `score` asks for. */
  items(order: Order<K>): readonly Item[];
  /** One number per neuron; NaN where there is no value. */
  score(order: Order<K>, valuesOf: ValuesOf, neurons: number): Float64Array;
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

/** The item that `json` describes, `{"class": 3}` or `{"instance": "a0"}`; null when it is neither. */
export function parseItem(json: unknown): Item | null {
  const fields = fieldsOf(json);
  const classIndex = fields?.get('class');
  if (isIndex(classIndex)) {
    return { class: classIndex };
  }
  const instance = fields?.get('instance');
  return typeof instance === 'string' ? { instance } : null;
}

/** True for a whole number from 0 that indexing can use. */
export function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A copy of an item's values as float64; all NaN when it has none. */
export function scoresOf(
  item: Item,
  valuesOf: ValuesOf,
  neurons: number
): Float64Array {
  const values = valuesOf(item);
  return values === null
    ? new Float64Array(neurons).fill(NaN)
    : new Float64Array(values);
}
