import type { Instance } from '../core/recording';
import type { LayerFigure } from '../view/figure';
import { binsOf, stripesOf } from './bins';
import { paintBrackets } from './brackets';
import type { Rgb } from './palette';
import { classColor, toCss } from './palette';
import type { Scene, SceneRow } from './scene';
import { ZEROS_PX } from './scene';
import type { ISurface } from './surface';
import { fitted } from './text';
import type { Theme } from './theme';
import { markColor } from './theme';
import { dotOf } from './dots';

export type PaintState = {
  /** Neuron under the pointer, neuron with the keyboard's focus; −1 = none. */
  readonly hovered: number;
  readonly active: number;
  /** Where a row is drawn while it moves to its place. */
  readonly topOf: (row: SceneRow) => number;
};

/** A row and its sharp top. */
export type Placed = { readonly row: SceneRow; readonly top: number };

/**
 * Draw a scene from the surface's origin, one kind of mark and one colour after the other: a change of colour
 * or font costs as much as a mark.
 */
export function paint(
  surface: ISurface,
  scene: Scene,
  figure: LayerFigure,
  theme: Theme,
  state: PaintState
): void {
  const colors = figure.classes.map(c => classColor(c.index, c.color, theme));
  const marks = colors.map(color => toCss(markColor(color, theme)));
  const placed = scene.rows.map(row => ({
    row,
    top: surface.snap(state.topOf(row))
  }));
  const [hidden, shown] = [true, false].map(isHidden =>
    placed.filter(({ row }) => row.hidden === isHidden)
  );
  paintHighlights(surface, scene, placed, state, theme);
  paintHidden(surface, scene, hidden, theme);
  paintBars(surface, scene, shown, colors);
  marks.forEach((color, k) => {
    paintMedians(surface, scene, shown, k, color, theme);
    paintZeros(surface, scene, shown, k, color);
  });
  marks.forEach((color, k) => paintOverflow(surface, scene, shown, k, color));
  paintBrackets(surface, scene.layout, shown, theme);
  paintTexts(surface, scene, placed, figure, theme);
  paintDots(surface, scene, figure, theme, state);
}

const GAP_PX = 2;

function paintBars(
  surface: ISurface,
  { bands, layout }: Scene,
  shown: readonly Placed[],
  colors: readonly Rgb[]
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = layout;
  const inner = rowHeightPx - GAP_PX;
  for (const { top } of shown) {
    surface.rect(
      plotLeftPx,
      top + GAP_PX / 2,
      plotWidthPx,
      inner,
      'rgb(128, 128, 128)',
      0.07
    );
  }
  /** A sharp edge within a row, from the row's top, which is sharp. */
  const edgeOf = (share: number) => surface.snap(GAP_PX / 2 + inner * share);
  const stripes = stripesOf(bands, edgeOf);
  if (stripes.length === 0 || shown.length === 0) {
    return;
  }
  const cuts = [0, ...stripes.map(({ band }) => band[1])];
  const bins = binsOf(
    shown.map(({ row }) => row),
    stripes,
    colors
  );
  const bars = surface.bars(bins, cuts.map(edgeOf));
  shown.forEach(({ top }, k) => bars(k, plotLeftPx, top, plotWidthPx));
}

function paintHighlights(
  surface: ISurface,
  { layout }: Scene,
  placed: readonly Placed[],
  { hovered, active }: PaintState,
  theme: Theme
): void {
  const { widthPx, rowHeightPx } = layout;
  for (const { row, top } of placed) {
    if (row.neuron === hovered || row.neuron === active) {
      surface.rect(0, top, widthPx, rowHeightPx, theme.accent, 0.12);
    }
    if (row.neuron === active) {
      surface.frame(0, top, widthPx, rowHeightPx, theme.accent);
    }
  }
}

function paintHidden(
  surface: ISurface,
  { layout }: Scene,
  hidden: readonly Placed[],
  theme: Theme
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = layout;
  for (const { top } of hidden) {
    const middle = top + rowHeightPx / 2;
    surface.rect(plotLeftPx, middle - 0.5, plotWidthPx, 1, theme.line);
  }
}

const ZEROS_GAP_PX = 3;

