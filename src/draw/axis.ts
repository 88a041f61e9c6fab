import { axisTop, scaleLinear, select } from 'd3';
import type { Columns } from '../view/extent';
import { columnsMax, columnsMin } from '../view/extent';
import type { GraphLayout } from './scene';

/** What stands above the columns of a graph. */
export type AxisTexts = {
  readonly neuron: string;
  /** What the rows are sorted by; empty for the order of the data. */
  readonly sortedBy: string;
  /** Said in place of an axis when every row has its own. */
  readonly ownAxes: string;
};

/** Draw a layer's activation axis (null when every row has its own) and the headings beside it. */
export function drawAxis(
  svg: SVGSVGElement,
  columns: Columns | null,
  layout: GraphLayout,
  texts: AxisTexts
): void {
  const left = layout.plotLeftPx;
  const right = left + layout.plotWidthPx;
  const root = select(svg);
  root.attr('width', layout.widthPx).attr('height', AXIS_PX);
  root.selectAll('*').remove();
  const heading = (text: string, x: number, anchor: 'middle' | 'end') =>
    root
      .append('text')
      .attr('x', x)
      .attr('y', AXIS_PX - 7)
      .attr('text-anchor', anchor)
      .text(text);
  heading(texts.neuron, layout.labelPx - 4, 'end');
  heading(texts.sortedBy, layout.widthPx - 8, 'end');
  if (!columns) {
    heading(texts.ownAxes, (left + right) / 2, 'middle');
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

const AXIS_PX = 22;
