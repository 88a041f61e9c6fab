import type { Model } from '../core/model';
import type { Images } from '../core/recording';
import type { LayerInfo } from '../worker/protocol';

/** What a model is matched with: the recording, or a part of it. */
export type Subject = {
  readonly classes: number;
  /** How its pictures are; null: it has none. */
  readonly picture: Picture | null;
  readonly layers: readonly Pick<LayerInfo, 'name' | 'neurons' | 'reduction'>[];
};

/** Size of a picture. */
export type Picture = Pick<Images, 'height' | 'width' | 'channels'>;

/** A layers model, and what it is matched with. */
export type Probed = { readonly model: Model; readonly subject: Subject };

/** A layer of the recording in the model, or why it is not there. */
export type Match =
  | { readonly recorded: string; readonly layer: string }
  | { readonly recorded: string; readonly layer: null; readonly why: Mismatch };

export type Mismatch =
  /** Nothing says where it is, or there is no such layer, or it is called less often. */
  | { readonly kind: 'absent'; readonly layer: string | null }
  | {
      readonly kind: 'neurons';
      readonly found: number;
      readonly recorded: number;
    }
  /** One position was recorded, and nothing says which. */
  | { readonly kind: 'position' }
  /** The layer has no single activation function that could be left out. */
  | { readonly kind: 'activation' };

/** What a model that runs is like. */
export type Found = {
  /** How pictures must be. */
  readonly picture: Picture;
  /** In the order of the recorded layers. */
  readonly matches: readonly Match[];
  /** What computes, for example `wasm`. */
  readonly backend: string;
};

/** What pictures do to a model. */
export type Response = {
  /** Row-major [pictures, classes]; null where nothing in the model tells them apart. */
  readonly probabilities: Float32Array | null;
  /** Neurons as they were recorded, row-major [pictures, neurons]: of the layers that were asked for. */
  readonly layers: readonly Float32Array[];
};

/** Runs pictures through the model of a recording: in a worker of the page, or elsewhere. */
export interface IProbe {
  readonly found: Found;
  /**
   * Runs pictures, U8 [pictures, height, width, channels]. `layers` are recorded ones by their place, of those
   * that matched. Rejects with a ModelError where sizes do not fit, with a TimeoutError or an
   * UnavailableError where nothing computes any more; then all later runs reject as well.
   */
  run(pixels: Uint8Array, layers: readonly number[]): Promise<Response>;
  dispose(): void;
}
