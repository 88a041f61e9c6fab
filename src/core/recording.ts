/**
 * What was measured: the activations of a model's layers on many samples.
 * A recording never changes. `docs/format.md` defines every field.
 */
export type Recording = {
  /** Identity of the data: sha256 of the tensor bytes, hex. */
  readonly id: string;
  readonly name: string;
  readonly samples: Samples;
  readonly classes: readonly ClassInfo[];
  readonly layers: readonly Layer[];
  readonly instances: readonly Instance[];
  readonly images: Images | null;
  /** Raw data was left out for size: only summaries are here. */
  readonly reduced: boolean;
  /** Initial view as the author gave it, not yet parsed. */
  readonly view: unknown;
};

export type Samples = {
  readonly count: number;
  /** True class of each sample, −1 = none; [count]. */
  readonly labels: Int32Array | null;
  /** Predicted class of each sample, −1 = none; [count]. */
  readonly predictions: Int32Array | null;
  /** The author's number of each row, a permutation; [count]. Null: rows are in the author's order. */
  readonly order: Int32Array | null;
  /** What else the author knows of each sample; names do not repeat. */
  readonly columns: readonly Column[];
  readonly groups: readonly RecordedGroup[];
};

/** Something that is known of each sample: one of `categories` (−1 = none), or a number (NaN = none). */
export type Column = {
  readonly name: string;
  readonly categories: readonly string[] | null;
  /** [count] */
  readonly values: Int32Array | Float64Array;
};

/** Samples that the author named; bit i % 8 of byte ⌊i / 8⌋ of `mask` is set when sample i is among them. */
export type RecordedGroup = {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`, or null: the palette decides. */
  readonly color: string | null;
  readonly mask: Uint8Array;
};

export type ClassInfo = {
  readonly name: string;
  /** `#rrggbb`, or null: the palette decides. */
  readonly color: string | null;
};

export type Layer = {
  readonly name: string;
  readonly neurons: number;
  readonly kind: string;
  readonly reduction: 'mean' | 'max' | 'position' | null;
  readonly neuronNames: readonly string[] | null;
  /** Row-major [samples, neurons]. F16 sources are widened. */
  readonly activations: Float32Array | null;
  readonly codes: Codes | null;
  readonly summary: Summary | null;
  /** Row-major [instances, neurons]. */
  readonly instances: Float32Array;
};

/** 256-bin codes of all samples, [samples, neurons], on `grid`. */
export type Codes = {
  readonly codes: Uint8Array;
  readonly grid: Grid;
};

/** Dyadic grid: per neuron the exponent e and the origin o, interleaved [e0, o0, e1, o1, …]. */
export type Grid = Int32Array;

/** Counts and statistics per class and neuron. */
export type Summary = {
  /** How samples were put into classes. */
  readonly membership: Membership;
  readonly bins: number;
  readonly grid: Grid;
  readonly probabilities: readonly number[];
  readonly exact: boolean;
  /** Largest error of a quantile, in bins, when they are not exact. */
  readonly bound: number | null;
  /** Those of one class; arrays are made anew. */
  of(classIndex: number): ClassSummary;
};

/** Row-major [neurons(, bins | probabilities)]. */
export type ClassSummary = {
  readonly counts: Uint16Array | Uint32Array;
  readonly n: Uint32Array;
  readonly zeros: Uint32Array;
  readonly nan: Uint32Array;
  readonly posinf: Uint32Array;
  readonly neginf: Uint32Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  readonly quantiles: Float64Array;
};

export type Instance = {
  readonly id: string;
  readonly name: string;
  readonly role: InstanceRole;
  readonly pair: string | null;
  readonly label: number | null;
  readonly prediction: number | null;
  readonly confidence: number | null;
  readonly sample: number | null;
  readonly image: number | null;
  /** Of a plain one: how many plain ones come before it. Absent: none. */
  readonly place?: number;
  /** Of one that a view keeps: the id of the instance whose picture was changed. Absent: none. */
  readonly of?: string;
};

export type InstanceRole = 'benign' | 'attacked' | 'plain';

/** Raw pictures, row-major [count, height, width, channels]. */
export type Images = {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  readonly pixels: Uint8Array;
  /** Sample row each picture shows, −1 = an instance's only; [count]. */
  readonly samples: Int32Array | null;
};

/** How samples are put into classes. */
export type Membership = 'label' | 'prediction' | 'correct';
export const MEMBERSHIPS: readonly Membership[] = [
  'label',
  'prediction',
  'correct'
];
