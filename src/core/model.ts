import { DecodeError } from './errors';
import {
  booleanAt,
  fieldsOf,
  invalid,
  listAt,
  numberAt,
  objectAt,
  once,
  optionalAt,
  pathOf,
  sizeAt,
  stringAt,
  type Fields
} from './fields';
import { shown } from './shown';

/** The network that was recorded, as TensorFlow.js runs it, without its weights; docs/format.md has the words. */
export type ModelPlan = ModelPlaces & {
  /** JSON of a layers model as TensorFlow.js knows it; what may be in it is for `src/probe`. */
  readonly topology: unknown;
  /** `topology` is `model.json` of a graph of operations instead. */
  readonly isGraph?: boolean;
  /** Largest relative difference from the original, as it was measured when the model was written. */
  readonly difference: number | null;
  /** The same between the model's answers to the recording's pictures and what was recorded. */
  readonly recorded: number | null;
};

/** How a layers model is fed, and where in it what was recorded is. */
export type ModelPlaces = {
  readonly input: ModelInput | null;
  /** By recorded layer. Null: layers have the same names here and there. */
  readonly layers: ReadonlyMap<string, ModelLayer> | null;
  /** Null: nothing tells the classes apart. */
  readonly output: ModelOutput | null;
};

/** A picture's value v of channel c becomes (v · scale − mean[c]) / std[c]. */
export type ModelInput = {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly scale: number;
  /** One a channel, or one for all. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
};

export type ModelLayer = {
  readonly layer: string;
  /** Which call of a layer that is called more than once. */
  readonly node: number;
  /** Single units were recorded as [channels, height, width]. */
  readonly channelsFirst: boolean;
  /** Row and column, from 0, of a layer that was reduced to one position; null: not known. */
  readonly position?: readonly number[] | null;
  /** What was recorded is the value before the layer's own activation function. */
  readonly beforeActivation: boolean;
  /** As that of the model, of this layer alone. */
  readonly difference: number | null;
};

/** The layer that tells the classes apart. */
export type ModelOutput = {
  /** Null: the last. */
  readonly layer: string | null;
  /** Softmax is still to be applied; null: nothing says so, its values do. */
  readonly softmax: boolean | null;
};

/** A weight by the name that its layer gives it. */
export type WeightSpec = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of a graph: float32 where it does not say. */
  readonly dtype?: 'int32';
};

export type Model = ModelPlan & {
  readonly weights: readonly WeightSpec[];
  /** All weights, one after the other. */
  readonly values: Float32Array;
};

/** `model` of a descriptor; weights by their tensors. */
export type ModelDescriptor = ModelPlan & {
  readonly weights: readonly {
    readonly name: string;
    readonly tensor: string;
  }[];
};

/** Null for a format that is not known here. Throws DecodeError. */
export function parseModel(
  parent: Fields,
  key: string
): ModelDescriptor | null {
  const fields = objectAt(parent, key);
  if (stringAt(fields, 'format') !== 'tfjs-layers') {
    return null;
  }
  objectAt(fields, 'topology');
  const checkName = once('another weight has this name');
  // Memory is allocated for each.
  const checkTensor = once('another weight has this tensor');
  return {
    topology: fields.values.get('topology'),
    weights: listAt(fields, 'weights', (json, path) => {
      const weight = fieldsOf(json, path);
      const name = stringAt(weight, 'name');
      const tensor = stringAt(weight, 'tensor');
      checkName(name, `${path}.name`);
      checkTensor(tensor, `${path}.tensor`);
      return { name, tensor };
    }),
    difference: optionalAt(fields, 'difference', numberAt),
    recorded: optionalAt(fields, 'recorded', numberAt),
    ...parsePlaces(fields)
  };
}

/** Throws DecodeError. */
export function parsePlaces(fields: Fields): ModelPlaces {
  return {
    input: optionalAt(fields, 'input', parseInput),
    layers: optionalAt(fields, 'layers', parseLayers),
    output: optionalAt(fields, 'output', parseOutput)
  };
}

function parseInput(parent: Fields, key: string): ModelInput {
  const fields = objectAt(parent, key);
  const shape = listAt(fields, 'shape', readSize);
  if (shape.length !== 3) {
    throw invalid(fields, 'shape');
  }
  const [height, width, channels] = shape;
  return {
    shape: [height, width, channels],
    scale: optionalAt(fields, 'scale', numberAt) ?? 1,
    mean: channelsAt(fields, 'mean', channels, -Infinity) ?? [0],
    std: channelsAt(fields, 'std', channels, 0) ?? [1]
  };
}

/** A number above `above` for each channel, or one for all. */
function channelsAt(
  fields: Fields,
  key: string,
  channels: number,
  above: number
): number[] | null {
  const numbers = optionalAt(fields, key, () =>
    listAt(fields, key, (json, path) => {
      if (typeof json !== 'number' || !(json > above && json < Infinity)) {
        throw new DecodeError(path, `invalid value: ${shown(json)}`);
      }
      return json;
    })
  );
  if (numbers && numbers.length !== 1 && numbers.length !== channels) {
    throw new DecodeError(
      pathOf(fields, key),
      `${numbers.length} numbers for ${channels} channels`
    );
  }
  return numbers;
}

function parseLayers(
  parent: Fields,
  key: string
): ReadonlyMap<string, ModelLayer> {
  const fields = objectAt(parent, key);
  const names = [...fields.values.keys()];
  return new Map(names.map(name => [name, parseLayer(fields, name)]));
}

function parseLayer(parent: Fields, key: string): ModelLayer {
  const fields = objectAt(parent, key);
  return {
    layer: stringAt(fields, 'layer'),
    node: optionalAt(fields, 'node', sizeAt) ?? 0,
    channelsFirst: optionalAt(fields, 'channelsFirst', booleanAt) ?? false,
    position: optionalAt(fields, 'position', () =>
      listAt(fields, 'position', readIndex)
    ),
    beforeActivation:
      optionalAt(fields, 'beforeActivation', booleanAt) ?? false,
    difference: optionalAt(fields, 'difference', numberAt)
  };
}

function parseOutput(parent: Fields, key: string): ModelOutput {
  const fields = objectAt(parent, key);
  return {
    layer: stringAt(fields, 'layer'),
    softmax: booleanAt(fields, 'softmax')
  };
}

function readSize(json: unknown, path: string): number {
  return readWhole(json, path, 1);
}

function readIndex(json: unknown, path: string): number {
  return readWhole(json, path, 0);
}

function readWhole(json: unknown, path: string, least: number): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < least) {
    throw new DecodeError(path, `invalid value: ${shown(json)}`);
  }
  return json;
}
