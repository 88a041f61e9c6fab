import { ModelError } from '../core/errors';
import { isObject } from '../core/fields';
import { quoted, shown } from '../core/shown';

/** A layers model that is built of allowed layers alone, as TensorFlow.js reads it. */
export type Topology = {
  readonly class_name: 'Sequential' | 'Functional';
  readonly config: {
    readonly name: string;
    readonly layers: readonly LayerTopology[];
    readonly input_layers?: readonly Reference[];
    readonly output_layers?: readonly Reference[];
  };
};

export type LayerTopology = {
  readonly class_name: string;
  readonly name?: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes?: readonly (readonly Reference[])[];
};

/** An output of a call of a layer. */
type Reference = readonly [
  layer: string,
  node: number,
  tensor: number,
  options?: object
];

/** Every initial value comes from here: the class that `src/probe/network` registers. */
export const INITIALIZER = 'NeuralDivergenceZeros';

const ACTIVATION = 'activation';
const POOLING = ['pool_size', 'strides', 'padding', 'data_format'];
const CONVOLUTION = [
  ...['kernel_size', 'strides', 'padding', 'data_format'],
  ...[ACTIVATION, 'use_bias']
];

/** The layers that are allowed, and their settings that are read. */
const SETTINGS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['InputLayer', []],
  ['Conv2D', ['filters', 'dilation_rate', ...CONVOLUTION]],
  ['DepthwiseConv2D', ['depth_multiplier', ...CONVOLUTION]],
  ['Dense', ['units', ACTIVATION, 'use_bias']],
  ['BatchNormalization', ['axis', 'momentum', 'epsilon', 'center', 'scale']],
  ['Activation', [ACTIVATION]],
  ['ReLU', ['max_value']],
  ['LeakyReLU', ['alpha']],
  ['Softmax', ['axis']],
  ['MaxPooling2D', POOLING],
  ['AveragePooling2D', POOLING],
  ['GlobalMaxPooling2D', ['data_format']],
  ['GlobalAveragePooling2D', ['data_format']],
  ['Flatten', ['data_format']],
  ['Reshape', ['target_shape']],
  ['Permute', ['dims']],
  ['Dropout', ['rate']],
  ['Add', []],
  ['Multiply', []],
  ['Concatenate', ['axis']],
  ['ZeroPadding2D', ['padding', 'data_format']],
  ['UpSampling2D', ['size', 'data_format', 'interpolation']]
]);

/** Weights that begin with random numbers unless one says otherwise. */
const WEIGHTS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['Conv2D', ['kernel', 'bias']],
  ['DepthwiseConv2D', ['depthwise', 'bias']],
  ['Dense', ['kernel', 'bias']],
  ['BatchNormalization', ['gamma', 'beta', 'moving_mean', 'moving_variance']]
]);

const ACTIVATIONS = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hard_sigmoid'],
  ...['softplus', 'softsign', 'tanh', 'softmax', 'log_softmax', 'swish'],
  ...['mish', 'gelu']
];

/**
 * Settings that change what a layer computes, and the JSON of those values with which TensorFlow.js computes the
 * same. It ignores the dilation of a depthwise convolution.
 */
const WITHOUT_EFFECT: ReadonlyMap<string, readonly string[]> = new Map([
  ['groups', ['1']],
  ['keepdims', ['false']],
  ['negative_slope', ['0']],
  ['threshold', ['0']],
  ['dilation_rate', ['1', '[1,1]']]
]);

/**
 * The layers model of JSON, made anew of what is known: layers of the allowed classes and settings that are
 * numbers, texts or lists of numbers. Weights begin as zeros. Throws a ModelError that names what is not allowed.
 */
export function readTopology(json: unknown): Topology {
  const whole = textless(json);
  const { class_name: kind, config } = objectOf(
    whole['model_config'] ?? whole,
    'the model'
  );
  if (kind === 'Sequential') {
    const { name, layers } = Array.isArray(config)
      ? { name: 'model', layers: config as unknown[] }
      : objectOf(config, 'the model');
    return {
      class_name: kind,
      config: {
        name: String(name),
        layers: listOf(layers, 'layers').map(layer => readLayer(layer, false))
      }
    };
  }
  if (kind !== 'Functional' && kind !== 'Model') {
    throw refused(`a model of class ${shown(kind)}`);
  }
  return readGraph(objectOf(config, 'the model'));
}

/** Older files hold the model as text. */
function textless(json: unknown): Readonly<Record<string, unknown>> {
  try {
    return objectOf(
      typeof json === 'string' ? (JSON.parse(json) as unknown) : json,
      'the model'
    );
  } catch (cause) {
    throw cause instanceof ModelError ? cause : malformed('the model', cause);
  }
}

function readGraph(config: Readonly<Record<string, unknown>>): Topology {
  const layers = listOf(config['layers'], 'layers').map(layer =>
    readLayer(layer, true)
  );
  const names = new Set(layers.map(layer => layer.name));
  if (names.size < layers.length) {
    throw malformed('two layers have the same name');
  }
  for (const { name, inbound_nodes: nodes = [] } of layers) {
    const unknown = nodes.flat().find(([before]) => !names.has(before));
    if (unknown !== undefined) {
      throw malformed(
        `layer ${shown(name)} follows an unknown layer: ${quoted(unknown[0])}`
      );
    }
  }
  checkOrder(layers);
  return {
    class_name: 'Functional',
    config: {
      name: String(config['name']),
      layers,
      input_layers: endsOf(config['input_layers'], 'input', names),
      output_layers: endsOf(config['output_layers'], 'output', names)
    }
  };
}

