import type { Blender } from './blend';
import { blender } from './blend';
import type { Rgb } from './palette';
import type { Band, SceneRow } from './scene';
import type { Bins } from './surface';

/** A part of a row's height, and the classes whose bands lie there. */
export type Stripe = {
  readonly band: Band;
  readonly classes: readonly number[];
};

/** The stripes that bands make; those that begin where another does, as `edge` tells, are one. */
export function stripesOf(
  bands: readonly Band[],
  edge: (share: number) => number = share => share
): Stripe[] {
  const shares = [...new Set(bands.flat())].sort((a, b) => a - b);
  const cuts = [...new Map(shares.map(share => [edge(share), share])).values()];
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
  const key = JSON.stringify([stripes, colors]);
  const blenders = stripes.map(({ classes }) => blender(colors, classes));
  rows.forEach((row, k) => {
    const colored = coloredRow(row, key, blenders);
    const length = 4 * row.columns.count;
    for (let line = 0; line < stripes.length; line++) {
      rgba.set(
        colored.subarray(line * length, (line + 1) * length),
        4 * width * (k * stripes.length + line)
      );
    }
  });
  return { width, lines, rgba };
}

type Colored = { readonly key: string; readonly rgba: Uint8ClampedArray };

/** Rows that stay in the window are drawn again and again. */
const coloredRows = new WeakMap<SceneRow['opacities'], Colored>();

/** The colours of one row, row-major [stripes, columns]. */
function coloredRow(
  { opacities, columns: { count } }: SceneRow,
  key: string,
  blenders: readonly Blender[]
): Uint8ClampedArray {
  const known = coloredRows.get(opacities);
  if (known?.key === key) {
    return known.rgba;
  }
  const rgba = new Uint8ClampedArray(4 * count * blenders.length);
  const inColumn = new Float64Array(opacities.length / count);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < inColumn.length; k++) {
      inColumn[k] = opacities[k * count + c];
    }
    blenders.forEach((blend, line) =>
      blend(inColumn, rgba, 4 * (line * count + c))
    );
  }
  coloredRows.set(opacities, { key, rgba });
  return rgba;
}
