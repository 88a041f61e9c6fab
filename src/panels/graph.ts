import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { RowMove } from '../draw/rowMove';
import type { Scene, SceneRow } from '../draw/scene';
import { graphLayout, rowHeightPx, sceneOf } from '../draw/scene';
import type { LayerFigure } from '../view/figure';
import { setBrush } from '../view/brush';
import { findNeuron } from '../view/find';
import type { ViewState } from '../view/state';
import { offerActions } from './actions';
import type { PanelContext } from './context';
import { element } from './dom';
import { Drawing } from './drawing';
import { GraphCanvas } from './graphCanvas';
import { rowFor } from './graphKeys';
import { GraphHeader } from './graphHeader';
import { GraphPointer } from './graphPointer';
import { GraphScroll, type Seen } from './graphScroll';
import { missingText } from './graphTexts';
import { GridTable } from './gridTable';
import type { HoverCard } from './hoverCard';
import { JumpField } from './jumpField';
import { OverviewStrip } from './overviewStrip';
import type { GraphWindow } from './picture';
import { Room } from './room';
import { RowActions } from './rowActions';
import { watchSight } from './sight';
import { ThemeReader } from './themeReader';

/** One layer: title, axis, the rows in a scrolling window, and an overview of all rows. */
export class Graph extends Widget {
  constructor(
    private readonly context: PanelContext,
    hoverCard: HoverCard,
    private figure: LayerFigure,
    /** Called with the scroll position after the user scrolled. */
    private readonly onScrolled: (scrollPx: number) => void
  ) {
    super();
    this.addClass('nd-Graph');
    this.actions = new RowActions(context, figure.layer.name);
    this.table = new GridTable(context.trans, figure.layer.name);
    this.scroll = new GraphScroll(this.table.node, () => {
      this.draw();
      this.onScrolled(this.scroll.positionPx);
    });
    this.overview = new OverviewStrip(this.scroll, () => this.drawSoon());
    this.table.node.append(this.viewport, this.scroll.spacer);
    this.pointer = new GraphPointer(context, hoverCard, this.actions, {
      canvas: this.canvas.node,
      figure: () => this.figure,
      scene: () => this.scene,
      isMoving: () => this.move !== null,
      drawSoon: () => this.drawSoon(),
      onRow: row => (this.active = row)
    });
    this.viewport.append(
      this.canvas.node,
      this.canvas.ring,
      this.pointer.gesture.box.node
    );
    this.jump = new JumpField(
      context.trans,
      text => this.goTo(text),
      () => this.table.node.focus()
    );
    this.header = new GraphHeader(this.jump.node);
    this.node.append(
      ...this.header.nodes,
      element(
        'div',
        { className: 'nd-Graph-body' },
        this.table.node,
        this.overview.node
      )
    );
    this.listen();
    const resizes = new ResizeObserver(() => this.drawSoon());
    resizes.observe(this.table.node);
    this.observers = [resizes, this.sight, this.canvas, this.overview];
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.observers.forEach(o => o.disconnect());
      this.drawing.cancel();
      this.pointer.dispose();
      super.dispose();
    }
  }

  /**
   * Show another figure of the same layer; rows glide to their new places. A complete picture stays until the
   * next is complete; the first is drawn at once.
   */
  showFigure(figure: LayerFigure): void {
    this.node.setAttribute('aria-busy', String(figure.pending));
    const before = this.figure;
    if (figure.pending && !before.pending) {
      return;
    }
    if (figure !== before) {
      this.move = before.pending
        ? null
        : (RowMove.between(before, figure) ?? this.move);
      this.figure = figure;
    }
    if (before.pending && !figure.pending) {
      this.draw();
    } else {
      this.drawSoon();
    }
  }

  get layerName(): string {
    return this.figure.layer.name;
  }

  /** Which part of its rows is on screen. */
  get window(): GraphWindow {
    const { clientWidth: widthPx, clientHeight: heightPx } = this.table.node;
    const scrollPx = this.scroll.positionPx;
    return { layer: this.layerName, widthPx, heightPx, scrollPx };
  }

  /** Scroll to a position without telling the others. */
  scrollTo(scrollPx: number): void {
    if (scrollPx !== this.scroll.positionPx) {
      this.scroll.to(scrollPx);
    }
  }

  /** The focus goes to the row of a neuron; false where it has none. */
  focusNeuron(neuron: number): boolean {
    const row = this.figure.rows.indexOf(neuron);
    if (row >= 0) {
      this.activateRow(row);
    }
    this.table.node.focus({ preventScroll: true });
    return row >= 0;
  }

  protected override onAfterAttach(_: Message): void {
    this.theme.forget();
    this.draw();
  }

  protected override onResize(): void {
    this.drawSoon();
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.draw();
  }

  private get view(): ViewState {
    return this.context.store.view;
  }

  private drawSoon(): void {
    this.drawing.soon();
  }

  private look(): Seen & { readonly widthPx: number } {
    return { widthPx: this.table.node.clientWidth, ...this.scroll.look() };
  }

  private draw(): void {
    this.drawing.now();
  }

  private drawIn(looked: ReturnType<typeof this.look>): () => void {
    const { widthPx, heightPx } = looked;
    if (this.isDisposed || this.sight.isAway) {
      return () => undefined;
    }
    if (this.room.shouldLookAgain(widthPx, heightPx)) {
      this.drawSoon();
    }
    if (widthPx === 0 || heightPx === 0) {
      return () => undefined;
    }
    const { classesAs, rowHeight } = this.view;
    const layout = graphLayout(
      this.figure,
      widthPx,
      rowHeightPx(rowHeight, classesAs, this.figure.classes.length)
    );
    const rowsPx = this.figure.rows.length * layout.rowHeightPx;
    const seen = this.scroll.setRows(rowsPx) ? this.scroll.look() : looked;
    const place = { layout, heightPx, scrollPx: seen.positionPx };
    const scene = sceneOf(this.figure, { ...this.view, ...place });
    this.scene = scene;
    this.active = Math.min(this.active, this.figure.rows.length - 1);
    this.paintScene(scene);
    this.overview.paint(this.figure, seen, this.theme.read());
    this.header.show(this.figure, layout, this.view, this.context.trans);
    const { figure } = this;
    return () => this.table.update(figure, scene, this.active);
  }

  private paintScene(scene: Scene): void {
    const { move } = this;
    const state = {
      hovered: this.pointer.hovered,
      active: this.table.hasFocus ? this.figure.rows[this.active] : -1,
      topOf: (row: SceneRow) => (move ? move.topOf(row, scene) : row.topPx)
    };
    const { figure } = this;
    this.canvas.paint(scene, figure, this.theme.read(), state, move !== null);
    if (move?.isOver() === false) {
      this.drawSoon();
    } else {
      this.move = null;
    }
  }

  private listen(): void {
    const { node } = this.table;
    offerActions(this.node, {
      'go-to-neuron': () => this.jump.open()
    });
    const active = () => this.figure.rows[this.active];
    offerActions(
      node,
      this.actions.keys(active, () => node.focus())
    );
    node.addEventListener('focus', () => this.drawSoon());
    node.addEventListener('blur', () => this.drawSoon());
    node.addEventListener('keydown', event => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'Escape' && this.unbrush()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const last = this.figure.rows.length - 1;
    const pageRows = (this.scene?.rows.length ?? 0) - 2;
    const target = rowFor(event.key, this.active, last, pageRows);
    if (target !== null) {
      this.activateRow(target);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Let go of a drag, else of the brush; false where there is neither. */
  private unbrush(): boolean {
    const { store } = this.context;
    if (this.pointer.gesture.cancel()) {
      return true;
    }
    const isBrushed = store.view.brush !== null;
    store.update(view => (isBrushed ? setBrush(view, null) : view));
    return isBrushed;
  }

  private activateRow(row: number): void {
    this.active = row;
    const height = this.scene?.layout.rowHeightPx ?? 0;
    const { positionPx } = this.scroll;
    const { clientHeight } = this.table.node;
    const top = row * height;
    if (top < positionPx) {
      this.scroll.to(top);
    } else if (top + height > positionPx + clientHeight) {
      this.scroll.to(top + height - clientHeight);
    }
    this.draw();
  }

  /** Go to a neuron, by its index or a text that means it; else say why not. */
  goTo(wanted: string | number): string | null {
    const { figure, view, context } = this;
    const isIndex = typeof wanted === 'number';
    const neuron = isIndex ? wanted : findNeuron(figure.layer, wanted);
    const row = neuron === null ? -1 : figure.rows.indexOf(neuron);
    if (row < 0) {
      return missingText(figure, neuron, `${wanted}`, view, context.trans);
    }
    this.draw();
    this.scroll.toShare((row + 0.5) / figure.rows.length);
    this.activateRow(row);
    this.table.node.focus({ preventScroll: true });
    return null;
  }

  private readonly viewport = element('div', { className: 'nd-Graph-window' });
  private readonly canvas = new GraphCanvas(() => this.drawSoon());
  private readonly table: GridTable;
  private readonly scroll: GraphScroll;
  private readonly overview: OverviewStrip;
  private readonly jump: JumpField;
  private readonly header: GraphHeader;
  private readonly observers: readonly { disconnect(): void }[];
  private readonly sight = watchSight(
    this.node,
    () => {
      this.canvas.release();
      this.overview.release();
    },
    () => this.draw()
  );
  private readonly theme = new ThemeReader(this.node);
  private scene: Scene | null = null;
  private readonly room = new Room();
  private readonly actions: RowActions;
  private readonly pointer: GraphPointer;
  private readonly drawing = new Drawing(
    () => this.look(),
    looked => this.drawIn(looked)
  );
  private active = 0;
  private move: RowMove | null = null;
}
