import type { LayerFigure } from '../view/figure';
import type { Neurons } from '../view/neurons';
import type { Theme } from './theme';

export const OVERVIEW_PX = 22;
/** The profile's sides; right of it stands what is hidden. */
const LEFT_PX = 3;
const RIGHT_PX = 16;
const HIDDEN_PX = { left: 18, width: 4 } as const;

/**
 * Draw the sort value of all rows of a layer as a strip: a profile (its sign by side of the zero line), a bar at
 * its right edge where rows are hidden, and marked rows as ticks. It does not depend on the scroll position.
 */
export function paintProfile(
  canvas: HTMLCanvasElement,
  figure: LayerFigure,
  heightPx: number,
  theme: Theme,
  devicePixels: number
): void {
  // Setting a size clears the canvas.
  canvas.width = Math.round(OVERVIEW_PX * devicePixels);
  canvas.height = Math.max(1, Math.round(heightPx * devicePixels));
  const context = canvas.getContext('2d');
  if (context && figure.rows.length > 0) {
    context.scale(devicePixels, canvas.height / heightPx);
    const lines = linesOf(figure.rows.length, canvas.height);
    paintScores(context, figure, lines, heightPx, theme);
    paintHidden(context, figure, lines, heightPx, theme);
    paintMarked(context, figure, lines, heightPx, theme);
  }
}

/** The profile of a layer and the window that is on screen, shares of all rows. */
export function paintOverview(
  context: CanvasRenderingContext2D,
  profile: HTMLCanvasElement,
  heightPx: number,
  [from, to]: readonly [from: number, to: number],
  theme: Theme,
  devicePixels: number
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.drawImage(profile, 0, 0);
  context.setTransform(devicePixels, 0, 0, devicePixels, 0, 0);
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.14;
  context.fillRect(0, from * heightPx, OVERVIEW_PX, (to - from) * heightPx);
  context.globalAlpha = 0.8;
  context.strokeStyle = theme.accent;
  context.lineWidth = 1;
  context.strokeRect(
    0.5,
    from * heightPx + 0.5,
    OVERVIEW_PX - 1,
    Math.max(4, (to - from) * heightPx - 1)
  );
  context.globalAlpha = 1;
}

/** The first row of each line, and the number of rows at the end. A line stands for several rows where there are more than pixels. */
function linesOf(rows: number, pixels: number): readonly number[] {
  const lines = Math.min(rows, pixels);
  return Array.from({ length: lines + 1 }, (_, line) =>
    Math.floor((line * rows) / lines)
  );
}

function paintScores(
  context: CanvasRenderingContext2D,
  { rows, scores, hidden }: LayerFigure,
  lines: readonly number[],
  heightPx: number,
  theme: Theme
): void {
  const [min, max] = scoreExtent(rows, scores);
  const toPx = (value: number) =>
    LEFT_PX + ((value - min) / (max - min || 1)) * (RIGHT_PX - LEFT_PX);
  const zeroPx = toPx(Math.min(Math.max(0, min), max));
  const linePx = heightPx / (lines.length - 1);
  const barPx = Math.max(linePx - (linePx > 3 ? 1 : 0), 0.5);
  for (const isHidden of hidden.size > 0 ? [false, true] : [false]) {
    // A colour is parsed whenever it is set.
    context.fillStyle = isHidden ? theme.line : theme.quiet;
    for (let line = 0; line < lines.length - 1; line++) {
      const neuron = rows[lines[line]];
      if (hidden.has(neuron) === isHidden) {
        const score = scores[neuron];
        const px = Number.isNaN(score) ? zeroPx : toPx(score);
        const width = Math.max(1, Math.abs(px - zeroPx));
        context.fillRect(Math.min(px, zeroPx), line * linePx, width, barPx);
      }
    }
  }
}

/** As strong as many of a line's rows are hidden, and visible for a single one. */
function paintHidden(
  context: CanvasRenderingContext2D,
  { rows, hidden }: LayerFigure,
  lines: readonly number[],
  heightPx: number,
  theme: Theme
): void {
  const linePx = heightPx / (lines.length - 1);
  context.fillStyle = theme.text;
  sharesOf(rows, hidden, lines).forEach((share, line) => {
    if (share > 0) {
      context.globalAlpha = 0.4 + 0.6 * share;
      context.fillRect(
        HIDDEN_PX.left,
        line * linePx,
        HIDDEN_PX.width,
        Math.max(1, linePx)
      );
    }
  });
  context.globalAlpha = 1;
}

function paintMarked(
  context: CanvasRenderingContext2D,
  { rows, marked }: LayerFigure,
  lines: readonly number[],
  heightPx: number,
  theme: Theme
): void {
  const linePx = heightPx / (lines.length - 1);
  context.fillStyle = theme.accent;
  sharesOf(rows, marked, lines).forEach((share, line) => {
    if (share > 0) {
      context.fillRect(0, (line + 0.5) * linePx - 1, OVERVIEW_PX, 2);
    }
  });
}

/** Which share of each line's rows is among `neurons`. */
export function sharesOf(
  rows: Uint32Array,
  neurons: Neurons,
  lines: readonly number[]
): readonly number[] {
  return neurons.size === 0
    ? []
    : lines.slice(0, -1).map((first, line) => {
        const next = lines[line + 1];
        let count = 0;
        for (let row = first; row < next; row++) {
          count += neurons.has(rows[row]) ? 1 : 0;
        }
        return count / (next - first);
      });
}

/** With zero. */
function scoreExtent(
  rows: Uint32Array,
  scores: Float64Array
): readonly [min: number, max: number] {
  let min = 0;
  let max = 0;
  for (const neuron of rows) {
    const score = scores[neuron];
    if (Number.isFinite(score)) {
      min = Math.min(min, score);
      max = Math.max(max, score);
    }
  }
  return [min, max];
}
