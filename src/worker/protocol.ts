import type { Distribution } from '../core/distribution';
import type {
  ClassInfo,
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
};

export type LayerInfo = Pick<
  Layer,
  'name' | 'neurons' | 'kind' | 'reduction' | 'neuronNames' | 'instances'
> & {
  /** What the statistics are made from. */
  readonly detail: 'activations' | 'codes' | 'summary';
};

/**
 * Where a recording is: base64 text (maybe gzip'd inside), a tensor block, or a file that the engine
 * fetches, a tensor block piece by piece or NumPy's `.npz` as a whole.
 */
export type Carried =
  | {
      readonly kind: 'base64';
      readonly descriptor: unknown;
      readonly text: string;
    }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  | CarriedUrl;

export type CarriedUrl = {
  readonly kind: 'url';
  readonly url: string;
  /** Sent with every request, for example an authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly format: 'block' | 'npz';
};

/** How far a download is. */
export type Progress = {
  /** The layer that is read, null while the recording is opened. */
  readonly layer: string | null;
  readonly loadedBytes: number;
  /** 0: not known. */
  readonly totalBytes: number;
};

export type OnProgress = (progress: Progress) => void;

/** The questions a page asks about one recording; answered in a worker, or in place when none can start. */
export interface IEngine {
  /**
   * Decode and check. Rejects with a DecodeError, VersionError or ReadError, with an UnavailableError when
   * there is not enough memory.
   */
  open(carried: Carried): Promise<RecordingInfo>;
  /**
   * Distribution of one class in one layer; the layer of a file is read when it is first asked for.
   * Rejects with an UnavailableError when the membership cannot be answered, with a DecodeError or
   * ReadError when the layer cannot be read.
   */
  distribution(
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<Distribution>;
  dispose(): void;
}
