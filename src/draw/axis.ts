import { axisTop, scaleLinear, select } from 'd3';
import type { Columns } from '../view/extent';
import { columnsMax, columnsMin } from '../view/extent';
import type { GraphLayout } from './scene';

/** Draw a layer's shared activation axis; without shared columns, say what the width of a row means. */
export function drawAxis(
  svg: SVGSVGElement,
  columns: Columns | null,
  layout: GraphLayout,
  ownAxisText: string
): void {
  const left = layout.plotLeftPx;
  const right = left + layout.plotWidthPx;
  const root = select(svg);
  root.attr('width', layout.widthPx).attr('height', AXIS_PX);
  root.selectAll('*').remove();
  if (!columns) {
    root
      .append('text')
      .attr('class', 'nd-Axis-text')
      .attr('x', (left + right) / 2)
      .attr('y', AXIS_PX - 6)
      .attr('text-anchor', 'middle')
      .text(ownAxisText);
    return;
  }
  const scale = scaleLinear(
    [columnsMin(columns), columnsMax(columns)],
    [left, right]
  );
  root
    .append('g')
    .attr('class', 'nd-Axis')
    .attr('transform', `translate(0, ${AXIS_PX - 1})`)
    .call(
      axisTop(scale)
        .ticks(Math.max(2, Math.floor(layout.plotWidthPx / 60)))
        .tickSizeOuter(0)
        .tickSizeInner(4)
    );
}

export const AXIS_PX = 22;
