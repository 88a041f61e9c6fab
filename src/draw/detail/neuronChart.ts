import { area, curveStepAfter, line, select, type Selection } from 'd3';
import type { Column } from '../../core/divergence/column';
import type { Bins, Histogram } from '../../core/neuron/curves';
import { shareAtOrBelow } from '../../core/neuron/curves';
import { drawMedians, drawPoints } from './chartMarks';
import type { ValueScale } from './valueScale';
import { linearScale, logScale } from './valueScale';

/** A group in a chart. */
export type ChartSeries = {
  readonly color: string;
  readonly column: Column;
  readonly histogram: Histogram;
  readonly median: number;
};

/** A single value in a chart. */
export type ChartPoint = {
  readonly color: string;
  readonly isRing: boolean;
  readonly value: number;
};

export type Chart = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly curve: 'histogram' | 'ecdf';
  readonly logX: boolean;
  readonly logY: boolean;
  readonly bins: Bins;
  readonly series: readonly ChartSeries[];
  readonly points: readonly ChartPoint[];
  /** A value that a person chose on the axis. */
  readonly chosen: number | null;
  /** Zeros have a place of their own, left of the axis, where 0 to all of a group's values are its height. */
  readonly zerosApart: boolean;
  readonly background: string;
  readonly accent: string;
  readonly texts: { readonly zeros: string; readonly share: string };
};

/** Where values are in a drawn chart. */
export type ChartLayout = {
  readonly x: ValueScale;
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
};

const MARGIN = { top: 20, right: 12, bottom: 20, left: 44 } as const;
const TICK_PX = { x: 52, y: 26 } as const;
const ZERO_BAR_PX = 9;
const ZERO_GAP_PX = 14;

export type Root = Selection<SVGSVGElement, unknown, null, undefined>;

export function drawChart(svg: SVGSVGElement, chart: Chart): ChartLayout {
  const { widthPx, heightPx } = chart;
  const root = select(svg);
  root.attr('width', widthPx).attr('height', heightPx);
  root.attr('viewBox', `0 0 ${widthPx} ${heightPx}`);
  root.selectAll('*').remove();
  const zerosPx = chart.zerosApart
    ? chart.series.length * ZERO_BAR_PX + ZERO_GAP_PX
    : 0;
  const area = {
    leftPx: MARGIN.left + zerosPx,
    rightPx: Math.max(widthPx - MARGIN.right, MARGIN.left + zerosPx + 1),
    topPx: MARGIN.top,
    bottomPx: heightPx - MARGIN.bottom
  };
  const layout = { ...area, x: xScale(chart, area) };
  const heights =
    chart.curve === 'histogram' ? null : ecdfs(chart.series, layout);
  const y = yScale(chart, heights, layout);
  drawAxes(root, layout, y, chart);
  if (chart.zerosApart) {
    drawZeros(root, chart, layout);
  }
  chart.series.forEach((series, i) =>
    heights
      ? drawEcdf(root, series, heights.at(i) ?? [], y, layout)
      : drawHistogram(root, series, chart, y, layout)
  );
  drawMedians(root, chart, layout);
  drawPoints(root, chart, layout);
  return layout;
}

function xScale(
  { bins, logX }: Chart,
  { leftPx, rightPx }: Omit<ChartLayout, 'x'>
): ValueScale {
  const width = 2 ** bins.exponent;
  const range = {
    from: bins.first * width,
    to: (bins.first + bins.count) * width,
    fromPx: leftPx,
    toPx: rightPx,
    tickPx: TICK_PX.x
  };
  return logX ? logScale(range, width) : linearScale(range);
}

/** Shares from 0, or from the smallest that there is, to the largest. */
function yScale(
  { series, logY, curve }: Chart,
  heights: readonly (readonly EcdfPoint[])[] | null,
  { topPx, bottomPx }: ChartLayout
): ValueScale {
  const isEcdf = curve === 'ecdf';
  const largest = isEcdf ? 1 : Math.max(...series.map(tallest), 1e-12);
  const least = Math.min(
    ...series.map(({ column }) => 1 / Math.max(column.total, 1)),
    largest / 2
  );
  const room = isEcdf ? 1 : logY ? 1.3 : 1.06;
  const range = {
    from: logY ? least / (heights ? 1 : 1.4) : 0,
    to: largest * room,
    fromPx: bottomPx,
    toPx: topPx,
    tickPx: TICK_PX.y
  };
  return logY ? logScale(range, least) : linearScale(range);
}

function tallest({ histogram, column }: ChartSeries): number {
  return (
    histogram.counts.reduce((a, b) => Math.max(a, b), 0) / column.total || 0
  );
}

