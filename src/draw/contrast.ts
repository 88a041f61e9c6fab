import { lab, rgb } from 'd3';
import type { Rgb } from './palette';
import { toRgb } from './palette';

/** Contrast of two colours, 1 … 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort(
    (x, y) => x - y
  );
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, as much lighter or darker as it must be for `least` contrast on `background`. */
export function legible(color: Rgb, background: Rgb, least: number): Rgb {
  const away = luminance(background) < 0.18 ? 1 : -1;
  const { l, a, b } = lab(rgb(...color));
  for (let step = 0; step <= 100; step += 2) {
    const found =
      step === 0
        ? color
        : toRgb(
            lab(l + away * step, a, b)
              .rgb()
              .clamp()
              .formatHex()
          );
    if (contrast(found, background) >= least) {
      return found;
    }
  }
  return away > 0 ? [255, 255, 255] : [0, 0, 0];
}

/** `color` with its opacity, as it looks on `background`. */
export function over(
  color: Rgb,
  opacity: number,
  [red, green, blue]: Rgb
): Rgb {
  const mixed = (front: number, back: number) =>
    back + (front - back) * opacity;
  return [mixed(color[0], red), mixed(color[1], green), mixed(color[2], blue)];
}

/** Relative luminance (WCAG 2.2). */
function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
