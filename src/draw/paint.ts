import type { LayerFigure } from '../view/figure';
import type { Rgb } from './palette';
import { blender, classColor, toCss } from './palette';
import type { Band, Scene, SceneRow } from './scene';
import { ZEROS_PX } from './scene';
import type { Theme } from './theme';
import { instanceColor } from './theme';

export type PaintState = {
  /** Neuron under the pointer, neuron with the keyboard's focus; −1 = none. */
  readonly hovered: number;
  readonly active: number;
  /** Where a row is drawn while it moves to its place. */
  readonly topOf: (row: SceneRow) => number;
  readonly chosenColors: (classIndex: number) => string | null;
};

/** Draw a scene at `devicePixels` canvas pixels per CSS pixel. */
export function paint(
  context: CanvasRenderingContext2D,
  scene: Scene,
  figure: LayerFigure,
  theme: Theme,
  state: PaintState,
  devicePixels: number
): void {
  const { layout } = scene;
  const colors = figure.classes.map(c =>
    classColor(c.index, state.chosenColors(c.index), theme.dark)
  );
  context.setTransform(devicePixels, 0, 0, devicePixels, 0, 0);
  context.clearRect(0, 0, layout.widthPx, scene.heightPx);
  const bars = barImage(scene, colors);
  for (const [k, row] of scene.rows.entries()) {
    const top = snap(state.topOf(row), devicePixels);
    if (row.neuron === state.hovered || row.neuron === state.active) {
      paintHighlight(context, scene, top, row.neuron === state.active, theme);
    }
    if (row.hidden) {
      paintHidden(context, scene, top, theme);
    } else {
      paintBars(context, scene, bars, k, top, devicePixels);
      paintZeros(context, scene, row, top, colors);
      paintMedians(context, scene, row, top, colors, theme);
      paintOverflow(context, scene, row, top, colors);
    }
    paintText(context, scene, row, top, theme);
  }
  for (const row of scene.rows) {
    if (!row.hidden) {
      paintDots(context, scene, row, state.topOf(row), figure, theme);
    }
  }
}

const GAP_PX = 2;

function snap(px: number, devicePixels: number): number {
  return Math.round(px * devicePixels) / devicePixels;
}

/** The visible bars as one picture: a pixel a bin, a line for each stripe of each row. */
type BarImage = {
  readonly canvas: HTMLCanvasElement;
  readonly stripes: readonly Stripe[];
};

/** A part of a row's height, and the classes whose bands lie there. */
type Stripe = {
  readonly band: Band;
  readonly classes: readonly number[];
};

