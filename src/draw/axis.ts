import type { ScaleLinear } from 'd3';
import { axisTop, scaleLinear, select } from 'd3';
import type { Columns } from '../view/columns';
import { columnsMax, columnsMin } from '../view/columns';
import { spaced } from '../view/format';
import type { GraphLayout } from './scene';
import type { ISurface } from './surface';
import type { Theme } from './theme';

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
  const scale = axisScale(columns, layout);
  const format = tickFormat(scale, layout);
  root
    .append('g')
    .attr('class', 'nd-Axis')
    .attr('transform', `translate(0, ${AXIS_PX - 1})`)
    .call(
      axisTop(scale)
        .ticks(tickCount(layout))
        .tickFormat(value => format(value.valueOf()))
        .tickSizeOuter(0)
        .tickSizeInner(TICK_PX)
    );
}

/** The same, on a surface and from its origin. */
export function paintAxis(
  surface: ISurface,
  columns: Columns | null,
  layout: GraphLayout,
  texts: AxisTexts,
  theme: Theme
): void {
  const { plotLeftPx, plotWidthPx } = layout;
  const style = { color: theme.quiet, sizePx: TEXT_PX, font: theme.font };
  const write = (text: string, x: number, align: 'middle' | 'right') =>
    surface.text(text, x, TEXT_MIDDLE_PX, { ...style, align });
  write(texts.neuron, layout.labelPx - 4, 'right');
  write(texts.sortedBy, layout.widthPx - 8, 'right');
  if (!columns) {
    write(texts.ownAxes, plotLeftPx + plotWidthPx / 2, 'middle');
    return;
  }
  const scale = axisScale(columns, layout);
  const format = tickFormat(scale, layout);
  surface.rect(plotLeftPx, AXIS_PX - 1, plotWidthPx, 1, theme.quiet, 0.6);
  for (const value of scale.ticks(tickCount(layout))) {
    const px = scale(value);
    surface.rect(px - 0.5, AXIS_PX - 1 - TICK_PX, 1, TICK_PX, theme.quiet, 0.6);
    write(format(value), px, 'middle');
  }
}

function axisScale(
  columns: Columns,
  { plotLeftPx, plotWidthPx }: GraphLayout
): ScaleLinear<number, number> {
  return scaleLinear(
    [columnsMin(columns), columnsMax(columns)],
    [plotLeftPx, plotLeftPx + plotWidthPx]
  );
}

function tickFormat(
  scale: ScaleLinear<number, number>,
  layout: GraphLayout
): (value: number) => string {
  const format = scale.tickFormat(tickCount(layout));
  return value => spaced(format(value));
}

function tickCount({ plotWidthPx }: GraphLayout): number {
  return Math.max(2, Math.floor(plotWidthPx / 60));
}

export const AXIS_PX = 22;
const TICK_PX = 4;
const TEXT_PX = 11;
/** d3 sets the text of ticks with its baseline 3 px above them. */
const TEXT_MIDDLE_PX = AXIS_PX - 1 - TICK_PX - 3 - 4;
