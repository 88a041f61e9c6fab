import type { Extent } from './extent';
import type { Grid } from './recording';

/** Bins of a neuron's own grid. */
export const FINE_BINS = 256;

/**
 * How the activations of one class (or any group of samples) are distributed in one layer.
 * Arrays are per neuron; `counts` is row-major [neurons, bins] on the layer's `grid`, finite values only.
 */
export type Distribution = {
  /** Samples in the group. */
  readonly size: number;
  /** Bins of `grid`, a power of two: FINE_BINS, fewer from a coarser summary. */
  readonly bins: number;
  readonly grid: Grid;
  readonly counts: Uint16Array | Uint32Array;
  readonly zeros: Uint32Array;
  readonly nan: Uint32Array;
  readonly posinf: Uint32Array;
  readonly neginf: Uint32Array;
  /** NaN where there is no finite value; likewise the quantiles. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  /** Of all neurons, without the tails: see `fittedExtent`. */
  readonly fitted: Extent;
  readonly q25: Float64Array;
  readonly median: Float64Array;
  readonly q75: Float64Array;
  /** False when quantiles are interpolated from bins; then `quantileBound` bins is their largest error. */
  readonly exact: boolean;
  readonly quantileBound: number;
};
