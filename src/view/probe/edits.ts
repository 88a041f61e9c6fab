import type { Images } from '../../core/recording';

/** The size of one picture. */
export type Size = Pick<Images, 'height' | 'width' | 'channels'>;
/** A value a channel, 0 … 255. */
export type Color = readonly number[];
export type Pixel = { readonly x: number; readonly y: number };

/** A square brush: its side in pixels. */
export const BRUSH_SIZES = [1, 2, 3, 5, 8] as const;

export function pictureAt(images: Images, place: number): Uint8Array {
  const size = images.height * images.width * images.channels;
  return images.pixels.slice(place * size, (place + 1) * size);
}

export function colorAt(
  pixels: Uint8Array,
  { width, channels }: Size,
  { x, y }: Pixel
): Color {
  const begin = (y * width + x) * channels;
  return [...pixels.subarray(begin, begin + channels)];
}

/** The corner and the sides of a square around a pixel, cut at the edges of the picture. */
export function squareAround(
  { x, y }: Pixel,
  side: number,
  { width, height }: Size
): { left: number; top: number; right: number; bottom: number } {
  const before = Math.floor((side - 1) / 2);
  return {
    left: Math.max(0, x - before),
    top: Math.max(0, y - before),
    right: Math.min(width, x - before + side),
    bottom: Math.min(height, y - before + side)
  };
}

/** The picture with a square of this colour around a pixel: the same one where it has it. */
export function painted(
  pixels: Uint8Array,
  size: Size,
  at: Pixel,
  color: Color,
  side = 1
): Uint8Array {
  const { left, top, right, bottom } = squareAround(at, side, size);
  const next = pixels.slice();
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      next.set(
        color.slice(0, size.channels),
        (y * size.width + x) * size.channels
      );
    }
  }
  return isSamePicture(next, pixels) ? pixels : next;
}

export function isSamePicture(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || a.every((value, i) => value === b[i]);
}

/** Pixels that differ, in the order of the picture. */
export function changedPixels(
  a: Uint8Array,
  b: Uint8Array,
  { width, channels }: Size
): Pixel[] {
  const changed: Pixel[] = [];
  for (let begin = 0; begin < a.length; begin += channels) {
    for (let i = begin; i < begin + channels; i++) {
      if (a[i] !== b[i]) {
        const pixel = begin / channels;
        changed.push({ x: pixel % width, y: Math.floor(pixel / width) });
        break;
      }
    }
  }
  return changed;
}

/** What was added to a picture: grey where nothing was, brighter and darker where values rose and fell. */
export function difference(
  now: Uint8Array,
  original: Uint8Array,
  { channels }: Size
): Uint8Array {
  return now.map((value, i) =>
    channels === 4 && i % 4 === 3
      ? 255
      : 128 + Math.trunc((value - original[i]) / 2)
  );
}
