import type { Instance } from '../recording';

/** Probabilities add up to 1, and are at most 1, within this. */
const SUM_ERROR = 1e-3;

/** Whether these rows, [any, classes], are probabilities of all classes. */
export function areProbabilities(rows: Float32Array, classes: number): boolean {
  for (let start = 0; start < rows.length; start += classes) {
    let sum = 0;
    for (let k = start; k < start + classes; k++) {
      if (!(rows[k] >= 0)) {
        return false;
      }
      sum += rows[k];
    }
    if (!(Math.abs(sum - 1) <= SUM_ERROR)) {
      return false;
    }
  }
  return true;
}

/** The largest of each row of [any, width]. */
export function largestOf(rows: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: rows.length / width }, (_, row) =>
    rows
      .subarray(row * width, (row + 1) * width)
      .reduce((a, b) => Math.max(a, b))
  );
}

/** The first value that is no probability; NaN, which is none known, is passed over. */
export function wrongProbability(values: Float64Array): number | undefined {
  return values.find(value => value < 0 || value > 1 + SUM_ERROR);
}

/**
 * Probabilities of the predicted classes of instances, NaN where not known: what is said of each, else that of
 * a softmax layer, else that of the sample that it is.
 */
export function instanceConfidences(
  instances: readonly Instance[],
  ofLayer: Float64Array | null,
  ofSamples: Float64Array
): Float64Array {
  return Float64Array.from(
    instances,
    ({ confidence, sample }, place) =>
      confidence ??
      ofLayer?.[place] ??
      (sample === null ? NaN : ofSamples[sample])
  );
}
