import type { BrushedRange } from '../view/brush';
import { SELECTION } from '../view/brush';
import type { Columns } from '../view/columns';
import { columnsMax, columnsMin } from '../view/columns';
import type { Placed } from './paint';
import { classColor, toCss } from './palette';
import type { GraphLayout } from './scene';
import { valueToPx } from './scene';
import type { ISurface } from './surface';
import type { Theme } from './theme';
import { markColor } from './theme';

/** A brushed range on its row; NaN where an end is open or beyond the axis. */
export type Brushed = BrushedRange & {
  readonly fromPx: number;
  readonly toPx: number;
};

/** Where ranges of a neuron lie on its row. */
export function brushedOn(
  ranges: readonly BrushedRange[],
  columns: Columns,
  layout: GraphLayout
): readonly Brushed[] {
  const placeOf = (value: number | null) =>
    value !== null &&
    value >= columnsMin(columns) &&
    value <= columnsMax(columns)
      ? valueToPx(value, columns, layout)
      : NaN;
  return ranges.map(range => ({
    ...range,
    fromPx: placeOf(range.from),
    toPx: placeOf(range.to)
  }));
}

const HANDLE_PX = 5;

/** The end of a brushed range that is at a place of a row; null where there is none. */
export function endAt(
  brushed: readonly Brushed[],
  xPx: number
): { readonly range: Brushed; readonly end: 'from' | 'to' } | null {
  const ends = brushed.flatMap(range => [
    { range, end: 'from' as const, awayPx: Math.abs(range.fromPx - xPx) },
    { range, end: 'to' as const, awayPx: Math.abs(range.toPx - xPx) }
  ]);
  const near = ends.filter(({ awayPx }) => awayPx <= HANDLE_PX);
  near.sort((a, b) => a.awayPx - b.awayPx);
  return near.at(0) ?? null;
}

const LINE_PX = 2;
const SERIF_PX = 4;

/** Brackets around what is brushed; turned outwards around what is left out. */
export function paintBrackets(
  surface: ISurface,
  { plotLeftPx, plotWidthPx, rowHeightPx }: GraphLayout,
  shown: readonly Placed[],
  theme: Theme
): void {
  const color = toCss(markColor(classColor(SELECTION, null, theme), theme));
  const backing = toCss(theme.background);
  const left = plotLeftPx;
  const right = plotLeftPx + plotWidthPx;
  for (const { row, top } of shown) {
    for (const { fromPx, toPx, not, ...range } of row.brushed) {
      const from = Number.isNaN(fromPx) ? left : fromPx;
      const to = Number.isNaN(toPx) ? right : toPx;
      const bar = (px: number, serif: 1 | -1) => {
        const inward = not ? -serif : serif;
        const serifPx = inward > 0 ? px : px - SERIF_PX;
        surface.rect(px - LINE_PX, top, 2 * LINE_PX, rowHeightPx, backing, 0.7);
        surface.rect(px - LINE_PX / 2, top, LINE_PX, rowHeightPx, color);
        surface.rect(serifPx, top, SERIF_PX, LINE_PX, color);
        surface.rect(
          serifPx,
          top + rowHeightPx - LINE_PX,
          SERIF_PX,
          LINE_PX,
          color
        );
      };
      if (range.from !== null && !Number.isNaN(fromPx)) {
        bar(from, 1);
      }
      if (range.to !== null && !Number.isNaN(toPx)) {
        bar(to, -1);
      }
      if (!not && to > from) {
        surface.rect(from, top, to - from, rowHeightPx, color, 0.12);
      }
    }
  }
}
