import { interpolateRgb, line, scaleSqrt, select } from 'd3';
import type { Theme } from '../theme';
import { linearScale } from './valueScale';

export type ChangesChart = {
  readonly widthPx: number;
  readonly strengths: readonly number[];
  /** Of each layer, from the first to the last, at each strength. */
  readonly distances: readonly Float64Array[];
  /** Which strength is shown. */
  readonly shown: number;
  readonly across: string;
  readonly up: string;
};

const HEIGHT_PX = 150;
const MARGIN = { top: 8, right: 8, bottom: 32, left: 46 } as const;
const TICK_PX = 36;

/** Layers are told apart by how deep they are: the last is the darkest. */
export function depthColor(
  layer: number,
  layers: number,
  theme: Theme
): string {
  const depth = layers < 2 ? 1 : layer / (layers - 1);
  return interpolateRgb(theme.line, theme.accent)(0.25 + 0.75 * depth);
}

/** How far layers move against strength, which has a square root axis: what is small is told apart. */
export function drawChanges(
  svg: SVGSVGElement,
  { widthPx, strengths, distances, shown, across, up }: ChangesChart,
  theme: Theme
): void {
  const root = select(svg);
  root.attr('width', widthPx).attr('height', HEIGHT_PX);
  root.attr('viewBox', `0 0 ${widthPx} ${HEIGHT_PX}`);
  root.selectAll('*').remove();
  const [left, right] = [MARGIN.left, widthPx - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT_PX - MARGIN.bottom];
  const most = Math.max(
    1e-9,
    ...distances.flatMap(all => [...all].filter(Number.isFinite))
  );
  const x = scaleSqrt(
    [strengths[0], strengths[strengths.length - 1]],
    [left, right]
  );
  const y = linearScale({
    ...{ from: 0, to: most, tickPx: TICK_PX },
    ...{ fromPx: bottom, toPx: top }
  });
  const grid = root.append('g').attr('class', 'nd-Chart-grid');
  const axes = root.append('g').attr('class', 'nd-Chart-axis');
  const rule = (to: typeof grid, ends: readonly number[]) =>
    to
      .append('line')
      .attr('x1', ends[0])
      .attr('y1', ends[1])
      .attr('x2', ends[2])
      .attr('y2', ends[3]);
  const write = (text: string, at: string, anchor: string) =>
    axes
      .append('text')
      .attr('transform', at)
      .attr('text-anchor', anchor)
      .text(text);
  for (const tick of y.ticks) {
    const at = Math.round(y.px(tick)) + 0.5;
    rule(grid, [left, at, right, at]);
    write(y.format(tick), `translate(${left - 6}, ${at + 3.5})`, 'end');
  }
  let free = -Infinity;
  for (const strength of strengths) {
    const at = Math.round(x(strength));
    if (at - free >= 0) {
      write(String(strength), `translate(${at}, ${bottom + 14})`, 'middle');
      free = at + 22;
    }
  }
  rule(axes, [left, bottom + 0.5, right, bottom + 0.5]);
  write(across, `translate(${right}, ${HEIGHT_PX - 4})`, 'end');
  write(up, `translate(11, ${(top + bottom) / 2}) rotate(-90)`, 'middle');
  const path = line<number>()
    .defined(Number.isFinite)
    .x((_, k) => x(strengths[k]))
    .y(value => y.px(value));
  distances.forEach((all, layer) => {
    root
      .append('path')
      .attr('class', 'nd-Chart-line')
      .attr('stroke', depthColor(layer, distances.length, theme))
      .attr('d', path(all));
  });
  const at = Math.round(x(strengths[shown])) + 0.5;
  rule(root.append('g'), [at, top, at, bottom])
    .attr('class', 'nd-Chart-chosen')
    .attr('stroke', theme.strong);
}
