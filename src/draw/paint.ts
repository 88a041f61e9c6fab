import type { LayerFigure } from '../view/figure';
import type { Stripe } from './bins';
import { binsOf, stripesOf } from './bins';
import type { Rgb } from './palette';
import { classColor, toCss } from './palette';
import type { GraphLayout, Scene, SceneRow } from './scene';
import { ZEROS_PX } from './scene';
import type { ISurface } from './surface';
import { fitted } from './text';
import type { Theme } from './theme';
import { instanceColor, markColor } from './theme';

export type PaintState = {
  /** Neuron under the pointer, neuron with the keyboard's focus; −1 = none. */
  readonly hovered: number;
  readonly active: number;
  /** Where a row is drawn while it moves to its place. */
  readonly topOf: (row: SceneRow) => number;
};

/** Draw a scene from the surface's origin. */
export function paint(
  surface: ISurface,
  scene: Scene,
  figure: LayerFigure,
  theme: Theme,
  state: PaintState
): void {
  const colors = figure.classes.map(c => classColor(c.index, c.color, theme));
  const stripes = stripesOf(scene.bands, share =>
    edgeOf(surface, share, scene.layout)
  );
  const batch = Math.max(1, Math.floor(LINES_AT_MOST / (stripes.length || 1)));
  for (let from = 0; from < scene.rows.length; from += batch) {
    const rows = scene.rows.slice(from, from + batch);
    paintRows(surface, { ...scene, rows }, stripes, colors, theme, state);
  }
  for (const row of scene.rows) {
    if (!row.hidden) {
      paintDots(surface, scene, row, state.topOf(row), figure, theme);
    }
  }
}

/** A taller picture of bins is more than some browsers draw. */
const LINES_AT_MOST = 8192;
const GAP_PX = 2;

function paintRows(
  surface: ISurface,
  scene: Scene,
  stripes: readonly Stripe[],
  colors: readonly Rgb[],
  theme: Theme,
  state: PaintState
): void {
  const stripePainter = paintStripes(surface, scene, stripes, colors);
  const marks = colors.map(color => toCss(markColor(color, theme)));
  for (const [k, row] of scene.rows.entries()) {
    const top = surface.snap(state.topOf(row));
    if (row.neuron === state.hovered || row.neuron === state.active) {
      paintHighlight(surface, scene, top, row.neuron === state.active, theme);
    }
    if (row.hidden) {
      paintHidden(surface, scene, top, theme);
    } else {
      stripePainter(k, row, top);
      paintZeros(surface, scene, row, top, marks, theme);
      paintMedians(surface, scene, row, top, marks, theme);
      paintOverflow(surface, scene, row, top, marks);
    }
    paintText(surface, scene, row, top, theme);
  }
}

function paintStripes(
  surface: ISurface,
  { rows, layout }: Scene,
  stripes: readonly Stripe[],
  colors: readonly Rgb[]
): (k: number, row: SceneRow, top: number) => void {
  const bins = binsOf(rows, stripes, colors);
  const bars = bins.lines > 0 ? surface.bars(bins) : null;
  const inner = layout.rowHeightPx - GAP_PX;
  const edges = stripes.map(({ band }) =>
    band.map(share => edgeOf(surface, share, layout))
  );
  return (k, row, top) => {
    surface.rect(
      layout.plotLeftPx,
      top + GAP_PX / 2,
      layout.plotWidthPx,
      inner,
      'rgb(128, 128, 128)',
      0.07
    );
    edges.forEach(([from, to], s) =>
      bars?.(
        k * stripes.length + s,
        row.columns.count,
        layout.plotLeftPx,
        top + from,
        layout.plotWidthPx,
        to - from
      )
    );
  };
}

/** A sharp edge within a row, from the row's top, which is sharp. */
function edgeOf(
  surface: ISurface,
  share: number,
  { rowHeightPx }: GraphLayout
): number {
  return surface.snap(GAP_PX / 2 + (rowHeightPx - GAP_PX) * share);
}

function paintHighlight(
  surface: ISurface,
  scene: Scene,
  top: number,
  active: boolean,
  theme: Theme
): void {
  const { widthPx, rowHeightPx } = scene.layout;
  surface.rect(0, top, widthPx, rowHeightPx, theme.accent, 0.12);
  if (active) {
    surface.frame(0, top, widthPx, rowHeightPx, theme.accent);
  }
}

