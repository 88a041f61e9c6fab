import type { TranslationBundle } from '@jupyterlab/translation';
import type { Scene, SceneRow } from '../draw/scene';
import type { LayerFigure } from '../view/figure';
import { formatExact, neuronName } from '../view/format';
import { seriesName } from './brush/texts';
import { element, setAttribute, uniqueId } from './dom';

/** Nobody listens to a row of more columns. */
const CLASSES_AT_MOST = 50;

/**
 * The scrolling window onto a layer's rows, which is also the grid that assistive technology reads:
 * the drawn rows in drawn order, with the numbers behind the picture.
 */
export class GridTable {
  constructor(
    private readonly trans: TranslationBundle,
    label: string
  ) {
    this.node = element(
      'div',
      {
        className: 'nd-Graph-scroll',
        attributes: {
          role: 'grid',
          'aria-label': label,
          'aria-readonly': 'true',
          tabindex: '0'
        }
      },
      this.body
    );
  }

  readonly node: HTMLElement;

  get hasFocus(): boolean {
    return this.node.ownerDocument.activeElement === this.node;
  }

  update(figure: LayerFigure, scene: Scene, active: number): void {
    const first = scene.rows[0]?.row ?? 0;
    const last = scene.rows[scene.rows.length - 1]?.row ?? -1;
    if (figure !== this.figure || first !== this.first || last !== this.last) {
      this.figure = figure;
      this.first = first;
      this.last = last;
      this.fill(figure, scene);
    }
    setAttribute(this.node, 'aria-activedescendant', this.rowId(active));
  }

  /** Rows that stay keep their nodes; nodes of rows that left become those of rows that came. */
  private fill(figure: LayerFigure, scene: Scene): void {
    const heads = this.heads(figure);
    setAttribute(this.node, 'aria-rowcount', String(figure.rows.length + 1));
    setAttribute(this.node, 'aria-colcount', String(heads.length));
    if (heads.length !== this.head.cells.length) {
      this.head = new GridRow('columnheader', heads.length);
      this.rows = [];
      this.body.replaceChildren(this.head.node);
    }
    this.head.show(0, `${this.id}-head`, heads);
    const kept = this.rows.filter(r => this.isInWindow(r.row));
    const free = this.rows.filter(r => !this.isInWindow(r.row));
    const oldest = kept[0];
    this.rows = scene.rows.map(({ row }) => {
      const known = oldest && kept[row - oldest.row];
      if (known?.row === row) {
        return known;
      }
      const next = free.pop() ?? new GridRow('gridcell', heads.length);
      const isAbove = oldest !== undefined && row < oldest.row;
      this.body.insertBefore(next.node, isAbove ? oldest.node : null);
      return next;
    });
    free.forEach(r => r.node.remove());
    scene.rows.forEach((shown, k) =>
      this.rows[k]?.show(
        shown.row + 1,
        this.rowId(shown.row),
        this.texts(figure, shown)
      )
    );
  }

  private isInWindow(row: number): boolean {
    return row >= this.first && row <= this.last;
  }

  private heads({ classes, instances }: LayerFigure): readonly string[] {
    const { trans } = this;
    return [
      trans.__('Neuron'),
      trans.__('Marked'),
      trans.__('Hidden'),
      trans.__('Sort value'),
      ...classes
        .slice(0, CLASSES_AT_MOST)
        .map(c => trans.__('Median of %1', seriesName(c, trans))),
      ...instances.map(i => trans.__('Value of %1', i.instance.name))
    ];
  }

  private texts(
    { layer, scores, classes, instances }: LayerFigure,
    { neuron, hidden, marked }: SceneRow
  ): readonly string[] {
    const { trans } = this;
    return [
      neuronName(layer, neuron),
      marked ? trans.__('yes') : trans.__('no'),
      hidden ? trans.__('yes') : trans.__('no'),
      formatExact(scores[neuron]),
      ...classes
        .slice(0, CLASSES_AT_MOST)
        .map(c => formatExact(c.distribution.median[neuron])),
      ...instances.map(i => formatExact(i.values[neuron]))
    ];
  }

  private rowId(row: number): string {
    return `${this.id}-${row}`;
  }

  private readonly id = uniqueId();
  private readonly body = element('div', {
    className: 'nd-Graph-table',
    attributes: { role: 'rowgroup' }
  });
  private head = new GridRow('columnheader', 0);
  private rows: readonly GridRow[] = [];
  private figure: LayerFigure | null = null;
  private first = -1;
  private last = -1;
}

/** One row's nodes, of which only texts that differ are touched. */
class GridRow {
  constructor(role: 'columnheader' | 'gridcell', cells: number) {
    this.cells = Array.from({ length: cells }, () =>
      element('span', { attributes: { role } })
    );
    this.node = element('div', { attributes: { role: 'row' } }, ...this.cells);
  }

  readonly node: HTMLElement;
  readonly cells: readonly HTMLElement[];

  /** Place among the shown rows; −1 before it is shown. */
  get row(): number {
    return this.index - 1;
  }

  show(index: number, id: string, texts: readonly string[]): void {
    if (index !== this.index) {
      this.index = index;
      this.node.id = id;
      this.node.setAttribute('aria-rowindex', String(index + 1));
    }
    this.cells.forEach((cell, k) => {
      if (texts[k] !== this.texts[k]) {
        cell.textContent = texts[k] ?? '';
      }
    });
    this.texts = texts;
  }

  private texts: readonly string[] = [];
  private index = -1;
}
