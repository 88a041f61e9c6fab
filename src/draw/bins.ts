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

/** The colours of the bars of each row: a line for each stripe. */
export function binsOf(
  rows: readonly Pick<SceneRow, 'opacities' | 'columns'>[],
  stripes: readonly Stripe[],
  colors: readonly Rgb[]
): readonly Bins[] {
  const key = JSON.stringify([stripes, colors]);
  const lines = stripes.map(({ classes }, k) => {
    const above = stripes[k - 1]?.classes ?? [];
    return {
      blend: blender(colors, classes),
      changes: [
        ...classes.filter(c => !above.includes(c)),
        ...above.filter(c => !classes.includes(c))
      ]
    };
  });
  return rows.map(row => {
    const known = coloredRows.get(row.opacities);
    if (known?.key === key) {
      return known.bins;
    }
    const bins = coloredRow(row, lines);
    coloredRows.set(row.opacities, { key, bins });
    return bins;
  });
}

/** Rows that stay in the window are drawn again and again. */
const coloredRows = new WeakMap<
  SceneRow['opacities'],
  { readonly key: string; readonly bins: Bins }
>();

type Line = {
  readonly blend: Blender;
  /** Classes that are either here or in the line above. */
  readonly changes: readonly number[];
};

/** Most classes have nothing in most bins: lines that differ in none that has are of one colour. */
function coloredRow(
  { opacities, columns: { count } }: Pick<SceneRow, 'opacities' | 'columns'>,
  lines: readonly Line[]
): Bins {
  const rgba = new Uint32Array(count * lines.length);
  const bytes = new Uint8ClampedArray(rgba.buffer);
  const inColumn = new Float64Array(opacities.length / count);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < inColumn.length; k++) {
      inColumn[k] = opacities[k * count + c];
    }
    for (let line = 0, at = c; line < lines.length; line++, at += count) {
      const { blend, changes } = lines[line];
      if (line > 0 && isEmpty(inColumn, changes)) {
        rgba[at] = rgba[at - count];
      } else {
        blend(inColumn, bytes, 4 * at);
      }
    }
  }
  return { count, rgba };
}

function isEmpty(inColumn: Float64Array, classes: readonly number[]): boolean {
  for (const k of classes) {
    if (inColumn[k] > 0) {
      return false;
    }
  }
  return true;
}