function paintHidden(
  surface: ISurface,
  scene: Scene,
  top: number,
  theme: Theme
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = scene.layout;
  const middle = top + rowHeightPx / 2;
  surface.rect(plotLeftPx, middle - 0.5, plotWidthPx, 1, theme.line);
}

const ZEROS_GAP_PX = 3;

/** Share of exact zeros: ticks that grow leftward from the plot, one lane a class. */
function paintZeros(
  surface: ISurface,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly string[],
  theme: Theme
): void {
  const { plotLeftPx, rowHeightPx } = scene.layout;
  const height = (rowHeightPx - GAP_PX) / Math.max(1, row.zeroShares.length);
  row.zeroShares.forEach((share, k) => {
    const width = share * (ZEROS_PX - ZEROS_GAP_PX - 1);
    surface.rect(
      plotLeftPx - ZEROS_GAP_PX - width,
      top + GAP_PX / 2 + k * height,
      width,
      height,
      colors[k] ?? theme.text
    );
  });
}

function paintMedians(
  surface: ISurface,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly string[],
  theme: Theme
): void {
  const { rowHeightPx } = scene.layout;
  const inner = rowHeightPx - GAP_PX;
  const halo = toCss(theme.background);
  row.mediansPx.forEach((px, k) => {
    if (!Number.isNaN(px)) {
      const [from, to] = scene.bands[k] ?? [0, 1];
      const y = top + GAP_PX / 2 + inner * from;
      const height = inner * (to - from);
      surface.rect(px - 1.75, y, 3.5, height, halo, 0.8);
      surface.rect(px - 1, y, 2, height, colors[k] ?? theme.text);
    }
  });
}

/** A small arrow at an edge beyond which a class has values. */
function paintOverflow(
  surface: ISurface,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly string[]
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = scene.layout;
  const middle = top + rowHeightPx / 2;
  const arrow = (px: number, direction: 1 | -1, color: string) =>
    surface.polygon(
      [
        [px, middle - 3],
        [px + 4 * direction, middle],
        [px, middle + 3]
      ],
      color,
      0.85
    );
  colors.forEach((color, k) => {
    if (row.above[k] > 0) {
      arrow(plotLeftPx + plotWidthPx + 2 + (k > 0 ? 2 : 0), 1, color);
    }
    if (row.below[k] > 0) {
      arrow(plotLeftPx + 5, -1, color);
    }
  });
}

function paintText(
  surface: ISurface,
  scene: Scene,
  row: SceneRow,
  top: number,
  theme: Theme
): void {
  const { layout } = scene;
  const { font } = theme;
  const sizePx = Math.min(12, layout.rowHeightPx - 2);
  const middle = top + layout.rowHeightPx / 2;
  const quiet = { color: theme.quiet, sizePx, font } as const;
  const label = {
    color: row.marked ? theme.accent : row.hidden ? theme.quiet : theme.text,
    sizePx,
    font,
    bold: row.marked,
    align: 'right'
  } as const;
  const name = fitted(row.label, layout.labelPx - 16, label, 'middle');
  surface.text(
    row.marked ? `★\u2009${name}` : name,
    layout.labelPx - 4,
    middle,
    label
  );
  surface.text(row.value, layout.widthPx - 8, middle, {
    ...quiet,
    align: 'right'
  });
  if (row.nonFinite && !row.hidden) {
    surface.text('⚠', layout.valueLeftPx - 2, middle, {
      ...quiet,
      color: toCss(theme.attacked),
      align: 'left'
    });
  }
}

function paintDots(
  surface: ISurface,
  scene: Scene,
  row: SceneRow,
  topPx: number,
  figure: LayerFigure,
  theme: Theme
): void {
  const { rowHeightPx } = scene.layout;
  const radius = Math.min(4.5, rowHeightPx / 2 - 2);
  const middle = topPx + rowHeightPx / 2;
  const edge = toCss(theme.background);
  row.dotsPx.forEach((px, k) => {
    const series = figure.instances[k];
    if (!Number.isNaN(px) && series) {
      const fill = toCss(instanceColor(series.instance, theme));
      surface.circle(px, middle, radius, fill, edge, 1.25);
    }
  });
}
