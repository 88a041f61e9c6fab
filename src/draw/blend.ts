import { lab, rgb } from 'd3';
import type { Rgb } from './palette';

/** Writes a colour, red, green, blue and opacity, 0 … 255 each, into `rgba` from `at` on. */
export type Blender = (
  opacities: ArrayLike<number>,
  rgba: Uint8ClampedArray,
  at: number
) => void;

/**
 * Blend of overlaid colours, the same in every drawing order: the opacity-weighted mean in CIELAB,
 * as opaque as the layers together. `among` are the colours that take part; all without it.
 */
export function blender(
  colors: readonly Rgb[],
  among: readonly number[] = colors.map((_, k) => k)
): Blender {
  const labs = Float64Array.from(
    among.flatMap(k => {
      const { l, a, b } = lab(rgb(...(colors[k] ?? BLACK)));
      return [l, a, b];
    })
  );
  return (opacities, rgba, at) => {
    let clear = 1;
    let sum = 0;
    let several = false;
    let only = 0;
    let l = 0;
    let a = 0;
    let b = 0;
    for (let i = 0; i < among.length; i++) {
      const opacity = opacities[among[i]];
      if (opacity > 0) {
        several = sum > 0;
        only = among[i];
        clear *= 1 - opacity;
        sum += opacity;
        l += opacity * labs[3 * i];
        a += opacity * labs[3 * i + 1];
        b += opacity * labs[3 * i + 2];
      }
    }
    if (several) {
      writeLab(l / sum, a / sum, b / sum, rgba, at);
    } else {
      const color = sum > 0 ? (colors[only] ?? BLACK) : BLACK;
      rgba[at] = color[0];
      rgba[at + 1] = color[1];
      rgba[at + 2] = color[2];
    }
    rgba[at + 3] = (1 - clear) * 255;
  };
}

const BLACK: Rgb = [0, 0, 0];

/** CIELAB, as d3 has it (D50), to sRGB. */
function writeLab(
  l: number,
  a: number,
  b: number,
  rgba: Uint8ClampedArray,
  at: number
): void {
  const y = (l + 16) / 116;
  const fx = 0.96422 * linear(y + a / 500);
  const fy = linear(y);
  const fz = 0.82521 * linear(y - b / 200);
  rgba[at] = gamma(3.1338561 * fx - 1.6168667 * fy - 0.4906146 * fz);
  rgba[at + 1] = gamma(-0.9787684 * fx + 1.9161415 * fy + 0.033454 * fz);
  rgba[at + 2] = gamma(0.0719453 * fx - 0.2289914 * fy + 1.4052427 * fz);
}

function linear(t: number): number {
  return t > 6 / 29 ? t * t * t : 3 * (6 / 29) ** 2 * (t - 4 / 29);
}

function gamma(light: number): number {
  const step = Math.round(light * (GAMMA.length - 1));
  return GAMMA[Math.min(Math.max(step, 0), GAMMA.length - 1)];
}

/** sRGB of light in steps that are finer than its own where it is darkest. */
const GAMMA = Float32Array.from({ length: 2 ** 14 }, (_, step) => {
  const light = step / (2 ** 14 - 1);
  return (
    255 *
    (light <= 0.0031308
      ? 12.92 * light
      : 1.055 * Math.pow(light, 1 / 2.4) - 0.055)
  );
});
