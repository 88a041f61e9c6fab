import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { drawAxis } from '../draw/axis';
import { contextOf } from '../draw/canvas';
import { canvasSurface } from '../draw/canvasSurface';
import { RowMove } from '../draw/rowMove';
import { OVERVIEW_PX, paintOverview } from '../draw/overview';
import { paint } from '../draw/paint';
import type { GraphLayout, Scene, SceneRow } from '../draw/scene';
import { graphLayout, pxToColumn, rowHeightPx, sceneOf } from '../draw/scene';
import { readTheme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import type { ViewState } from '../view/state';
import { toggleHidden, toggleMarked } from '../view/update';
import { offerActions } from './actions';
import type { PanelContext } from './context';
import { element } from './dom';
import { rowFor } from './graphKeys';
import { axisTexts, subtitle } from './graphTexts';
import { GridTable } from './gridTable';
import type { HoverCard } from './hoverCard';
import type { GraphWindow } from './picture';
import { windowOf } from './picture';
import { Room } from './room';

/** One layer: title, axis, the rows in a scrolling window, and an overview of all rows. */
export class Graph extends Widget {
  constructor(
    private readonly context: PanelContext,
    private readonly hoverCard: HoverCard,
    private figure: LayerFigure,
    /** Called with the scroll position after the user scrolled. */
    private readonly onScrolled: (scrollPx: number) => void
  ) {
    super();
    this.addClass('nd-Graph');
    this.table = new GridTable(context.trans, figure.layer.name);
    this.table.node.append(this.viewport, this.spacer);
    this.viewport.append(this.canvas);
    this.node.append(
      element(
        'header',
        { className: 'nd-Graph-header' },
        this.heading,
        this.subtitle
      ),
      this.axis,
      element(
        'div',
        { className: 'nd-Graph-body' },
        this.table.node,
        this.overview
      )
    );
    this.axis.setAttribute('class', 'nd-Graph-axis');
    this.axis.setAttribute('aria-hidden', 'true');
    this.listen();
    this.resizes = new ResizeObserver(() => this.drawSoon());
    this.resizes.observe(this.table.node);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.resizes.disconnect();
      cancelAnimationFrame(this.frame);
      this.hoverCard.hide(this);
      super.dispose();
    }
  }

  /** Show another figure of the same layer; rows glide to their new places. A complete picture stays until the next is complete. */
  showFigure(figure: LayerFigure): void {
    this.node.setAttribute('aria-busy', String(figure.pending));
    if (figure.pending && !this.figure.pending) {
      return;
    }
    if (figure !== this.figure) {
      this.move = this.figure.pending
        ? null
        : (RowMove.between(this.figure, figure) ?? this.move);
      this.figure = figure;
    }
    this.drawSoon();
  }

  get layerName(): string {
    return this.figure.layer.name;
  }

  /** Which part of its rows is on screen. */
  get window(): GraphWindow {
    return windowOf(this.layerName, this.table.node);
  }

  /** Scroll to a position without telling the others. */
  scrollTo(scrollPx: number): void {
    this.table.node.scrollTop = scrollPx;
  }

  protected override onAfterAttach(_: Message): void {
    this.draw();
  }

  protected override onResize(): void {
    this.drawSoon();
  }

  protected override onUpdateRequest(_: Message): void {
    this.draw();
  }

  private get view(): ViewState {
    return this.context.store.view;
  }

  private drawSoon(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  private draw(): void {
    const widthPx = this.table.node.clientWidth;
    const heightPx = this.table.node.clientHeight;
    if (this.isDisposed) {
      return;
    }
    if (this.room.shouldLookAgain(widthPx, heightPx)) {
      this.drawSoon();
    }
    if (widthPx === 0 || heightPx === 0) {
      return;
    }
    const { classesAs, rowHeight } = this.view;
    const layout = graphLayout(
      this.figure,
      widthPx,
      rowHeightPx(rowHeight, classesAs, this.figure.classes.length)
    );
    this.spacer.style.height = `${this.figure.rows.length * layout.rowHeightPx}px`;
    const scrollPx = this.table.node.scrollTop;
    const place = { layout, heightPx, scrollPx };
    this.scene = sceneOf(this.figure, { ...this.view, ...place });
    this.active = Math.min(this.active, this.figure.rows.length - 1);
    this.paintScene(this.scene);
    this.paintOverview();
    this.describe(layout);
    this.table.update(this.figure, this.scene, this.active);
  }

  private paintScene(scene: Scene): void {
    const { move } = this;
    const [context, pixels] = contextOf(
      this.canvas,
      scene.layout.widthPx,
      scene.heightPx
    );
    paint(
      canvasSurface(context, pixels),
      scene,
      this.figure,
      readTheme(this.node),
      {
        hovered: this.hovered,
        active: this.table.hasFocus ? this.figure.rows[this.active] : -1,
        topOf: row => (move ? move.topOf(row, scene) : row.topPx),
        chosenColors: index => this.context.store.info.classes[index].color
      }
    );
    if (move?.isOver() === false) {
      this.drawSoon();
    } else {
      this.move = null;
    }
  }

  private paintOverview(): void {
    const heightPx = this.table.node.clientHeight;
    const [context, pixels] = contextOf(this.overview, OVERVIEW_PX, heightPx);
    const { scrollTop, clientHeight, scrollHeight } = this.table.node;
    const all = Math.max(scrollHeight, 1);
    paintOverview(
      context,
      this.figure,
      heightPx,
      [scrollTop / all, Math.min(1, (scrollTop + clientHeight) / all)],
      readTheme(this.node),
      pixels
    );
  }

  private describe(layout: GraphLayout): void {
    const { trans } = this.context;
    const { layer, sharedAxis } = this.figure;
    this.heading.textContent = layer.name;
    this.heading.title = layer.name;
    this.subtitle.textContent = subtitle(this.figure, trans);
    this.subtitle.title = this.subtitle.textContent;
    drawAxis(
      this.axis,
      sharedAxis ? this.figure.columnsOf(0) : null,
      layout,
      axisTexts(this.view, trans)
    );
  }

  private change(change: typeof toggleHidden): void {
    const neuron = this.figure.rows[this.active];
    if (neuron !== undefined) {
      this.context.store.update(v => change(v, this.layerName, neuron));
    }
  }

  private listen(): void {
    const { node } = this.table;
    offerActions(node, {
      'toggle-hidden': () => this.change(toggleHidden),
      'toggle-marked': () => this.change(toggleMarked)
    });
    node.addEventListener(
      'scroll',
      () => {
        this.draw();
        this.onScrolled(node.scrollTop);
      },
      { passive: true }
    );
    node.addEventListener('focus', () => this.drawSoon());
    node.addEventListener('blur', () => this.drawSoon());
    node.addEventListener('keydown', event => this.onKey(event));
    this.canvas.addEventListener('pointermove', event => this.onPointer(event));
    this.canvas.addEventListener('pointerleave', () => this.leave());
    this.canvas.addEventListener('click', event => this.onClick(event));
    const jump = (event: PointerEvent) => {
      if (event.buttons & 1) {
        this.overview.setPointerCapture(event.pointerId);
        const { top, height } = this.overview.getBoundingClientRect();
        const share = (event.clientY - top) / height;
        node.scrollTop = share * node.scrollHeight - node.clientHeight / 2;
      }
    };
    this.overview.addEventListener('pointerdown', jump);
    this.overview.addEventListener('pointermove', jump);
  }

  private onPointer(event: PointerEvent): void {
    const at = this.locate(event);
    this.hovered = at?.row.neuron ?? -1;
    this.drawSoon();
    if (!at || this.move) {
      this.hoverCard.hide(this);
      return;
    }
    const column = pxToColumn(at.xPx, at.row.columns, at.layout);
    this.hoverCard.show(this, this.figure, at.row.neuron, column, event);
  }

  private leave(): void {
    this.hovered = -1;
    this.hoverCard.hide(this);
    this.drawSoon();
  }

  private onClick(event: MouseEvent): void {
    const at = this.locate(event);
    if (!at) {
      return;
    }
    this.active = at.row.row;
    const marks = event.shiftKey || at.xPx < at.layout.labelPx;
    this.context.store.update(v =>
      (marks ? toggleMarked : toggleHidden)(v, this.layerName, at.row.neuron)
    );
  }

  private locate(event: MouseEvent): {
    row: SceneRow;
    layout: GraphLayout;
    xPx: number;
  } | null {
    const { left, top } = this.canvas.getBoundingClientRect();
    const yPx = event.clientY - top;
    const layout = this.scene?.layout;
    const row = this.scene?.rows.find(
      r => yPx >= r.topPx && yPx < r.topPx + (layout?.rowHeightPx ?? 0)
    );
    return row && layout ? { row, layout, xPx: event.clientX - left } : null;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const last = this.figure.rows.length - 1;
    const target = rowFor(
      event.key,
      this.active,
      last,
      (this.scene?.rows.length ?? 0) - 2
    );
    if (target !== null) {
      this.activateRow(target);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private activateRow(row: number): void {
    this.active = row;
    const height = this.scene?.layout.rowHeightPx ?? 0;
    const { node } = this.table;
    const top = row * height;
    if (top < node.scrollTop) {
      node.scrollTop = top;
    } else if (top + height > node.scrollTop + node.clientHeight) {
      node.scrollTop = top + height - node.clientHeight;
    }
    this.draw();
  }

  private readonly heading = element('h3', { className: 'nd-Graph-title' });
  private readonly subtitle = element('span', {
    className: 'nd-Graph-subtitle'
  });
  private readonly axis = document.createElementNS(
    'http://www.w3.org/2000/svg',
    'svg'
  );
  private readonly viewport = element('div', { className: 'nd-Graph-window' });
  private readonly canvas = element('canvas', {
    className: 'nd-Graph-canvas',
    attributes: { 'aria-hidden': 'true' }
  });
  private readonly spacer = element('div', { className: 'nd-Graph-spacer' });
  private readonly overview = element('canvas', {
    className: 'nd-Graph-overview',
    attributes: { 'aria-hidden': 'true' }
  });
  private readonly table: GridTable;
  private readonly resizes: ResizeObserver;
  private scene: Scene | null = null;
  private readonly room = new Room();
  private frame = 0;
  private hovered = -1;
  private active = 0;
  private move: RowMove | null = null;
}