/** TensorFlow.js looks for ever for a call that can be made. */
function checkOrder(layers: readonly LayerTopology[]): void {
  const made = new Map<string, number>();
  const callsOf = (name: string) => made.get(name) ?? 0;
  let waiting = layers.flatMap(({ name = '', inbound_nodes: nodes = [] }) =>
    nodes.length === 0
      ? [{ name, call: 0, inputs: [] }]
      : nodes.map((inputs, call) => ({ name, call, inputs }))
  );
  while (waiting.length > 0) {
    const left = waiting.filter(({ name, call, inputs }) => {
      const isReady =
        call === callsOf(name) &&
        inputs.every(([before, node]) => node < callsOf(before));
      if (isReady) {
        made.set(name, call + 1);
      }
      return !isReady;
    });
    if (left.length === waiting.length) {
      throw malformed(`the layers have no order: ${quoted(left[0].name)}`);
    }
    waiting = left;
  }
}

/** The one input or output. */
function endsOf(
  json: unknown,
  what: string,
  names: ReadonlySet<string | undefined>
): readonly Reference[] {
  const ends = listOf(json, `${what}_layers`);
  // Keras 3 writes a single one without a list around it.
  const [first] = typeof ends[0] === 'string' ? [ends] : ends;
  if (typeof ends[0] !== 'string' && ends.length !== 1) {
    throw new ModelError(
      what === 'input' ? 'input' : 'classes',
      `the model has ${ends.length} ${what}s, expected one`
    );
  }
  const reference = referenceOf(first);
  if (!names.has(reference[0])) {
    throw malformed(`unknown layer: ${quoted(reference[0])}`);
  }
  return [reference];
}

function readLayer(json: unknown, isInGraph: boolean): LayerTopology {
  const layer = objectOf(json, 'a layer');
  const config = objectOf(layer['config'], 'a layer');
  const kind = layer['class_name'];
  const known = SETTINGS.get(kind);
  const name = config['name'] ?? layer['name'];
  if (known === undefined || typeof kind !== 'string') {
    throw refused(`a layer of class ${shown(kind)}`, name);
  }
  if (isInGraph && typeof name !== 'string') {
    throw malformed('a layer has no name');
  }
  checkSettings(config, known, name);
  const settings = [...known, 'batch_input_shape'].filter(
    key => (config[key] ?? null) !== null
  );
  return {
    class_name: kind,
    ...(isInGraph ? { name: String(name) } : {}),
    config: {
      ...(typeof name === 'string' ? { name } : {}),
      ...Object.fromEntries(
        settings.map(key => [key, settingOf(config[key], key, name)])
      ),
      ...Object.fromEntries(
        (WEIGHTS.get(kind) ?? []).map(weight => [
          `${weight}_initializer`,
          { class_name: INITIALIZER, config: {} }
        ])
      )
    },
    ...(isInGraph
      ? {
          inbound_nodes: listOf(
            layer['inbound_nodes'] ?? [],
            'inbound_nodes'
          ).map(node => listOf(node, 'inbound_nodes').map(referenceOf))
        }
      : {})
  };
}

function checkSettings(
  config: Readonly<Record<string, unknown>>,
  settings: readonly string[],
  name: unknown
): void {
  for (const [key, values] of WITHOUT_EFFECT) {
    const value = config[key] ?? null;
    const isRead = value === null || settings.includes(key);
    if (!isRead && !values.includes(JSON.stringify(value))) {
      throw refused(
        `${key} ${quoted(JSON.stringify(value)).slice(1, -1)}`,
        name
      );
    }
  }
  check(config, 'data_format', ['channels_last'], name);
  if (settings.includes(ACTIVATION)) {
    check(config, ACTIVATION, ACTIVATIONS, name);
  }
}

function check(
  config: Readonly<Record<string, unknown>>,
  key: string,
  values: readonly unknown[],
  name: unknown
): void {
  const value = config[key] ?? null;
  if (value !== null && !values.includes(value)) {
    throw refused(`${key} ${shown(value)}`, name);
  }
}

/** Numbers, texts, truth values, and lists of them in lists. */
function settingOf(value: unknown, key: string, name: unknown): unknown {
  // Keras 2 writes the one axis as a list.
  if (key === 'axis' && Array.isArray(value) && value.length === 1) {
    return settingOf(value[0], key, name);
  }
  const isFine = (one: unknown, depth: number): boolean =>
    Array.isArray(one)
      ? depth > 0 && one.every(part => isFine(part, depth - 1))
      : one === null || ['number', 'string', 'boolean'].includes(typeof one);
  if (!isFine(value, 2)) {
    throw refused(`${key} ${shown(value)}`, name);
  }
  return value;
}

function referenceOf(json: unknown): Reference {
  const [layer, node, tensor] = listOf(json, 'a connection');
  const isIndex = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (typeof layer !== 'string' || !isIndex(node) || tensor !== 0) {
    throw malformed('a connection');
  }
  return [layer, node, tensor, {}];
}

function objectOf(
  json: unknown,
  what: string
): Readonly<Record<string, unknown>> {
  if (!isObject(json)) {
    throw malformed(what);
  }
  // No name can reach a prototype.
  return Object.assign(
    Object.create(null) as Record<string, unknown>,
    json as Record<string, unknown>
  );
}

function listOf(json: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(json)) {
    throw malformed(what);
  }
  return json;
}

function refused(what: string, layer?: unknown): ModelError {
  const where = typeof layer === 'string' ? ` (layer ${quoted(layer)})` : '';
  return new ModelError('layer', `${what} cannot be run here${where}`);
}

function malformed(what: string, cause?: unknown): ModelError {
  return new ModelError('topology', `invalid model: ${what}`, { cause });
}
