import { generator } from '../../core/random';
import type { Color, Pixel, Size } from './edits';
import { painted } from './edits';
import type { ProbeModel } from './model';

/** What can be done to a whole picture; `amount` is 0 where it changes nothing. */
export type Perturbation =
  /** Normal noise of this standard deviation, in grey levels; the same for the same seed. */
  | { readonly kind: 'noise'; readonly amount: number; readonly seed: number }
  /** So many grey levels more. */
  | { readonly kind: 'brightness'; readonly amount: number }
  /** Distances from the picture's mean grow by so many percent. */
  | { readonly kind: 'contrast'; readonly amount: number }
  /** To the right and down, in pixels; the edge is repeated. */
  | { readonly kind: 'shift'; readonly right: number; readonly down: number }
  /** A square of one colour around a pixel. */
  | {
      readonly kind: 'patch';
      readonly amount: number;
      readonly at: Pixel;
      readonly color: Color;
    };

/** The picture, perturbed: values are rounded and kept within 0 … 255, opacity stays. */
export function perturbed(
  pixels: Uint8Array,
  size: Size,
  change: Perturbation
): Uint8Array {
  switch (change.kind) {
    case 'noise': {
      const normal = normals(change.seed);
      return each(pixels, size, v => v + change.amount * normal());
    }
    case 'brightness':
      return each(pixels, size, v => v + change.amount);
    case 'contrast': {
      const mean = meanOf(pixels, size);
      const factor = 1 + change.amount / 100;
      return each(pixels, size, v => mean + factor * (v - mean));
    }
    case 'shift':
      return shifted(pixels, size, change.right, change.down);
    case 'patch':
      return change.amount === 0
        ? pixels.slice()
        : painted(pixels, size, change.at, change.color, change.amount);
  }
}

function each(
  pixels: Uint8Array,
  { channels }: Size,
  change: (value: number) => number
): Uint8Array {
  // Rounds and clamps.
  return Uint8Array.from(
    Uint8ClampedArray.from(pixels, (value, i) =>
      isOpacity(i, channels) ? value : change(value)
    )
  );
}

function isOpacity(i: number, channels: Size['channels']): boolean {
  return channels === 4 && i % 4 === 3;
}

/** Of all values but opacity. */
function meanOf(pixels: Uint8Array, { channels }: Size): number {
  const values = pixels.filter((_, i) => !isOpacity(i, channels));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shifted(
  pixels: Uint8Array,
  { width, height, channels }: Size,
  right: number,
  down: number
): Uint8Array {
  const next = new Uint8Array(pixels.length);
  const within = (value: number, most: number) =>
    Math.min(Math.max(value, 0), most - 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = within(y - down, height) * width + within(x - right, width);
      next.set(
        pixels.subarray(from * channels, (from + 1) * channels),
        (y * width + x) * channels
      );
    }
  }
  return next;
}

/** Standard normal numbers that depend on the seed alone (Box and Muller 1958). */
function normals(seed: number): () => number {
  const uniform = generator(seed);
  return () =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** What a picture is perturbed of, and whether a gesture goes on: all of it is one step. */
export class Perturbing {
  constructor(
    private readonly model: Pick<ProbeModel, 'pixels' | 'size' | 'setPixels'>
  ) {}

  /** Whether the picture is still the one that was perturbed last. */
  get isGoingOn(): boolean {
    return this.model.pixels === this.applied;
  }

  apply(change: Perturbation): void {
    const { model } = this;
    if (!this.isGoingOn) {
      this.base = model.pixels;
      this.isStep = false;
    }
    const before = model.pixels;
    model.setPixels(perturbed(this.base, model.size, change), this.isStep);
    this.applied = model.pixels;
    this.isStep ||= model.pixels !== before;
  }

  /** What comes next is another step, on top of this one. */
  end(): void {
    this.applied = null;
  }

  private base: Uint8Array = new Uint8Array();
  private applied: Uint8Array | null = null;
  private isStep = false;
}
