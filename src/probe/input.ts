import { ModelError } from '../core/errors';
import type { ModelInput } from '../core/model';
import type { Picture } from './engine';

type Shape = readonly (number | null)[];

/** What a model wants: pictures of this size, as tensors of this shape. */
export type Wanted = {
  readonly picture: Picture;
  /** Without the axis of the pictures. */
  readonly shape: readonly number[];
};

/** How pictures must be for a model whose input has `shape`. Throws a ModelError when those of the recording are not. */
export function wantedOf(
  [, ...shape]: Shape,
  input: ModelInput | null,
  recorded: Picture | null
): Wanted {
  const [height, width, channels] = input?.shape ?? sizeOf(shape, recorded);
  const isRecorded =
    recorded === null ||
    (recorded.height === height &&
      recorded.width === width &&
      recorded.channels === channels);
  if (!isRecorded || (channels !== 1 && channels !== 3 && channels !== 4)) {
    throw new ModelError(
      'input',
      `the model takes pictures of ${times([height, width, channels])} values, the recording has ${
        recorded ? times(shapeOf(recorded)) : 'none'
      }`
    );
  }
  const picture: Picture = { height, width, channels };
  return { picture, shape: filled(shape, shapeOf(picture)) };
}

/** The float32 that a model is fed with; each picture has `channels` values a pixel. */
export function fed(
  pixels: Uint8Array | Float32Array,
  { channels }: Picture,
  input: ModelInput | null
): Float32Array {
  const values = new Float32Array(pixels.length);
  const { scale, mean, std } = input ?? PLAIN;
  for (let channel = 0; channel < channels; channel++) {
    const m = mean[channel] ?? mean[0];
    const s = std[channel] ?? std[0];
    for (let i = channel; i < pixels.length; i += channels) {
      values[i] = (pixels[i] * scale - m) / s;
    }
  }
  return values;
}

/** A gradient by what a model is fed with, in place, as one by grey levels. */
export function byLevels(
  gradient: Float32Array,
  { channels }: Picture,
  input: ModelInput | null
): void {
  const { scale, std } = input ?? PLAIN;
  for (let i = 0; i < gradient.length; i++) {
    gradient[i] *= scale / (std[i % channels] ?? std[0]);
  }
}

const PLAIN = { scale: 1, mean: [0], std: [1] } as const;

/** The size of pictures that a model says itself, else that of the recording. */
function sizeOf(shape: Shape, recorded: Picture | null): readonly number[] {
  const isSize = shape.length === 3 && shape.every(size => size !== null);
  if (!isSize && recorded === null) {
    throw new ModelError('input', `the model takes no pictures`);
  }
  return isSize ? shape : shapeOf(recorded as Picture);
}

/** The model's own shape; sizes that it leaves open are those of the picture. */
function filled(shape: Shape, picture: readonly number[]): readonly number[] {
  const isOpen = shape.length === 3 && shape.includes(null);
  const own = isOpen ? shape.map((size, i) => size ?? picture[i]) : shape;
  const isFilled = own.every(size => size !== null);
  if (!isFilled || product(own) !== product(picture)) {
    throw new ModelError(
      'input',
      `the model takes ${times(shape.map(size => size ?? '?'))} values, a picture has ${times(picture)}`
    );
  }
  return own;
}

function shapeOf({ height, width, channels }: Picture): readonly number[] {
  return [height, width, channels];
}

function times(sizes: readonly (number | string)[]): string {
  return sizes.join(' × ');
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
