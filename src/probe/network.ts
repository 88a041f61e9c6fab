import * as tf from '@tensorflow/tfjs-core';
import {
  loadLayersModel,
  model as modelOf,
  type LayersModel,
  type SymbolicTensor
} from '@tensorflow/tfjs-layers';
import { ModelError } from '../core/errors';
import type { Model, ModelOutput } from '../core/model';
import { quoted } from '../core/shown';
import type { Probed } from './engine';
import { wantedOf } from './input';
import { matchLayers, type Place } from './match';
import { networkOf, UNITS_LIMIT, type Network } from './networkOf';
import { scoresOf } from './slope';
import { INITIALIZER, readTopology } from './topology';

/** Builds a model, gives it its weights, and finds the recorded layers in it. Rejects with a ModelError. */
export async function buildNetwork(probed: Probed): Promise<Network> {
  const { model, subject } = probed;
  const net = await withoutWeights(model);
  giveWeights(net, model);
  const outputs = keptModels(net);
  return networkOf(
    {
      wanted: wantedOf(net.inputs[0].shape, model.input, subject.picture),
      output: outputOf(net, model.output, subject.classes),
      units: unitsOf(net),
      matches: matchLayers(net, model.layers, subject.layers),
      evaluate: (input, places) =>
        outputs(places.map(({ tensor }) => tensor))(input),
      scores: ({ tensor }, isSqueezed) => scoresOf(net, tensor, isSqueezed),
      dispose: () => void net.dispose()
    },
    probed
  );
}

/** All weights begin so: what a model may take is what its weights take. One model is read at a time. */
class Zeros extends tf.serialization.Serializable {
  static readonly className = INITIALIZER;
  /** Values that may still be made while a model is read. */
  static left = Infinity;

  apply(shape: number[]): tf.Tensor {
    Zeros.left -= shape.reduce((all, size) => all * size, 1);
    if (!(Zeros.left >= 0)) {
      throw new ModelError(
        'weights',
        'the layers have more weights than there are values'
      );
    }
    return tf.zeros(shape);
  }

  getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

tf.serialization.registerClass(Zeros);
// Without checks of every value, and without advice on the console.
tf.enableProdMode();

async function withoutWeights({
  topology,
  values
}: Model): Promise<LayersModel> {
  const modelTopology = readTopology(topology);
  Zeros.left = values.length;
  try {
    return await loadLayersModel(tf.io.fromMemory({ modelTopology }));
  } catch (cause) {
    throw cause instanceof ModelError
      ? cause
      : new ModelError('topology', `invalid model: ${messageOf(cause)}`, {
          cause
        });
  } finally {
    Zeros.left = Infinity;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function giveWeights(net: LayersModel, { weights, values }: Model): void {
  const places = new Map<
    string,
    { readonly begin: number; readonly shape: readonly number[] }
  >();
  let at = 0;
  for (const { name, shape } of weights) {
    places.set(name, { begin: at, shape });
    at += shape.reduce((all, size) => all * size, 1);
  }
  if (at !== values.length) {
    throw new ModelError(
      'weights',
      `the weights need ${at} values, found ${values.length}`
    );
  }
  const wanted = net.weights.map(({ originalName: name, shape }) => {
    const place = places.get(name);
    if (place === undefined) {
      throw new ModelError('weights', `weight ${quoted(name)} is missing`);
    }
    if (place.shape.join() !== shape.join()) {
      throw new ModelError(
        'weights',
        `weight ${quoted(name)} has shape [${place.shape.join(', ')}], expected [${shape.join(', ')}]`
      );
    }
    places.delete(name);
    return { begin: place.begin, shape: [...place.shape] };
  });
  const [unused] = places.keys();
  if (unused !== undefined) {
    throw new ModelError('weights', `no layer has weight ${quoted(unused)}`);
  }
  tf.tidy(() =>
    net.setWeights(
      wanted.map(({ begin, shape }) => {
        const size = shape.reduce((all, one) => all * one, 1);
        return tf.tensor(values.subarray(begin, begin + size), shape);
      })
    )
  );
}

/** Values that all layers compute for a picture. Throws a ModelError where they are too many. */
function unitsOf(net: LayersModel): number {
  const units = net.layers
    .flatMap(layer => layer.inboundNodes)
    .flatMap(node => node.outputTensors)
    .map(({ shape }) =>
      shape.slice(1).reduce<number>((all, size) => all * (size ?? 1), 1)
    )
    .reduce((sum, size) => sum + size, 0);
  if (!(units <= UNITS_LIMIT)) {
    throw new ModelError(
      'size',
      `the layers compute ${units} values for a picture, the limit is ${UNITS_LIMIT}`
    );
  }
  return Math.max(units, 1);
}

/** Where the probabilities of the classes are. */
function outputOf(
  net: LayersModel,
  output: ModelOutput | null,
  classes: number
): Place | null {
  if (output === null) {
    return null;
  }
  const { layer } = output;
  const tensor =
    layer === null
      ? net.outputs[0]
      : net.layers.find(({ name }) => name === layer)?.inboundNodes[0]
          .outputTensors[0];
  if (tensor === undefined) {
    throw new ModelError(
      'classes',
      `the model has no layer ${quoted(layer ?? '')}`
    );
  }
  const [, found, ...more] = tensor.shape;
  if (found !== classes || more.length > 0) {
    throw new ModelError(
      'classes',
      `the model tells ${tensor.shape.slice(1).join(' × ')} classes apart, the recording has ${classes}`
    );
  }
  return { tensor, reduce: scores => scores };
}

/** Functions from an input to some tensors of a model, each made once. */
function keptModels(net: LayersModel) {
  const kept = new Map<string, (input: tf.Tensor) => tf.Tensor[]>();
  return (tensors: readonly SymbolicTensor[]) => {
    const key = tensors.map(({ id }) => id).join();
    const run = kept.get(key) ?? runOf(net, tensors);
    kept.set(key, run);
    return run;
  };
}

function runOf(
  net: LayersModel,
  tensors: readonly SymbolicTensor[]
): (input: tf.Tensor) => tf.Tensor[] {
  const outputs = [...new Set(tensors)];
  const part = modelOf({ inputs: net.inputs, outputs });
  return input => {
    const predicted = part.predictOnBatch(input);
    const values = Array.isArray(predicted) ? predicted : [predicted];
    return tensors.map(tensor => values[outputs.indexOf(tensor)]);
  };
}