/** Share of exact zeros: ticks that grow leftward from the plot, one lane a class. */
function paintZeros(
  surface: ISurface,
  { layout, bands }: Scene,
  shown: readonly Placed[],
  k: number,
  color: string
): void {
  const { plotLeftPx, rowHeightPx } = layout;
  const height = (rowHeightPx - GAP_PX) / bands.length;
  for (const { row, top } of shown) {
    const share = row.zeroShares[k];
    if (share > 0) {
      const width = share * (ZEROS_PX - ZEROS_GAP_PX - 1);
      surface.rect(
        plotLeftPx - ZEROS_GAP_PX - width,
        top + GAP_PX / 2 + k * height,
        width,
        height,
        color
      );
    }
  }
}

function paintMedians(
  surface: ISurface,
  { layout, bands }: Scene,
  shown: readonly Placed[],
  k: number,
  color: string,
  theme: Theme
): void {
  const inner = layout.rowHeightPx - GAP_PX;
  const [from, to] = bands[k];
  const height = inner * (to - from);
  const ticks = (width: number, ...style: [color: string, opacity?: number]) =>
    shown.forEach(({ row, top }) => {
      const px = row.mediansPx[k];
      if (!Number.isNaN(px)) {
        const y = top + GAP_PX / 2 + inner * from;
        surface.rect(px - width / 2, y, width, height, ...style);
      }
    });
  ticks(3.5, toCss(theme.background), 0.8);
  ticks(2, color);
}

/** A small arrow at an edge beyond which a class has values. */
function paintOverflow(
  surface: ISurface,
  { layout }: Scene,
  shown: readonly Placed[],
  k: number,
  color: string
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = layout;
  for (const { row, top } of shown) {
    const middle = top + rowHeightPx / 2;
    const arrow = (px: number, direction: 1 | -1) =>
      surface.polygon(
        [
          [px, middle - 3],
          [px + 4 * direction, middle],
          [px, middle + 3]
        ],
        color,
        0.85
      );
    if (row.above[k] > 0) {
      arrow(plotLeftPx + plotWidthPx + 2 + (k > 0 ? 2 : 0), 1);
    }
    if (row.below[k] > 0) {
      arrow(plotLeftPx + 5, -1);
    }
  }
}

function paintTexts(
  surface: ISurface,
  { layout }: Scene,
  placed: readonly Placed[],
  { layer }: LayerFigure,
  theme: Theme
): void {
  const { font, quiet } = theme;
  const { widthPx, valueLeftPx, labelPx, rowHeightPx } = layout;
  const style = {
    color: quiet,
    sizePx: Math.min(12, rowHeightPx - 2),
    font,
    align: 'right'
  } as const;
  for (const { row, top } of placed) {
    const label = {
      ...style,
      color: row.marked ? theme.accent : row.hidden ? quiet : theme.text,
      bold: row.marked
    };
    // Numbers always have room.
    const name = layer.neuronNames
      ? fitted(row.label, labelPx - 16, label, 'middle')
      : row.label;
    surface.text(
      row.marked ? `★\u2009${name}` : name,
      labelPx - 4,
      top + rowHeightPx / 2,
      label
    );
  }
  for (const { row, top } of placed) {
    surface.text(row.value, widthPx - 8, top + rowHeightPx / 2, style);
  }
  for (const { row, top } of placed) {
    if (row.nonFinite && !row.hidden) {
      surface.text('⚠', valueLeftPx - 2, top + rowHeightPx / 2, {
        ...style,
        color: toCss(theme.attacked),
        align: 'left'
      });
    }
  }
}

/** The dots of a scene's instances alone, or of some. */
export function paintDots(
  surface: ISurface,
  { layout, rows }: Scene,
  figure: LayerFigure,
  theme: Theme,
  { topOf }: PaintState,
  isPainted: (instance: Instance) => boolean = () => true
): void {
  const { rowHeightPx } = layout;
  const radius = Math.min(4.5, rowHeightPx / 2 - 2);
  const dots = figure.instances.map(({ instance }) =>
    isPainted(instance) ? dotOf(instance, radius, theme) : null
  );
  for (const row of rows.filter(({ hidden }) => !hidden)) {
    const middle = topOf(row) + rowHeightPx / 2;
    row.dotsPx.forEach((px, k) => {
      if (!Number.isNaN(px)) {
        dots[k]?.(surface, px, middle);
      }
    });
  }
}