function drawAxes(
  root: Root,
  { x, leftPx, rightPx, topPx, bottomPx }: ChartLayout,
  y: ValueScale,
  { texts }: Chart
): void {
  const grid = root.append('g').attr('class', 'nd-Chart-grid');
  for (const tick of y.ticks) {
    const px = Math.round(y.px(tick)) + 0.5;
    grid
      .append('line')
      .attr('x1', leftPx)
      .attr('x2', rightPx)
      .attr('y1', px)
      .attr('y2', px);
    grid
      .append('text')
      .attr('x', MARGIN.left - 6)
      .attr('y', px)
      .attr('dy', '0.35em')
      .attr('text-anchor', 'end')
      .text(percent(tick));
  }
  const axis = root.append('g').attr('class', 'nd-Chart-axis');
  axis
    .append('line')
    .attr('x1', leftPx)
    .attr('x2', rightPx)
    .attr('y1', bottomPx + 0.5)
    .attr('y2', bottomPx + 0.5);
  for (const tick of x.ticks) {
    const px = Math.round(x.px(tick)) + 0.5;
    axis
      .append('line')
      .attr('x1', px)
      .attr('x2', px)
      .attr('y1', bottomPx)
      .attr('y2', bottomPx + 4);
    axis
      .append('text')
      .attr('x', px)
      .attr('y', bottomPx + 15)
      .attr('text-anchor', 'middle')
      .text(x.format(tick));
  }
  root
    .append('text')
    .attr('class', 'nd-Chart-title')
    .attr('x', MARGIN.left - 6)
    .attr('y', topPx - 10)
    .text(texts.share);
}

function percent(share: number): string {
  const value = Number((share * 100).toPrecision(2));
  return value === 0 ? '0' : `${value}\u2009%`;
}

/** How many of each group are exactly zero, of its height. */
function drawZeros(
  root: Root,
  { series, texts }: Chart,
  { topPx, bottomPx }: ChartLayout
): void {
  const group = root.append('g').attr('class', 'nd-Chart-zeros');
  const height = bottomPx - topPx;
  series.forEach(({ color, histogram, column }, i) => {
    const share = column.total > 0 ? histogram.zeros / column.total : 0;
    const left = MARGIN.left + i * ZERO_BAR_PX;
    group
      .append('rect')
      .attr('class', 'nd-Chart-room')
      .attr('x', left)
      .attr('y', topPx)
      .attr('width', ZERO_BAR_PX - 2)
      .attr('height', height);
    group
      .append('rect')
      .attr('x', left)
      .attr('y', bottomPx - share * height)
      .attr('width', ZERO_BAR_PX - 2)
      .attr('height', share * height)
      .attr('fill', color);
  });
  group
    .append('text')
    .attr('x', MARGIN.left + (series.length * ZERO_BAR_PX - 2) / 2)
    .attr('y', bottomPx + 15)
    .attr('text-anchor', 'middle')
    .text(texts.zeros);
}

function drawHistogram(
  root: Root,
  { color, histogram, column }: ChartSeries,
  { bins }: Chart,
  y: ValueScale,
  { x, bottomPx }: ChartLayout
): void {
  const width = 2 ** bins.exponent;
  const edges = Array.from({ length: bins.count + 1 }, (_, bin) => {
    const count = bin < bins.count ? histogram.counts[bin] : 0;
    return {
      px: x.px((bins.first + bin) * width),
      // Empty bins stand on the axis, also on a logarithmic one.
      topPx:
        count > 0 ? Math.min(y.px(count / column.total), bottomPx) : bottomPx
    };
  });
  const steps = area<(typeof edges)[number]>()
    .x(edge => edge.px)
    .y0(bottomPx)
    .y1(edge => edge.topPx)
    .curve(curveStepAfter);
  root
    .append('path')
    .attr('class', 'nd-Chart-fill')
    .attr('fill', color)
    .attr('d', steps(edges));
  root
    .append('path')
    .attr('class', 'nd-Chart-line')
    .attr('stroke', color)
    .attr('d', steps.lineY1()(edges));
}

type EcdfPoint = readonly [px: number, share: number];

/** The functions at every pixel, so that a step is as steep as it is. */
function ecdfs(
  series: readonly ChartSeries[],
  { x, leftPx, rightPx }: ChartLayout
): readonly (readonly EcdfPoint[])[] {
  const count = Math.floor(rightPx - leftPx) + 1;
  const places = Float64Array.from({ length: count }, (_, i) =>
    x.value(leftPx + i)
  );
  return series.map(({ column }) =>
    column.total === 0
      ? []
      : Array.from(shareAtOrBelow(column, places), (share, i): EcdfPoint => [
          leftPx + i,
          share
        ])
  );
}

function drawEcdf(
  root: Root,
  { color }: ChartSeries,
  points: readonly EcdfPoint[],
  y: ValueScale,
  { bottomPx }: ChartLayout
): void {
  const path = line<EcdfPoint>()
    .x(([px]) => px)
    .y(([, share]) => (share > 0 ? Math.min(y.px(share), bottomPx) : bottomPx))
    .curve(curveStepAfter);
  root
    .append('path')
    .attr('class', 'nd-Chart-line nd-mod-strong')
    .attr('stroke', color)
    .attr('d', path(points));
}
