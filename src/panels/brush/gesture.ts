import type { Brushed } from '../../draw/brackets';
import { endAt } from '../../draw/brackets';
import type { GraphLayout, Scene, SceneRow } from '../../draw/scene';
import { pxToEdge } from '../../draw/scene';
import type { Joining, NeuronRange } from '../../view/brush';
import { brushRanges, moveRange } from '../../view/brush';
import type { LayerFigure } from '../../view/figure';
import type { PanelContext } from '../context';
import { BrushBox } from './box';
import { LiveChange } from './live';

/** A drag begins there. */
const CLICK_PX = 4;

/** Where the pointer is on a row. */
export type Place = {
  readonly row: SceneRow;
  readonly layout: GraphLayout;
  readonly xPx: number;
};

/** A pointer that is down: on a place of the rows as they were then, perhaps on an end of a brushed range. */
type Press = Place & {
  readonly scene: Scene;
  readonly yPx: number;
  readonly joining: Joining;
  readonly grip: ReturnType<typeof endAt>;
};

/**
 * Drags over the rows of a graph. Across a row, or several, the range of these neurons is brushed; an end of a range
 * that is brushed already is moved.
 */
export class BrushGesture {
  constructor(
    private readonly context: PanelContext,
    private readonly figure: () => LayerFigure
  ) {}

  /** Lies over the rows. */
  readonly box = new BrushBox();

  /** Whether the pointer drags, or has just dragged: then it does not click. */
  get isDrag(): boolean {
    return this.drag !== 'none';
  }

  /** What a pointer would do at a place. */
  cursorAt({ row, xPx }: Place): string {
    return endAt(row.brushed, xPx) ? 'ew-resize' : '';
  }

  press(event: PointerEvent, place: Place, scene: Scene, yPx: number): void {
    this.drag = 'none';
    const grip = endAt(place.row.brushed, place.xPx);
    const isOnRow = place.xPx >= place.layout.labelPx && !place.row.hidden;
    this.pressed =
      grip !== null || isOnRow
        ? { ...place, scene, yPx, joining: joiningOf(event), grip }
        : null;
  }

  /** The pointer moved, and is now at this place of the picture. */
  move(xPx: number, yPx: number): void {
    const { pressed } = this;
    if (pressed === null) {
      return;
    }
    if (this.drag === 'none' && Math.abs(xPx - pressed.xPx) > CLICK_PX) {
      this.begin(pressed);
    }
    if (this.drag === 'on') {
      this.follow(pressed, xPx, yPx);
    }
  }

  /** The pointer is up. */
  release(): void {
    if (this.drag === 'on') {
      this.drag = 'over';
      const { change, live } = this;
      if (live) {
        live.end();
      } else if (change) {
        this.context.store.update(change);
      }
    }
    this.forget();
  }

  /** Let go of a drag as if it had not been; false without one. */
  cancel(): boolean {
    const isOn = this.drag === 'on';
    if (isOn) {
      this.drag = 'over';
      this.live?.cancel();
      this.forget();
    }
    return isOn;
  }

  /** The next click is one. */
  rest(): void {
    this.drag = 'none';
  }

  private forget(): void {
    this.box.hide();
    this.pressed = null;
    this.live = null;
    this.change = null;
  }

  private begin({ grip }: Press): void {
    const { store, brushing } = this.context;
    const { layer } = this.figure();
    if (layer.detail === 'summary') {
      this.drag = 'over';
      this.pressed = null;
      brushing?.refuse(layer.name);
      return;
    }
    this.drag = 'on';
    // Another range is brushed when it is drawn: axis and rows are not to move under the pointer.
    this.live = grip ? new LiveChange(store) : null;
  }

  private follow(pressed: Press, xPx: number, yPx: number): void {
    const { grip } = pressed;
    this.change = grip
      ? this.moved(pressed, grip, xPx)
      : this.dragged(pressed, xPx, yPx);
    this.live?.next(this.change);
  }

  /** Ranges of all rows that were dragged over: the columns that were touched. */
  private dragged(pressed: Press, xPx: number, yPx: number): Change {
    const { scene, layout, joining } = pressed;
    const [left, right] = ordered(pressed.xPx, xPx);
    const [top, bottom] = ordered(pressed.yPx, yPx);
    const rows = scene.rows.filter(
      row =>
        !row.hidden &&
        row.topPx < bottom &&
        row.topPx + layout.rowHeightPx > top
    );
    const touched = rows.length > 0 ? rows : [pressed.row];
    const layer = this.figure().layer.name;
    const ranges = touched.map(({ neuron, columns }): NeuronRange => ({
      layer,
      neuron,
      from: pxToEdge(left, columns, layout, Math.floor),
      to: pxToEdge(right, columns, layout, Math.ceil)
    }));
    this.box.show(ranges[0], touched, layout);
    return view => brushRanges(view, ranges, joining);
  }

  /** The range with one end where the pointer is. */
  private moved(
    { row, layout }: Press,
    { range, end }: NonNullable<Press['grip']>,
    xPx: number
  ): Change {
    const value = pxToEdge(xPx, row.columns, layout, Math.round);
    const next = boundsOf(range, end, value, xPx <= layout.plotLeftPx);
    this.box.show(next, [row], layout);
    return view => moveRange(view, range.at, next);
  }

  private pressed: Press | null = null;
  private drag: 'none' | 'on' | 'over' = 'none';
  private live: LiveChange | null = null;
  private change: Change | null = null;
}

type Change = Parameters<LiveChange['next']>[0];

/** What the keys that are held mean: Shift narrows, Alt and Ctrl widen. */
export function joiningOf(
  event: Pick<MouseEvent, 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>
): Joining {
  if (event.altKey || event.ctrlKey || event.metaKey) {
    return 'or';
  }
  return event.shiftKey ? 'and' : 'only';
}

/** Bounds after one end went to a value, which may have passed the other; beyond the plot it is open. */
export function boundsOf(
  { from, to }: Pick<Brushed, 'from' | 'to'>,
  end: 'from' | 'to',
  value: number | null,
  isLeft: boolean
): Pick<NeuronRange, 'from' | 'to'> {
  const other = end === 'from' ? to : from;
  if (value === null) {
    return isLeft ? { from: null, to: other } : { from: other, to: null };
  }
  if (other === null) {
    return end === 'from' ? { from: value, to } : { from, to: value };
  }
  const [low, high] = ordered(value, other);
  return low === high ? { from, to } : { from: low, to: high };
}

function ordered(a: number, b: number): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}
