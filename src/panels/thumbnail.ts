import type { Images } from '../core/recording';
import { element } from './dom';

/** The picture of one image, a canvas pixel an image pixel; enlarge it with CSS. */
export function thumbnail(images: Images, index: number): HTMLCanvasElement {
  const { width, height } = images;
  const canvas = element('canvas', { className: 'nd-Thumbnail' });
  canvas.width = width;
  canvas.height = height;
  const picture = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    picture.data.set(rgbaAt(images, index, pixel), 4 * pixel);
  }
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
  return canvas;
}

/** Pixels in which two images differ, as [x, y]. */
export function changedPixels(
  images: Images,
  a: number,
  b: number
): [x: number, y: number][] {
  const { width, height } = images;
  const changed: [number, number][] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const left = rgbaAt(images, a, pixel);
    const right = rgbaAt(images, b, pixel);
    if (left.some((value, channel) => value !== right[channel])) {
      changed.push([pixel % width, Math.floor(pixel / width)]);
    }
  }
  return changed;
}

function rgbaAt(
  { width, height, channels, pixels }: Images,
  index: number,
  pixel: number
): Rgba {
  return rgbaOf(pixels, channels, index * width * height + pixel);
}

type Rgba = [red: number, green: number, blue: number, alpha: number];

/** A pixel as a canvas has it. */
export function rgbaOf(
  pixels: Uint8Array,
  channels: Images['channels'],
  pixel: number
): Rgba {
  const value = (channel: number) => pixels[pixel * channels + channel];
  switch (channels) {
    case 1:
      return [value(0), value(0), value(0), 255];
    case 3:
      return [value(0), value(1), value(2), 255];
    case 4:
      return [value(0), value(1), value(2), value(3)];
  }
}
