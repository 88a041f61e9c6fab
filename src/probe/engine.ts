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
  /** Whether that is in the kernel, not in this page. */
  readonly inKernel: boolean;
  /** Whether it can be attacked along its gradient. */
  readonly gradients: boolean;
};

/** What pictures do to a model. */
export type Response = {
  /** Row-major [pictures, classes]; null where nothing in the model tells them apart. */
  readonly probabilities: Float32Array | null;
  /** Neurons as they were recorded, row-major [pictures, neurons]: of the layers that were asked for. */
  readonly layers: readonly Float32Array[];
};

/** What an attack is after. */
export type AttackGoal = {
  /** The class to leave. */
  readonly label: number;
  /** The class to reach; null: any other. */
  readonly target: number | null;
};

/** Some pixels are changed at will, found by differential evolution (Su et al. 2019; best1bin). */
export type PixelAttack = {
  readonly kind: 'pixels';
  /** So many pixels, at most. */
  readonly count: number;
  /** Pictures of a generation. */
  readonly population: number;
  /** After the first, which is random; at most. */
  readonly generations: number;
  readonly seed: number;
};

/** Every pixel alone is given every value. */
export type ExhaustiveSearch = {
  readonly kind: 'exhaustive';
  /** Values of a channel, evenly from 0 to 255: with 256 of a grey picture there are no others. */
  readonly levels: number;
};

/**
 * All values move along the signs of the gradient of the cross-entropy, at most so many grey levels (maximum norm).
 * Every strength gives a picture.
 */
export type GradientAttack =
  /** In one step (Goodfellow et al. 2015). */
  | { readonly kind: 'fgsm'; readonly strengths: readonly number[] }
  /** In many, from a random start within the bound (Madry et al. 2018). */
  | {
      readonly kind: 'pgd';
      readonly strengths: readonly number[];
      readonly steps: number;
      /** A share of the strength. */
      readonly stepSize: number;
      readonly seed: number;
    };

/** JSON. A channel of opacity is never changed. */
export type AttackOrder = AttackGoal &
  (PixelAttack | ExhaustiveSearch | GradientAttack);

/** How far an attack is: told several times a second, and at least once a batch. */
export type AttackProgress = {
  /** Generations, pixels or steps that are done. */
  readonly step: number;
  readonly of: number;
  /** Pictures that the model has seen. */
  readonly evaluations: number;
  /** The best picture so far, U8 [height, width, channels]. */
  readonly pixels: Uint8Array;
  /** What the model gives it for the target, else for the class to leave. */
  readonly confidence: number;
  /** Since the last time: pixels (row · width + column), and the confidence with each of them changed. */
  readonly tried: {
    readonly pixels: Uint32Array;
    readonly confidences: Float32Array;
  };
};

/** What came of an attack. */
export type AttackOutcome = {
  /** U8 [pictures, height, width, channels]: the best one, or one for each strength. */
  readonly pixels: Uint8Array;
  /** What the model says of them, row-major [pictures, classes]. */
  readonly probabilities: Float32Array;
  /** Whether each reaches the goal. */
  readonly success: readonly boolean[];
  readonly evaluations: number;
  /** Why it ended: the goal was reached, nothing is left to try, or it was withdrawn. */
  readonly ended: 'goal' | 'all' | 'aborted';
  /** No picture with one changed pixel reaches the goal, with so many levels a channel; null where that is not proven. */
  readonly certificate: { readonly levels: number } | null;
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
  /**
   * Changes a picture, U8 [height, width, channels], until the model calls it something else. When `signal` is
   * aborted it resolves within one batch, with what it has. Runs are answered meanwhile; attacks come one after the
   * other. Rejects as `run` does, and with a ModelError where the model cannot be attacked so.
   */
  attack(
    pixels: Uint8Array,
    order: AttackOrder,
    report: (progress: AttackProgress) => void,
    signal: AbortSignal
  ): Promise<AttackOutcome>;
  dispose(): void;
}
