import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../core/errors';
import type { Model } from '../../core/model';
import { quoted } from '../../core/shown';
import type { Graph } from './graph';
import { isInts, type Value } from './call';
import { runOperation } from './operations';

/** The constants of a graph: tensors, and the whole numbers of shapes and axes. */
export function constantsOf(
  { nodes }: Graph,
  { weights, values }: Model
): ReadonlyMap<string, Value> {
  const places = new Map<string, Model['weights'][number] & { at: number }>();
  let at = 0;
  for (const weight of weights) {
    places.set(weight.name, { ...weight, at });
    at += sizeOf(weight.shape);
  }
  if (at !== values.length) {
    throw new ModelError(
      'weights',
      `the weights need ${at} values, found ${values.length}`
    );
  }
  const names = nodes.filter(({ op }) => op === 'Const');
  return new Map(
    names.map(({ name }): [string, Value] => {
      const place = places.get(name);
      if (place === undefined) {
        throw new ModelError('weights', `weight ${quoted(name)} is missing`);
      }
      const own = values.subarray(place.at, place.at + sizeOf(place.shape));
      return [
        name,
        place.dtype === 'int32'
          ? [...new Int32Array(own.buffer, own.byteOffset, own.length)]
          : tf.tensor(own, [...place.shape])
      ];
    })
  );
}

/** Values of nodes by their names, those of all that was computed on the way as well. */
export function evaluated(
  { nodes, input }: Graph,
  constants: ReadonlyMap<string, Value>,
  pictures: tf.Tensor,
  wanted: readonly string[],
  limit: number
): ReadonlyMap<string, Value> {
  const needed = neededFor(nodes, wanted);
  const values = new Map<string, Value>([...constants, [input, pictures]]);
  for (const node of nodes) {
    if (needed.has(node.name) && !values.has(node.name)) {
      const inputs = node.inputs.map(name => values.get(name) as Value);
      values.set(node.name, computed(node, inputs, limit));
    }
  }
  return values;
}

export function tensorOf(
  values: ReadonlyMap<string, Value>,
  name: string
): tf.Tensor {
  const value = values.get(name);
  if (value === undefined || isInts(value)) {
    throw new ModelError('layer', `operation ${quoted(name)} has no values`);
  }
  return value;
}

/** Kernels that a backend lacks are not the model's fault; what its operands do not allow is. */
function computed(
  node: Graph['nodes'][number],
  inputs: readonly Value[],
  limit: number
): Value {
  try {
    return runOperation(node, inputs, limit);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw cause instanceof ModelError || /not registered|kernel/i.test(message)
      ? cause
      : new ModelError(
          'topology',
          `invalid model: operation ${quoted(node.name)}: ${message}`,
          { cause }
        );
  }
}

function neededFor(
  nodes: Graph['nodes'],
  wanted: readonly string[]
): ReadonlySet<string> {
  const needed = new Set(wanted);
  for (const { name, inputs } of [...nodes].reverse()) {
    if (needed.has(name)) {
      inputs.forEach(input => needed.add(input));
    }
  }
  return needed;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
