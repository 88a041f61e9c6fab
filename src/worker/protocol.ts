import type { Condition, Group } from '../core/condition';
import type { DivergenceKey, GroupKey } from '../core/divergence';
import type { Drawn } from '../core/detector/resampling';
import type { Score } from '../core/detector/score';
import type { Distribution } from '../core/distribution';
import type { ReadFailure } from '../core/errors';
import type { Model } from '../core/model';
import type {
  ClassInfo,
  Column,
  Images,
  Instance,
  Layer,
  Membership
} from '../core/recording';

/**
 * What the page knows of a recording. The raw activations stay in the worker.
 */
export type RecordingInfo = {
  readonly id: string;
  readonly name: string;
  readonly sampleCount: number;
  readonly classes: readonly ClassInfo[];
  readonly layers: readonly LayerInfo[];
  readonly instances: readonly Instance[];
  readonly images: Images | null;
  readonly reduced: boolean;
  readonly view: unknown;
  /** Samples per class for each membership that this recording can answer; null where it cannot. */
  readonly classSizes: Readonly<Record<Membership, Uint32Array | null>>;
  /** Samples that the author named. */
  readonly groups: readonly GroupInfo[];
  /** What else is known of each sample. */
  readonly columns: readonly ColumnInfo[];
  /** What is known of the model that the recording was made from; null where it is not here. */
  readonly model: ModelInfo | null;
};

export type ModelInfo = {
  /** What reading it takes; 0: nothing, since the kernel has it. */
  readonly weightBytes: number;
};

export type GroupInfo = Pick<Group, 'id' | 'name' | 'color'> & {
  /** Samples in it. */
  readonly size: number;
};

export type ColumnInfo = Pick<Column, 'name' | 'categories'> & {
  /** Least and largest finite number; null for texts, and where there is none. */
  readonly range: readonly [min: number, max: number] | null;
};

export type LayerInfo = Pick<
  Layer,
  'name' | 'neurons' | 'kind' | 'reduction' | 'neuronNames' | 'instances'
> & {
  /** What the statistics are made from. */
  readonly detail: 'activations' | 'codes' | 'summary';
};

/**
 * Where a recording is: base64 text (maybe gzip'd inside), a tensor block, a file that the engine fetches,
 * a tensor block piece by piece or NumPy's `.npz` as a whole, or a tensor block that the page fetches for it.
 * A block and a port are given away: each opens one recording, and cannot be used in the page afterwards.
 */
export type Carried =
  | {
      readonly kind: 'base64';
      readonly descriptor: unknown;
      readonly text: string;
    }
  | CarriedBlock
  | CarriedUrl
  | CarriedPort;

/** A worker gets the whole buffer of `bytes`, without a copy. */
export type CarriedBlock = {
  readonly kind: 'block';
  readonly bytes: Uint8Array;
};

