import { ModelError } from '../../core/errors';
import { isObject } from '../../core/fields';
import { quoted, shown } from '../../core/shown';

/** An operation of a graph model, under the name that it has in TensorFlow. */
export type GraphNode = {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes whose first outputs it takes. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, unknown>;
};

/** A graph of allowed operations alone, each after those that it takes. */
export type Graph = {
  readonly nodes: readonly GraphNode[];
  readonly input: string;
  /** Null: open, as the number of pictures is. */
  readonly inputShape: readonly (number | null)[];
  readonly output: string;
};

/**
 * The part of a graph model that its output, or the node `end`, is computed from. `json` is `model.json` without
 * its weights. Throws a ModelError that names what is not allowed.
 */
export function readGraph(
  json: unknown,
  isAllowed: (op: string) => boolean,
  end: string | null = null
): Graph {
  const whole = objectOf(json, 'the model');
  const topology = objectOf(whole.get('modelTopology'), 'the model');
  const all = new Map<string, GraphNode>();
  for (const one of listOf(topology.get('node'), 'node')) {
    const node = nodeOf(one);
    if (all.has(node.name)) {
      throw malformed(`two nodes are called ${quoted(node.name)}`);
    }
    all.set(node.name, node);
  }
  const signature = whole.get('signature');
  const output = end ?? outputOf(signature, all);
  const nodes = inOrder(all, output);
  for (const { name, op, attributes } of nodes) {
    const format = textOf(attributes, 'data_format') ?? 'NHWC';
    if (!isAllowed(op) || format !== 'NHWC') {
      const what = isAllowed(op) ? `data_format ${quoted(format)}` : op;
      throw new ModelError(
        'layer',
        `${what} cannot be run here (operation ${quoted(name)})`
      );
    }
  }
  const places = nodes.filter(({ op }) => op === 'Placeholder');
  if (places.length !== 1) {
    throw new ModelError(
      'input',
      `the model has ${places.length} inputs, expected one`
    );
  }
  const [{ name: input, attributes }] = places;
  return { nodes, input, inputShape: shapeOf(attributes, signature), output };
}

/** The text of an attribute; JSON has it in base64. */
export function textOf(
  attributes: GraphNode['attributes'],
  key: string
): string | null {
  const value = valueOf(attributes, key, 's');
  return value === undefined ? null : decoded(value, key);
}

export function textsOf(
  attributes: GraphNode['attributes'],
  key: string
): readonly string[] {
  return elementsOf(attributes, key, 's').map(value => decoded(value, key));
}

/** Whole numbers of an attribute; JSON may have them as texts. */
export function intsOf(
  attributes: GraphNode['attributes'],
  key: string
): readonly number[] {
  return elementsOf(attributes, key, 'i').map(value => wholeOf(value, key));
}

export function intOf(
  attributes: GraphNode['attributes'],
  key: string,
  fallback: number
): number {
  const value = valueOf(attributes, key, 'i');
  return value === undefined ? fallback : wholeOf(value, key);
}

export function floatOf(
  attributes: GraphNode['attributes'],
  key: string,
  fallback: number
): number {
  const value = valueOf(attributes, key, 'f') ?? fallback;
  if (typeof value !== 'number') {
    throw malformed(`attribute ${quoted(key)}`);
  }
  return value;
}

export function flagOf(
  attributes: GraphNode['attributes'],
  key: string
): boolean {
  return valueOf(attributes, key, 'b') === true;
}

function nodeOf(json: unknown): GraphNode {
  const node = objectOf(json, 'a node');
  const [name, op] = [node.get('name'), node.get('op')];
  if (typeof name !== 'string' || typeof op !== 'string') {
    throw malformed('a node has no name or no operation');
  }
  const inputs = listOf(node.get('input') ?? [], 'input').flatMap(input => {
    if (typeof input !== 'string') {
      throw malformed(`an input of ${quoted(name)}`);
    }
    // What only has to come before is computed anyway, or has no effect.
    return input.startsWith('^') ? [] : [firstOutput(input)];
  });
  return { name, op, inputs, attributes: objectOf(node.get('attr') ?? {}, op) };
}

