import type { GraphLayout, SceneRow } from '../../draw/scene';
import { valueToPx } from '../../draw/scene';
import type { NeuronRange } from '../../view/brush';
import { formatExact } from '../../view/format';
import { element, setText } from '../dom';

type Bounds = Pick<NeuronRange, 'from' | 'to'>;

/** The range that is being dragged, over its rows, with the values of its ends. */
export class BrushBox {
  constructor() {
    this.node.append(this.from, this.to);
    this.hide();
  }

  readonly node = element('div', {
    className: 'nd-BrushBox',
    attributes: { 'aria-hidden': 'true' }
  });

  /** Over these rows, by the axis of the first. */
  show(
    { from, to }: Bounds,
    rows: readonly SceneRow[],
    layout: GraphLayout
  ): void {
    const [first, last] = [rows[0], rows[rows.length - 1]];
    const [leftPx, rightPx] = spanOf({ from, to }, first, layout);
    const heightPx = last.topPx + layout.rowHeightPx - first.topPx;
    this.place(leftPx, rightPx, first.topPx, heightPx, { from, to });
  }

  place(
    leftPx: number,
    rightPx: number,
    topPx: number,
    heightPx: number,
    { from, to }: Bounds
  ): void {
    const { style } = this.node;
    this.node.hidden = false;
    style.left = `${leftPx}px`;
    style.width = `${Math.max(1, rightPx - leftPx)}px`;
    style.top = `${topPx}px`;
    style.height = `${heightPx}px`;
    setText(this.from, from === null ? '−∞' : formatExact(from));
    setText(this.to, to === null ? '∞' : formatExact(to));
  }

  hide(): void {
    this.node.hidden = true;
  }

  private readonly from = element('span', { className: 'nd-BrushBox-from' });
  private readonly to = element('span', { className: 'nd-BrushBox-to' });
}

/** Where a range lies on a row, whole where an end is open. */
function spanOf(
  { from, to }: Bounds,
  { columns }: Pick<SceneRow, 'columns'>,
  layout: GraphLayout
): readonly [leftPx: number, rightPx: number] {
  const { plotLeftPx, plotWidthPx } = layout;
  const inside = (px: number) =>
    Math.min(Math.max(px, plotLeftPx), plotLeftPx + plotWidthPx);
  return [
    from === null ? plotLeftPx : inside(valueToPx(from, columns, layout)),
    to === null
      ? plotLeftPx + plotWidthPx
      : inside(valueToPx(to, columns, layout))
  ];
}
