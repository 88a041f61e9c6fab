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

/** The carrier's bytes, before decoding: base64 text (maybe gzip'd inside) or a tensor block. */
export type Carried =
  | {
      readonly kind: 'base64';
      readonly descriptor: unknown;
      readonly text: string;
    }
  | { readonly kind: 'block'; readonly bytes: Uint8Array };

/** The questions a page asks about one recording; answered in a worker, or in place when none can start. */
export interface IEngine {
  /** Decode and check. Rejects with a DecodeError or VersionError. */
  open(carried: Carried): Promise<RecordingInfo>;
  /**
   * Distribution of one class in one layer.
   * Rejects with an UnavailableError when the membership cannot be answered.
   */
  distribution(
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<Distribution>;
  dispose(): void;
}
