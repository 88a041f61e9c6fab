import { select } from 'd3';
import { circlesOf } from '../dots';
import type { ValueScale } from './valueScale';
import { linearScale } from './valueScale';

/** Samples that share a colour. */
export type ScatterSeries = {
  readonly color: string;
  readonly opacity: number;
  readonly rows: Uint32Array;
};

/** Two neurons, a dot a sample. */
export type Scatter = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  /** Below all others. */
  readonly others: ScatterSeries;
  /** They take turns, so that none hides all others. */
  readonly series: readonly ScatterSeries[];
  readonly points: readonly {
    readonly color: string;
    readonly isRing: boolean;
    readonly x: number;
    readonly y: number;
  }[];
  readonly background: string;
};

export type ScatterAxis = {
  readonly title: string;
  readonly values: Float32Array;
  readonly from: number;
  readonly to: number;
};

const MARGIN = { top: 8, right: 12, bottom: 36, left: 58 } as const;
const TICK_PX = { x: 52, y: 28 } as const;
/** From this many samples on dots are smaller, and squares: a circle takes much longer. */
const MANY = 12_000;
const DOT_PX = 2;
/** Of an instance. */
const POINT_PX = 4.5;
const SQUARE_PX = 2;
const TURNS = 24;

/** The axes, in `svg`. Where the points are. */
export function drawScatterAxes(svg: SVGSVGElement, scatter: Scatter) {
  const { widthPx, heightPx } = scatter;
  const root = select(svg);
  root.attr('width', widthPx).attr('height', heightPx);
  root.selectAll('*').remove();
  const [left, right] = [MARGIN.left, widthPx - MARGIN.right];
  const [top, bottom] = [MARGIN.top, heightPx - MARGIN.bottom];
  const x = linearScale({
    ...scatter.x,
    fromPx: left + 4,
    toPx: right - 4,
    tickPx: TICK_PX.x
  });
  const y = linearScale({
    ...scatter.y,
    fromPx: bottom - 4,
    toPx: top + 4,
    tickPx: TICK_PX.y
  });
  const axes = root.append('g').attr('class', 'nd-Chart-axis');
  const lines = root.append('g').attr('class', 'nd-Chart-grid');
  const stroke = (x1: number, y1: number, x2: number, y2: number, to = lines) =>
    to
      .append('line')
      .attr('x1', x1)
      .attr('x2', x2)
      .attr('y1', y1)
      .attr('y2', y2);
  const write = (text: string, at: string, anchor: string, to = axes) =>
    to
      .append('text')
      .attr('transform', at)
      .attr('text-anchor', anchor)
      .text(text);
  stroke(left, bottom + 0.5, right, bottom + 0.5, axes);
  stroke(left + 0.5, top, left + 0.5, bottom, axes);
  for (const tick of x.ticks) {
    const px = Math.round(x.px(tick)) + 0.5;
    stroke(px, top, px, bottom);
    write(x.format(tick), `translate(${px}, ${bottom + 14})`, 'middle');
  }
  for (const tick of y.ticks) {
    const px = Math.round(y.px(tick)) + 0.5;
    stroke(left, px, right, px);
    write(y.format(tick), `translate(${left - 6}, ${px + 4})`, 'end');
  }
  const middle = (top + bottom) / 2;
  write(
    scatter.x.title,
    `translate(${(left + right) / 2}, ${heightPx - 6})`,
    'middle'
  );
  write(scatter.y.title, `translate(12, ${middle}) rotate(-90)`, 'middle');
  return { x, y };
}

/** The samples, on a canvas of `devicePixels` pixels a CSS pixel. Values that are not finite are left out. */
export function paintScatter(
  context: CanvasRenderingContext2D,
  devicePixels: number,
  scatter: Scatter,
  { x, y }: { readonly x: ValueScale; readonly y: ValueScale }
): void {
  const { widthPx, heightPx, others, series, points, background } = scatter;
  context.setTransform(devicePixels, 0, 0, devicePixels, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  context.save();
  context.beginPath();
  context.rect(
    MARGIN.left,
    0,
    widthPx - MARGIN.left - MARGIN.right + 4,
    heightPx - MARGIN.bottom
  );
  context.clip();
  const paint = scatter.x.values.length > MANY ? squares : circles;
  const some = (
    { rows, color, opacity }: ScatterSeries,
    first: number,
    step: number
  ) => {
    context.fillStyle = color;
    context.globalAlpha = opacity;
    for (let i = first; i < rows.length; i += step) {
      const px = x.px(scatter.x.values[rows[i]]);
      const py = y.px(scatter.y.values[rows[i]]);
      // Infinity − Infinity and NaN − NaN are NaN.
      if (px - px === 0 && py - py === 0) {
        paint(context, px, py);
      }
    }
  };
  some(others, 0, 1);
  for (let turn = 0; turn < TURNS; turn++) {
    series.forEach(one => some(one, turn, TURNS));
  }
  context.globalAlpha = 1;
  for (const { isRing, color, ...at } of points) {
    for (const circle of circlesOf(isRing, POINT_PX, color, background)) {
      context.beginPath();
      context.arc(x.px(at.x), y.px(at.y), circle.radius, 0, 2 * Math.PI);
      if (circle.fill !== null) {
        context.fillStyle = circle.fill;
        context.fill();
      }
      context.strokeStyle = circle.stroke;
      context.lineWidth = circle.strokePx;
      context.stroke();
    }
  }
  context.restore();
}

function squares(context: CanvasRenderingContext2D, x: number, y: number) {
  context.fillRect(x - SQUARE_PX / 2, y - SQUARE_PX / 2, SQUARE_PX, SQUARE_PX);
}

function circles(context: CanvasRenderingContext2D, x: number, y: number) {
  context.beginPath();
  context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
  context.fill();
}
