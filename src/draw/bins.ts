import type { Rgb } from './palette';
import { blender } from './palette';
import type { Band, SceneRow } from './scene';
import type { Bins } from './surface';

/** A part of a row's height, and the classes whose bands lie there. */
export type Stripe = {
  readonly band: Band;
  readonly classes: readonly number[];
};

export function stripesOf(bands: readonly Band[]): Stripe[] {
  const cuts = [...new Set(bands.flat())].sort((a, b) => a - b);
  return cuts.slice(1).map((bottom, k) => {
    const top = cuts[k];
    const middle = (top + bottom) / 2;
    return {
      band: [top, bottom],
      classes: bands.flatMap(([from, to], c) =>
        from < middle && middle < to ? [c] : []
      )
    };
  });
}

/** The colours of the bars: a line for each stripe of each row. */
export function binsOf(
  rows: readonly SceneRow[],
  stripes: readonly Stripe[],
  colors: readonly Rgb[]
): Bins {
  const width = Math.max(1, ...rows.map(r => r.columns.count));
  const lines = rows.length * stripes.length;
  const rgba = new Uint8ClampedArray(4 * width * lines);
  const blend = blender(colors);
  const opacities = new Float32Array(colors.length);
  let at = 0;
  for (const row of rows) {
    const { count } = row.columns;
    for (const { classes } of stripes) {
      for (let c = 0; c < count; c++) {
        for (const k of classes) {
          opacities[k] = row.opacities[k * count + c];
        }
        const [r, g, b, alpha] = blend(opacities);
        rgba[at + 4 * c] = r;
        rgba[at + 4 * c + 1] = g;
        rgba[at + 4 * c + 2] = b;
        rgba[at + 4 * c + 3] = alpha * 255;
      }
      opacities.fill(0);
      at += 4 * width;
    }
  }
  return { width, lines, rgba };
}
