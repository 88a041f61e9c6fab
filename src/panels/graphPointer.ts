import type { Scene } from '../draw/scene';
import { pxToColumn, rowAt } from '../draw/scene';
import type { LayerFigure } from '../view/figure';
import type { Place } from './brush/gesture';
import { BrushGesture } from './brush/gesture';
import type { PanelContext } from './context';
import type { HoverCard } from './hoverCard';
import type { RowActions } from './rowActions';

/** A graph as its pointer knows it. */
export type Pointed = {
  readonly canvas: HTMLCanvasElement;
  readonly figure: () => LayerFigure;
  readonly scene: () => Scene | null;
  /** Rows are on their way to other places. */
  readonly isMoving: () => boolean;
  readonly drawSoon: () => void;
  readonly onRow: (row: number) => void;
};

/** What the pointer does over the rows of a graph: hover, click and drag. */
export class GraphPointer {
  constructor(
    context: PanelContext,
    private readonly hoverCard: HoverCard,
    private readonly actions: RowActions,
    private readonly graph: Pointed
  ) {
    this.gesture = new BrushGesture(context, graph.figure);
    const { canvas } = graph;
    canvas.addEventListener('pointerdown', event => this.onDown(event));
    canvas.addEventListener('pointermove', event => this.onMove(event));
    canvas.addEventListener('pointerup', () => this.gesture.release());
    canvas.addEventListener('pointercancel', () => this.gesture.cancel());
    canvas.addEventListener('pointerleave', () => this.leave());
    canvas.addEventListener('click', event => this.onClick(event));
  }

  readonly gesture: BrushGesture;

  /** Neuron under the pointer; −1: none. */
  get hovered(): number {
    return this.hoveredNeuron;
  }

  dispose(): void {
    this.gesture.cancel();
    this.hoverCard.hide(this);
  }

  private onDown(event: PointerEvent): void {
    const scene = this.graph.scene();
    const at = this.locate(event);
    this.gesture.rest();
    if (scene && at && event.button === 0 && event.isPrimary) {
      const { top } = this.graph.canvas.getBoundingClientRect();
      this.gesture.press(event, at, scene, event.clientY - top);
    }
  }

  private onMove(event: PointerEvent): void {
    const { canvas, figure, drawSoon } = this.graph;
    const { left, top } = canvas.getBoundingClientRect();
    this.gesture.move(event.clientX - left, event.clientY - top);
    if (this.gesture.isDrag && event.buttons !== 0) {
      canvas.setPointerCapture(event.pointerId);
      this.hoverCard.hide(this);
      return;
    }
    const at = this.locate(event);
    this.hoveredNeuron = at?.row.neuron ?? -1;
    canvas.style.cursor = at ? this.gesture.cursorAt(at) : '';
    drawSoon();
    if (!at || this.graph.isMoving()) {
      this.hoverCard.hide(this);
      return;
    }
    const column = pxToColumn(at.xPx, at.row.columns, at.layout);
    this.hoverCard.show(this, figure(), at.row.neuron, column, event);
  }

  private leave(): void {
    this.hoveredNeuron = -1;
    this.hoverCard.hide(this);
    this.graph.drawSoon();
  }

  private onClick(event: MouseEvent): void {
    const at = this.locate(event);
    if (!at || this.gesture.isDrag) {
      return;
    }
    this.graph.onRow(at.row.row);
    const marks = event.shiftKey || at.xPx < at.layout.labelPx;
    this.actions.click(event, at.row.neuron, marks);
  }

  private locate(event: MouseEvent): Place | null {
    const scene = this.graph.scene();
    const { left, top } = this.graph.canvas.getBoundingClientRect();
    const row = scene && rowAt(scene, event.clientY - top);
    return row
      ? { row, layout: scene.layout, xPx: event.clientX - left }
      : null;
  }

  private hoveredNeuron = -1;
}