function stripesOf(bands: readonly Band[]): Stripe[] {
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

function barImage(scene: Scene, colors: readonly Rgb[]): BarImage | null {
  const stripes = stripesOf(scene.bands);
  const width = Math.max(1, ...scene.rows.map(r => r.columns.count));
  const height = scene.rows.length * stripes.length;
  if (height === 0) {
    return null;
  }
  const image = new ImageData(width, height);
  const blend = blender(colors);
  const opacities = new Float32Array(colors.length);
  let at = 0;
  for (const row of scene.rows) {
    const { count } = row.columns;
    for (const { classes } of stripes) {
      for (let c = 0; c < count; c++) {
        for (const k of classes) {
          opacities[k] = row.opacities[k * count + c];
        }
        const [r, g, b, alpha] = blend(opacities);
        image.data[at + 4 * c] = r;
        image.data[at + 4 * c + 1] = g;
        image.data[at + 4 * c + 2] = b;
        image.data[at + 4 * c + 3] = alpha * 255;
      }
      opacities.fill(0);
      at += 4 * width;
    }
  }
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return { canvas, stripes };
}

function paintBars(
  context: CanvasRenderingContext2D,
  scene: Scene,
  bars: BarImage | null,
  k: number,
  top: number,
  devicePixels: number
): void {
  const { layout } = scene;
  context.fillStyle = 'rgba(128, 128, 128, 0.07)';
  const inner = layout.rowHeightPx - GAP_PX;
  const barTop = top + GAP_PX / 2;
  context.fillRect(layout.plotLeftPx, barTop, layout.plotWidthPx, inner);
  const row = scene.rows[k];
  if (!bars || !row) {
    return;
  }
  context.imageSmoothingEnabled = false;
  bars.stripes.forEach(({ band }, s) => {
    const from = snap(barTop + inner * band[0], devicePixels);
    const to = snap(barTop + inner * band[1], devicePixels);
    context.drawImage(
      bars.canvas,
      0,
      k * bars.stripes.length + s,
      row.columns.count,
      1,
      layout.plotLeftPx,
      from,
      layout.plotWidthPx,
      to - from
    );
  });
}

function paintHighlight(
  context: CanvasRenderingContext2D,
  scene: Scene,
  top: number,
  active: boolean,
  theme: Theme
): void {
  const { widthPx, rowHeightPx } = scene.layout;
  context.save();
  context.globalAlpha = 0.12;
  context.fillStyle = theme.accent;
  context.fillRect(0, top, widthPx, rowHeightPx);
  context.restore();
  if (active) {
    context.strokeStyle = theme.accent;
    context.lineWidth = 1;
    context.strokeRect(0.5, top + 0.5, widthPx - 1, rowHeightPx - 1);
  }
}

function paintHidden(
  context: CanvasRenderingContext2D,
  scene: Scene,
  top: number,
  theme: Theme
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = scene.layout;
  context.fillStyle = theme.line;
  context.fillRect(plotLeftPx, top + rowHeightPx / 2 - 0.5, plotWidthPx, 1);
}

const ZEROS_GAP_PX = 3;

/** Share of exact zeros: ticks that grow leftward from the plot, one lane a class. */
function paintZeros(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly Rgb[]
): void {
  const { plotLeftPx, rowHeightPx } = scene.layout;
  const height = (rowHeightPx - GAP_PX) / Math.max(1, row.zeroShares.length);
  row.zeroShares.forEach((share, k) => {
    const width = share * (ZEROS_PX - ZEROS_GAP_PX - 1);
    context.fillStyle = toCss(colors[k] ?? [0, 0, 0]);
    context.fillRect(
      plotLeftPx - ZEROS_GAP_PX - width,
      top + GAP_PX / 2 + k * height,
      width,
      height
    );
  });
}

function paintMedians(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly Rgb[],
  theme: Theme
): void {
  const { rowHeightPx } = scene.layout;
  const inner = rowHeightPx - GAP_PX;
  row.mediansPx.forEach((px, k) => {
    if (!Number.isNaN(px)) {
      const [from, to] = scene.bands[k] ?? [0, 1];
      const y = top + GAP_PX / 2 + inner * from;
      const height = inner * (to - from);
      context.fillStyle = toCss(theme.background, 0.8);
      context.fillRect(px - 1.75, y, 3.5, height);
      context.fillStyle = toCss(colors[k] ?? [0, 0, 0]);
      context.fillRect(px - 1, y, 2, height);
    }
  });
}

/** A small arrow at an edge beyond which a class has values. */
function paintOverflow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: SceneRow,
  top: number,
  colors: readonly Rgb[]
): void {
  const { plotLeftPx, plotWidthPx, rowHeightPx } = scene.layout;
  const middle = top + rowHeightPx / 2;
  const arrow = (px: number, direction: 1 | -1, color: Rgb) => {
    context.fillStyle = toCss(color, 0.85);
    context.beginPath();
    context.moveTo(px, middle - 3);
    context.lineTo(px + 4 * direction, middle);
    context.lineTo(px, middle + 3);
    context.fill();
  };
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
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: SceneRow,
  top: number,
  theme: Theme
): void {
  const { layout } = scene;
  const size = Math.min(12, layout.rowHeightPx - 2);
  const middle = top + layout.rowHeightPx / 2 + 0.5;
  context.textBaseline = 'middle';
  context.font = `${row.marked ? '600 ' : ''}${size}px ${theme.font}`;
  context.textAlign = 'right';
  context.fillStyle = row.marked
    ? theme.accent
    : row.hidden
      ? theme.quiet
      : theme.text;
  context.fillText(row.label, layout.labelPx - 4, middle, layout.labelPx - 16);
  if (row.marked) {
    const width = Math.min(
      context.measureText(row.label).width,
      layout.labelPx - 16
    );
    context.fillText('★', layout.labelPx - 7 - width, middle);
  }
  context.font = `${size}px ${theme.font}`;
  context.fillStyle = row.hidden ? theme.line : theme.quiet;
  context.fillText(row.value, layout.widthPx - 8, middle);
  if (row.nonFinite && !row.hidden) {
    context.fillStyle = toCss(theme.attacked);
    context.textAlign = 'left';
    context.fillText('⚠', layout.valueLeftPx - 2, middle);
  }
}

function paintDots(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: SceneRow,
  topPx: number,
  figure: LayerFigure,
  theme: Theme
): void {
  const { rowHeightPx } = scene.layout;
  const radius = Math.min(4.5, rowHeightPx / 2 - 2);
  const middle = topPx + rowHeightPx / 2;
  row.dotsPx.forEach((px, k) => {
    const series = figure.instances[k];
    if (Number.isNaN(px) || !series) {
      return;
    }
    context.beginPath();
    context.arc(px, middle, radius, 0, 2 * Math.PI);
    context.fillStyle = toCss(instanceColor(series.instance, theme));
    context.fill();
    context.lineWidth = 1.25;
    context.strokeStyle = theme.dark ? '#111' : '#fff';
    context.stroke();
  });
}
