import type { LayerFigure } from '../view/figure';
import type { Theme } from './theme';

export const OVERVIEW_PX = 22;

/**
 * The sort value of all rows of a layer in one strip: a profile that grows leftward (its sign by side of the
 * zero line), marked rows as ticks, hidden rows grey, and the window that is on screen.
 */
export function paintOverview(
  context: CanvasRenderingContext2D,
  figure: LayerFigure,
  heightPx: number,
  window: readonly [from: number, to: number],
  theme: Theme,
  devicePixels: number
): void {
  context.setTransform(devicePixels, 0, 0, devicePixels, 0, 0);
  context.clearRect(0, 0, OVERVIEW_PX, heightPx);
  const { rows, scores } = figure;
  const seesAll = window[1] - window[0] >= 1;
  if (rows.length === 0 || seesAll) {
    return;
  }
  const [min, max] = scoreExtent(figure);
  const toPx = (value: number) =>
    3 + ((value - min) / (max - min || 1)) * (OVERVIEW_PX - 8);
  const zeroPx = toPx(Math.min(Math.max(0, min), max));
  const lines = Math.min(rows.length, Math.floor(heightPx * devicePixels));
  const linePx = heightPx / lines;
  const marks: number[] = [];
  for (let line = 0; line < lines; line++) {
    const first = Math.floor((line * rows.length) / lines);
    const next = Math.max(
      first + 1,
      Math.floor(((line + 1) * rows.length) / lines)
    );
    const neuron = rows[first];
    const score = scores[neuron];
    const px = Number.isNaN(score) ? zeroPx : toPx(score);
    context.fillStyle = figure.hidden.has(neuron) ? theme.line : theme.quiet;
    context.fillRect(
      Math.min(px, zeroPx),
      line * linePx,
      Math.max(1, Math.abs(px - zeroPx)),
      Math.max(linePx - (linePx > 3 ? 1 : 0), 0.5)
    );
    for (let row = first; row < next && figure.marked.size > 0; row++) {
      if (figure.marked.has(rows[row] ?? -1)) {
        marks.push((line + 0.5) * linePx);
      }
    }
  }
  context.fillStyle = theme.accent;
  marks.forEach(y => context.fillRect(0, y - 1, OVERVIEW_PX, 2));
  paintWindow(context, heightPx, window, theme);
}

function paintWindow(
  context: CanvasRenderingContext2D,
  heightPx: number,
  [from, to]: readonly [number, number],
  theme: Theme
): void {
  context.save();
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
  context.restore();
}

function scoreExtent({ rows, scores }: LayerFigure): readonly [number, number] {
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
