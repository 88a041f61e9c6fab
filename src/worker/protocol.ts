import type { Group } from '../core/condition';
import type { Distribution } from '../core/distribution';
import type { ReadFailure } from '../core/errors';
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
  /** The layer that is read, null while the recording is opened. */
  readonly layer: string | null;
  readonly loadedBytes: number;
  /** 0: not known. */
  readonly totalBytes: number;
};

export type OnProgress = (progress: Progress) => void;

/** What nobody waits for, such as a miniature, comes after all that is on screen. */
export type Urgency = 'now' | 'later';

/** The questions a page asks about one recording; answered in a worker, or in place when none can start. */
export interface IEngine {
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
  /**
   * Distribution of one class in one layer; the layer of a file is read when it is first asked for.
   * What was asked last is answered first. Rejects with an UnavailableError when the membership cannot be
   * answered, with a DecodeError or ReadError when the layer cannot be read, and with the reason of `signal`
   * when it is aborted.
   */
  distribution(
    layer: number,
    classIndex: number,
    membership: Membership,
    signal?: AbortSignal,
    urgency?: Urgency
  ): Promise<Distribution>;
  dispose(): void;
}
