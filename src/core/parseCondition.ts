import type { Condition, Range } from './condition';

/** What a recording has that conditions name. */
export type Facts = {
  readonly sampleCount: number;
  readonly classes: readonly unknown[];
  readonly layers: readonly {
    readonly name: string;
    readonly neurons: number;
  }[];
  readonly columns: readonly {
    readonly name: string;
    readonly categories: readonly string[] | null;
  }[];
  readonly groups: readonly { readonly id: string }[];
};

const DEPTH_LIMIT = 32;
/** Of a condition, with all that is inside it: tests, and entries of their lists. */
const SIZE_LIMIT = 100_000;

type Json = { readonly [key: string]: unknown };

/**
 * The condition that `json` states, null where it is none or names what the recording does not have.
 * Never throws. Unknown fields are left out.
 */
export function parseCondition(json: unknown, facts: Facts): Condition | null {
  return parserOf(facts)(json, DEPTH_LIMIT);
}

function parserOf(facts: Facts) {
  const { classes, sampleCount } = facts;
  let size = 0;

  function list<T>(
    found: unknown,
    parse: (entry: unknown) => T | null
  ): readonly T[] | null {
    if (!Array.isArray(found) || (size += found.length) > SIZE_LIMIT) {
      return null;
    }
    const entries = found.map(parse);
    return entries.every(entry => entry !== null) ? entries : null;
  }

  function parts(found: unknown, depth: number): readonly Condition[] | null {
    return list(found, part => parse(part, depth - 1));
  }

  function indices(found: unknown, end: number): readonly number[] | null {
    return list(found, entry => indexOf(entry, end));
  }

  function parse(json: unknown, depth: number): Condition | null {
    size += 1;
    if (depth < 0 || size > SIZE_LIMIT || !isObject(json)) {
      return null;
    }
    switch (testOf(json)) {
      case 'label':
        return given('label', indices(json['label'], classes.length));
      case 'prediction':
        return given('prediction', indices(json['prediction'], classes.length));
      case 'correct':
        return given('correct', booleanOf(json['correct']));
      case 'samples':
        return given('samples', indices(json['samples'], sampleCount));
      case 'group':
        return given('group', groupOf(json['group'], facts));
      case 'all':
        return given('all', parts(json['all'], depth));
      case 'any':
        return given('any', parts(json['any'], depth));
      case 'not':
        return given('not', parse(json['not'], depth - 1));
      case 'column':
        return parseColumn(json, facts, texts => list(texts, textOf));
      case 'layer':
        return parseNeuron(json, facts);
      case null:
        return null;
    }
  }
  return parse;
}

/** The one test that an object states. */
function testOf(json: Json) {
  const found = TESTS.filter(key => Object.hasOwn(json, key));
  return found.length === 1 ? found[0] : null;
}

const TESTS = [
  'label',
  'prediction',
  'correct',
  'samples',
  'group',
  'all',
  'any',
  'not',
  'column',
  'layer'
] as const;

function given<K extends string, T>(key: K, value: T | null) {
  return value === null ? null : ({ [key]: value } as { [P in K]: T });
}

function parseColumn(
  json: Json,
  { columns }: Facts,
  textsOf: (json: unknown) => readonly string[] | null
): Condition | null {
  const column = columns.find(({ name }) => name === json['column']);
  if (column === undefined) {
    return null;
  }
  const { name } = column;
  if (column.categories === null) {
    const range = Object.hasOwn(json, 'in') ? null : rangeOf(json);
    return range && { column: name, ...range };
  }
  const texts = textsOf(json['in']);
  return texts && { column: name, in: texts };
}

function parseNeuron(json: Json, { layers }: Facts): Condition | null {
  const layer = layers.find(({ name }) => name === json['layer']);
  const neuron = layer ? indexOf(json['neuron'], layer.neurons) : null;
  const range = rangeOf(json);
  return layer && neuron !== null && range
    ? { layer: layer.name, neuron, ...range }
    : null;
}

/** A bound that is not stated is open. */
function rangeOf({ from = null, to = null }: Json): Range | null {
  return isBound(from) && isBound(to) ? { from, to } : null;
}

function isBound(value: unknown): value is number | null {
  return value === null || Number.isFinite(value);
}

function groupOf(json: unknown, { groups }: Facts): string | null {
  return groups.find(({ id }) => id === json)?.id ?? null;
}

function indexOf(json: unknown, end: number): number | null {
  const isIndex = Number.isInteger(json) && Number(json) >= 0;
  return isIndex && Number(json) < end ? Number(json) : null;
}

function textOf(json: unknown): string | null {
  return typeof json === 'string' ? json : null;
}

function booleanOf(json: unknown): boolean | null {
  return typeof json === 'boolean' ? json : null;
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
