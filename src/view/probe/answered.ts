import type { Instance } from '../../core/recording';
import type { Rows } from '../added';

/** What a model says of one picture. */
export type Answered = {
  /** Of each class; null where nothing in the model tells them apart. */
  readonly probabilities: Float32Array | null;
  /** Activations in each recorded layer. */
  readonly rows: Rows;
};

/** The most probable class; null where nothing tells. */
export function predicted(
  probabilities: Float32Array | null
): Pick<Instance, 'prediction' | 'confidence'> {
  if (probabilities === null) {
    return { prediction: null, confidence: null };
  }
  const prediction = largestOf(probabilities);
  return { prediction, confidence: probabilities[prediction] };
}

function largestOf(values: Float32Array): number {
  return values.reduce(
    (best, value, i) => (value > values[best] ? i : best),
    0
  );
}