export type CarriedUrl = {
  readonly kind: 'url';
  readonly url: string;
  /** Sent with every request, for example an authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly format: 'block' | 'npz';
};

/** Whoever is at the other end of `port` has the bytes. */
export type CarriedPort = {
  readonly kind: 'port';
  readonly port: MessagePort;
  readonly sizeBytes: number;
  /** What errors call it. */
  readonly name: string;
};

/** The engine asks for bytes from `begin` up to, not including, `end`, or has no more questions. */
export type PortQuestion =
  | { readonly request: number; readonly begin: number; readonly end: number }
  | { readonly close: true };

/** `bytes` are as many as were asked for; their buffer should be transferred. */
export type PortAnswer =
  | { readonly request: number; readonly bytes: Uint8Array }
  | {
      readonly request: number;
      readonly error: {
        readonly reason: ReadFailure;
        readonly status: number | null;
      };
    };

/** How far a download is. */
export type Progress = {
  /** The layer that is read, null while the recording is opened or pictures are read. */
  readonly layer: string | null;
  readonly loadedBytes: number;
  /** 0: not known. */
  readonly totalBytes: number;
};

export type OnProgress = (progress: Progress) => void;

/** What nobody waits for, such as a miniature, comes after all that is on screen. */
export type Urgency = 'now' | 'later';

/**
 * Samples that are asked about: a class as a membership has it, or those that a condition chooses. Samples
 * are numbered as the author counts them, here and in all answers, whatever their order in a file.
 */
export type Subset =
  | { readonly classIndex: number; readonly membership: Membership }
  | { readonly where: Condition };

/** Numbers, and what they were computed from. */
export type Estimated = {
  /** NaN where there is none. */
  readonly values: Float64Array;
  /** Largest error of each; 0: exact, NaN: not known or no value. */
  readonly bounds: Float64Array;
  readonly from: 'values' | 'counts';
};

/** A divergence in every neuron of a layer. */
export type Compared = Estimated & {
  /** Mann and Whitney's two-sided p, not corrected for many neurons; null for an instance. */
  readonly p: Float64Array | null;
};

/** The activations of one neuron; [samples]. */
export type NeuronValues = {
  readonly values: Float32Array;
  /** False: centres of bins, where only codes are here. They do not tell non-finite values. */
  readonly exact: boolean;
};

/** True and predicted class of every sample, −1 = none; [samples]. Null where it is not known. */
export type SampleClasses = {
  readonly labels: Int32Array | null;
  readonly predictions: Int32Array | null;
};

/** Single samples, in the order asked for. */
export type SampleRows = SampleClasses & {
  /** Their activations in each layer, row-major [samples, neurons]; null where only a summary of one is here. */
  readonly values: readonly (Float32Array | null)[];
  /** False: centres of bins in some layers, where only codes are here. They do not tell non-finite values. */
  readonly exact: boolean;
};

/** A single image: an instance by its place in the recording, a sample, or what a layer's neurons answer to it. */
export type Single =
  | { readonly instance: number }
  | { readonly sample: number }
  /** Of the layer that is asked of; [neurons]. */
  | { readonly values: readonly number[] };

/** What a subset is made of. */
export type Composition = {
  readonly size: number;
  /** Samples of each class; [classes]. */
  readonly classes: Uint32Array;
};

/** What attacked images are told by: the divergence in a layer or in all of them, or 1 − max-softmax. */
export type DetectorOf = number | 'layers' | 'confidence';

/** How well attacked images are told from others. */
export type Detected = {
  /** Those of `LAYER_SCORES` in their order; one of the confidence. */
  readonly scores: readonly Score[];
  /** How the intervals were drawn. */
  readonly drawn: Drawn;
  /** Where confidences of samples come from; null where none are asked for. */
  readonly confidences: ConfidenceSource | null;
};

export type ConfidenceSource =
  | { readonly from: 'column' }
  | { readonly from: 'layer'; readonly layer: string }
  /** `wrong` is a value that is no probability. */
  | { readonly from: 'none'; readonly wrong: number | null };

/**
 * What may be asked of an open recording, and the answers. Each rejects with one UnavailableError when the
 * recording does not hold what it takes (`reason` says what: `membership`, `samples` or `values`), with a
 * DecodeError or ReadError when a layer cannot be read. The layer of a file is read when it is first asked for.
 */
export type Questions = {
  /** How the activations of a subset are distributed in a layer. */
  readonly distribution: (layer: number, subset: Subset) => Distribution;
  /** The same within one bin, sooner: of a subset that changes all the time. */
  readonly following: (layer: number, subset: Subset) => Distribution;
  /**
   * How b differs from a in every neuron: a → b. For a divergence of an instance, b is the instance, or a sample
   * that is taken for one.
   */
  readonly compare: (
    layer: number,
    divergence: DivergenceKey,
    a: Subset,
    b: Subset | Single
  ) => Compared;
  /**
   * Every class with every class: mean over the neurons that have one of |divergence − neutral|, NaN without
   * any; row-major [a, b]. Rejects with reason `work` where that is too much.
   */
  readonly matrix: (
    layer: number,
    divergence: GroupKey,
    membership: Membership
  ) => Estimated;
  /** Which class each neuron singles out: the AUC of all other classes → it; row-major [classes, neurons]. */
  readonly oneVersusRest: (layer: number, membership: Membership) => Estimated;
  /**
   * How well the attacked images of pairs are told from their benign twins and from samples. Rejects with reason
   * `pairs` without any whose predictions are known.
   */
  readonly detector: (of: DetectorOf) => Detected;
  readonly values: (layer: number, neuron: number) => NeuronValues;
  readonly samples: () => SampleClasses;
  /** Single samples in all layers. Rejects with reason `values` where only summaries are here. */
  readonly rows: (samples: readonly number[]) => SampleRows;
  /** The samples that a condition chooses, ascending. */
  readonly members: (where: Condition) => Uint32Array;
  /** Samples that have no class count in `size` alone. */
  readonly composition: (
    where: Condition,
    membership: Membership
  ) => Composition;
  /**
   * Pictures of those samples that have one, in the order asked for: `samples` of the answer says whose they
   * are. Null where the recording has no pictures of samples.
   */
  readonly pictures: (samples: readonly number[]) => Images | null;
  /** The model that the recording was made from; null where it is not here. */
  readonly model: () => Model | null;
};

export type QuestionName = keyof Questions;
export type Asked<K extends QuestionName> = Parameters<Questions[K]>;
export type AnswerTo<K extends QuestionName> = ReturnType<Questions[K]>;

/** How a question is asked: until `signal` is aborted, which rejects with its reason. */
export type When = [signal?: AbortSignal, urgency?: Urgency];

/** Answers questions; what was asked last comes first. */
export type Answering = {
  [K in QuestionName]: (
    ...asked: [...Asked<K>, ...When]
  ) => Promise<AnswerTo<K>>;
};

/** Answers a page's questions about one recording; in a worker, or in place when none can start. */
export interface IEngine extends Answering {
  /**
   * Decode and check. Rejects with a DecodeError, VersionError or ReadError, with an UnavailableError when
   * there is not enough memory.
   */
  open(carried: Carried): Promise<RecordingInfo>;
  /**
   * Takes what the open recording does not hold from another place, where all values of it are: the recording
   * `id`, whose layers have the same names and neurons. What is known of the recording now. Rejects as
   * `open` does, with a ReadError of reason `changed` for another recording; then all is as it was.
   * Attaching again replaces what was attached.
   */
  attach(carried: Carried, id: string): Promise<RecordingInfo>;
  dispose(): void;
}
