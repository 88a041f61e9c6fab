import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Model, ModelLayer } from '../core/model';
import type { Match, Mismatch, Subject } from './engine';

type Recorded = Subject['layers'][number];

/** Where the neurons of a recorded layer are. */
export type Place = {
  readonly tensor: SymbolicTensor;
  readonly reduce: Reduce;
};

export type Matched = {
  readonly match: Match;
  /** Null where the layer does not match. */
  readonly place: Place | null;
};

/** Finds each recorded layer in a model. */
export function matchLayers(
  net: LayersModel,
  layers: Model['layers'],
  recorded: Subject['layers']
): readonly Matched[] {
  return recorded.map(layer => {
    const where = layers === null ? named(layer.name) : layers.get(layer.name);
    const found = where
      ? find(net, where, layer)
      : ({ kind: 'absent', layer: null } as const);
    return 'kind' in found
      ? {
          match: { recorded: layer.name, layer: null, why: found },
          place: null
        }
      : {
          match: { recorded: layer.name, layer: found.tensor.sourceLayer.name },
          place: found
        };
  });
}

/** A layer of the same name; `relu:1` is the second call of `relu`. */
export function named(name: string): ModelLayer {
  const [, layer = name, node = '0'] = /^(.+):(\d+)$/.exec(name) ?? [];
  return {
    layer,
    node: Number(node),
    channelsFirst: false,
    beforeActivation: false,
    difference: null
  };
}

function find(
  net: LayersModel,
  where: ModelLayer,
  recorded: Recorded
): Place | Mismatch {
  const layer = net.layers.find(({ name }) => name === where.layer);
  const call = layer?.inboundNodes.at(where.node);
  if (layer === undefined || call === undefined) {
    return { kind: 'absent', layer: where.layer };
  }
  const tensor = where.beforeActivation
    ? withoutActivation(layer, call.inputTensors)
    : call.outputTensors[0];
  return tensor === null
    ? { kind: 'activation' }
    : reduced(tensor, where, recorded);
}

type Layer = LayersModel['layers'][number];

/** The output of a copy of a layer, with its weights, that has no activation function. */
export function withoutActivation(
  layer: Layer,
  inputs: SymbolicTensor[]
): SymbolicTensor | null {
  const config = layer.getConfig();
  if (typeof config['activation'] !== 'string') {
    return null;
  }
  const Kind =
    layer.constructor as tf.serialization.SerializableConstructor<Layer>;
  const copy = Kind.fromConfig(Kind, {
    ...config,
    name: `${layer.name}/before`,
    activation: 'linear'
  });
  const output = copy.apply(inputs) as SymbolicTensor;
  copy.setWeights(layer.getWeights());
  return output;
}

/** The neurons of a layer as they were recorded, [pictures, neurons], from what it puts out. */
export type Reduce = (values: tf.Tensor) => tf.Tensor;

function reduced(
  tensor: SymbolicTensor,
  where: ModelLayer,
  recorded: Recorded
): Place | Mismatch {
  const reduce = reducedFrom(tensor.shape.slice(1), where, recorded);
  return typeof reduce === 'function' ? { tensor, reduce } : reduce;
}

/** How the values of a layer become neurons: `sizes` are those of space, and last of the channels. */
export function reducedFrom(
  sizes: readonly (number | null)[],
  { channelsFirst, position }: Pick<ModelLayer, 'channelsFirst' | 'position'>,
  { neurons, reduction }: Recorded
): Reduce | Mismatch {
  const space = sizes.slice(0, -1).map((_, i) => i + 1);
  const units = sizes.reduce<number>((all, size) => all * (size ?? NaN), 1);
  const isInside =
    position?.length === space.length &&
    position.every((at, i) => at < (sizes[i] ?? 0));
  if (reduction === 'position' && !isInside) {
    return { kind: 'position' };
  }
  const found = reduction === null ? units : (sizes.at(-1) ?? NaN);
  if (found !== neurons) {
    return { kind: 'neurons', found, recorded: neurons };
  }
  switch (reduction) {
    case 'mean':
      return values => tf.mean(values, space);
    case 'max':
      return values => tf.max(values, space);
    case 'position': {
      const begin = [0, ...(position ?? []), 0];
      const size = [-1, ...space.map(() => 1), neurons];
      return values => tf.reshape(tf.slice(values, begin, size), [-1, neurons]);
    }
    case null:
      return values => {
        const last = space.length + 1;
        const ordered = channelsFirst
          ? tf.transpose(values, [0, last, ...space])
          : values;
        return tf.reshape(ordered, [-1, units]);
      };
  }
}
