import { circlesOf } from '../dots';
import type { Chart, ChartLayout, Root } from './neuronChart';

const DOT_PX = 4.5;
const MEDIAN_PX = 12;

/** The median of each group, as a tick. */
export function drawMedians(
  root: Root,
  { series, background }: Chart,
  layout: ChartLayout
): void {
  const { bottomPx } = layout;
  for (const { median, color } of series) {
    if (isInside(median, layout)) {
      const px = layout.x.px(median);
      for (const [stroke, width] of [
        [background, 5],
        [color, 2.5]
      ] as const) {
        root
          .append('line')
          .attr('x1', px)
          .attr('x2', px)
          .attr('y1', bottomPx - MEDIAN_PX)
          .attr('y2', bottomPx)
          .attr('stroke', stroke)
          .attr('stroke-width', width);
      }
    }
  }
}

/** Single values as lines with a mark, and the value that was chosen. */
export function drawPoints(
  root: Root,
  { points, chosen, background, accent }: Chart,
  layout: ChartLayout
): void {
  const { topPx, bottomPx } = layout;
  const vertical = (px: number, color: string, className: string) =>
    root
      .append('line')
      .attr('class', className)
      .attr('x1', px)
      .attr('x2', px)
      .attr('y1', topPx)
      .attr('y2', bottomPx)
      .attr('stroke', color);
  if (chosen !== null && isInside(chosen, layout)) {
    vertical(layout.x.px(chosen), accent, 'nd-Chart-chosen');
  }
  for (const { value, color, isRing } of points) {
    if (isInside(value, layout)) {
      const px = layout.x.px(value);
      vertical(px, color, 'nd-Chart-point');
      for (const circle of circlesOf(isRing, DOT_PX, color, background)) {
        root
          .append('circle')
          .attr('cx', px)
          .attr('cy', topPx + DOT_PX - 2)
          .attr('r', circle.radius)
          .attr('fill', circle.fill ?? 'none')
          .attr('stroke', circle.stroke)
          .attr('stroke-width', circle.strokePx);
      }
    }
  }
}

/** Where a scale is logarithmic some values are nowhere. */
function isInside(value: number, { x, leftPx, rightPx }: ChartLayout): boolean {
  const px = x.px(value);
  return px >= leftPx - 0.5 && px <= rightPx + 0.5;
}