/** `name:0` is `name`. */
function firstOutput(reference: string): string {
  const [, name = reference, output = '0'] =
    /^(.*):(\d+)$/.exec(reference) ?? [];
  if (output !== '0') {
    throw new ModelError(
      'layer',
      `an output that is not the first cannot be used here (${quoted(reference)})`
    );
  }
  return name;
}

function outputOf(
  signature: unknown,
  all: ReadonlyMap<string, GraphNode>
): string {
  const outputs = endsOf(signature, 'outputs');
  const taken = new Set([...all.values()].flatMap(({ inputs }) => inputs));
  const names =
    outputs.length > 0
      ? outputs.map(end => String(end.get('name')))
      : [...all.keys()].filter(name => !taken.has(name));
  if (names.length !== 1) {
    throw new ModelError(
      'classes',
      `the model has ${names.length} outputs, expected one`
    );
  }
  return firstOutput(names[0]);
}

function endsOf(
  signature: unknown,
  key: string
): ReadonlyMap<string, unknown>[] {
  const ends = isObject(signature)
    ? objectOf(signature, 'the signature').get(key)
    : null;
  return [...objectOf(ends ?? {}, 'the signature').values()].map(end =>
    objectOf(end, 'the signature')
  );
}

/** What a node needs, and the node, each after what it takes. */
function inOrder(
  all: ReadonlyMap<string, GraphNode>,
  end: string
): readonly GraphNode[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const order: GraphNode[] = [];
  const waiting = [end];
  while (waiting.length > 0) {
    const name = waiting[waiting.length - 1];
    const node = all.get(name);
    if (node === undefined) {
      throw malformed(`unknown node: ${quoted(name)}`);
    }
    const before = node.inputs.filter(input => !done.has(input));
    if (done.has(name)) {
      waiting.pop();
    } else if (before.length === 0) {
      done.add(name);
      order.push(node);
      waiting.pop();
    } else if (open.has(name)) {
      throw malformed(`the operations have no order: ${quoted(name)}`);
    } else {
      open.add(name);
      waiting.push(...before);
    }
  }
  return order;
}

/** The shape of the input: from its own node, else from the signature. */
function shapeOf(
  attributes: GraphNode['attributes'],
  signature: unknown
): readonly (number | null)[] {
  const [end] = endsOf(signature, 'inputs');
  const own = valueOf(attributes, 'shape', 'shape') ?? end?.get('tensorShape');
  const dim = isObject(own) ? objectOf(own, 'a shape').get('dim') : [];
  return listOf(dim ?? [], 'a shape').map(one => {
    const size = wholeOf(objectOf(one, 'a shape').get('size') ?? -1, 'shape');
    return size < 0 ? null : size;
  });
}

function valueOf(
  attributes: GraphNode['attributes'],
  key: string,
  kind: string
): unknown {
  const value = attributes.get(key);
  return isObject(value) ? objectOf(value, key).get(kind) : undefined;
}

function elementsOf(
  attributes: GraphNode['attributes'],
  key: string,
  kind: string
): readonly unknown[] {
  const list = valueOf(attributes, key, 'list');
  return list === undefined
    ? []
    : listOf(objectOf(list, key).get(kind) ?? [], key);
}

function decoded(value: unknown, key: string): string {
  try {
    return atob(String(value));
  } catch (cause) {
    throw malformed(`attribute ${quoted(key)}`, cause);
  }
}

function wholeOf(value: unknown, key: string): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw malformed(`${key} ${shown(value)}`);
  }
  return number;
}

function objectOf(json: unknown, what: string): ReadonlyMap<string, unknown> {
  if (!isObject(json)) {
    throw malformed(what);
  }
  return new Map<string, unknown>(Object.entries(json));
}

function listOf(json: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(json)) {
    throw malformed(what);
  }
  return json;
}

function malformed(what: string, cause?: unknown): ModelError {
  return new ModelError('topology', `invalid model: ${what}`, { cause });
}
