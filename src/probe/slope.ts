import * as tf from '@tensorflow/tfjs-core';
import {
  model as modelOf,
  type LayersModel,
  type SymbolicTensor
} from '@tensorflow/tfjs-layers';
import type { Slope } from './attacks/attacked';
import type { AttackGoal } from './engine';
import { withGradients } from './derivable';
import { withoutActivation } from './match';

/** What is no score of a class. */
const NONE = -1e38;
/** Of a probability of 0 there is no logarithm. */
export const LEAST = 1e-30;

/** Scores of the classes, as far as they are not squeezed by a softmax: the gradient of one that is sure is 0. */
export type Scores = (input: tf.Tensor) => tf.Tensor;

/** `isSqueezed` where the output holds probabilities. */
export function scoresOf(
  net: LayersModel,
  output: SymbolicTensor,
  isSqueezed: boolean
): Scores {
  const loose = isSqueezed ? beforeSoftmax(output) : output;
  const part = modelOf({ inputs: net.inputs, outputs: loose ?? output });
  const derived = withGradients(part);
  return input => {
    // Not `predict`: nothing could be derived.
    const scores = derived(() => part.apply(input) as tf.Tensor);
    return loose ? scores : tf.log(tf.maximum(scores, LEAST));
  };
}

function beforeSoftmax(output: SymbolicTensor): SymbolicTensor | null {
  const layer = output.sourceLayer;
  const { inputTensors } = layer.inboundNodes[output.nodeIndex];
  if (layer.getClassName() === 'Softmax') {
    return inputTensors[0];
  }
  return layer.getConfig()['activation'] === 'softmax'
    ? withoutActivation(layer, inputTensors)
    : null;
}

/**
 * Of each input the gradient of the logarithm of the odds against the class to leave, or for the target. The
 * cross-entropy grows with it, so the signs are the same, and it does not level off.
 */
export function slopes(
  scores: Scores,
  input: tf.Tensor,
  { label, target }: AttackGoal
): [uphill: tf.Tensor, confidences: tf.Tensor] {
  const odds = (x: tf.Tensor): tf.Tensor => {
    const all = scores(x);
    const [, classes] = all.shape;
    const isOne = tf.tensor2d(
      Array.from({ length: classes ?? 0 }, (_, i) => i === (target ?? label)),
      [1, classes ?? 0],
      'bool'
    );
    const mine = tf.sum(tf.where(isOne, all, 0), 1);
    const others = tf.logSumExp(tf.where(isOne, NONE, all), 1);
    return target === null ? tf.sub(others, mine) : tf.sub(mine, others);
  };
  return tf.tidy(() => {
    const each = tf.ones([input.shape[0]]);
    const { value, grad } = tf.valueAndGrad(odds)(input, each);
    return [grad, tf.sigmoid(target === null ? tf.neg(value) : value)];
  });
}

/** Their values; the tensors are let go. */
export async function slopeValues(
  tensors: readonly [uphill: tf.Tensor, confidences: tf.Tensor]
): Promise<Slope> {
  try {
    const [uphill, confidences] = await Promise.all(
      tensors.map(tensor => tensor.data<'float32'>())
    );
    return { uphill, confidences };
  } finally {
    tf.dispose([...tensors]);
  }
}
