import { line, select } from 'd3';
import type { Curve } from '../../core/detector/resampling';
import type { Theme } from '../theme';
import { linearScale } from './valueScale';

/** A curve and how it is drawn: lines are told apart without colour as well. */
export type RocCurve = {
  readonly curve: Curve;
  readonly style: RocStyle;
};

/** The one that is asked about, what it is compared with, and others. */
export type RocStyle = 'chosen' | 'baseline' | 'dashed' | 'dotted';

export type RocChart = {
  readonly sizePx: number;
  /** Later ones are above. */
  readonly curves: readonly RocCurve[];
  readonly hits: string;
  readonly falseAlarms: string;
};

const MARGIN = { top: 8, right: 10, bottom: 36, left: 50 } as const;
const TICK_PX = 44;

const STYLES: Readonly<
  Record<RocStyle, { readonly widthPx: number; readonly dashes: string }>
> = {
  chosen: { widthPx: 2, dashes: '' },
  baseline: { widthPx: 2.5, dashes: '8 3' },
  dashed: { widthPx: 1.25, dashes: '4 2' },
  dotted: { widthPx: 1.25, dashes: '1.5 2' }
};

/** Colour, width and dashes of a line. */
export function rocStyle(style: RocStyle, theme: Theme) {
  const colors = {
    chosen: theme.accent,
    baseline: theme.strong,
    dashed: theme.quiet,
    dotted: theme.quiet
  };
  return { color: colors[style], ...STYLES[style] };
}

/** ROC curves over the diagonal, which is chance. */
export function drawRoc(
  svg: SVGSVGElement,
  { sizePx, curves, hits, falseAlarms }: RocChart,
  theme: Theme
): void {
  const root = select(svg);
  const [left, right] = [MARGIN.left, sizePx - MARGIN.right];
  const top = MARGIN.top;
  const bottom = top + right - left;
  const heightPx = bottom + MARGIN.bottom;
  root.attr('width', sizePx).attr('height', heightPx);
  root.attr('viewBox', `0 0 ${sizePx} ${heightPx}`);
  root.selectAll('*').remove();
  const share = { from: 0, to: 1, tickPx: TICK_PX };
  const x = linearScale({ ...share, fromPx: left, toPx: right });
  const y = linearScale({ ...share, fromPx: bottom, toPx: top });
  const grid = root.append('g').attr('class', 'nd-Chart-grid');
  const axes = root.append('g').attr('class', 'nd-Chart-axis');
  const stroke = (
    [x1, y1, x2, y2]: readonly [number, number, number, number],
    to = grid
  ) =>
    to
      .append('line')
      .attr('x1', x1)
      .attr('x2', x2)
      .attr('y1', y1)
      .attr('y2', y2);
  const write = (text: string, at: string, anchor: string) =>
    axes
      .append('text')
      .attr('transform', at)
      .attr('text-anchor', anchor)
      .text(text);
  for (const tick of x.ticks) {
    const [across, up] = [x.px(tick), y.px(tick)].map(px => Math.round(px));
    stroke([across + 0.5, top, across + 0.5, bottom]);
    stroke([left, up + 0.5, right, up + 0.5]);
    write(x.format(tick), `translate(${across}, ${bottom + 14})`, 'middle');
    write(y.format(tick), `translate(${left - 6}, ${up + 4})`, 'end');
  }
  stroke([left, bottom + 0.5, right, bottom + 0.5], axes);
  stroke([left + 0.5, top, left + 0.5, bottom], axes);
  stroke([left, bottom, right, top], axes);
  const middle = (top + bottom) / 2;
  write(
    falseAlarms,
    `translate(${(left + right) / 2}, ${heightPx - 6})`,
    'middle'
  );
  write(hits, `translate(12, ${middle}) rotate(-90)`, 'middle');
  const path = line<readonly [number, number]>(
    ([alarms]) => x.px(alarms),
    ([, hit]) => y.px(hit)
  );
  for (const { curve, style } of curves) {
    const { color, widthPx, dashes } = rocStyle(style, theme);
    root
      .append('path')
      .attr('class', 'nd-Roc-curve')
      .attr(
        'd',
        path(Array.from(curve.hits, (h, k) => [curve.falseAlarms[k], h]))
      )
      .attr('stroke', color)
      .attr('stroke-width', widthPx)
      .attr('stroke-dasharray', dashes);
  }
}
