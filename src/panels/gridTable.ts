import type { TranslationBundle } from '@jupyterlab/translation';
import type { Scene } from '../draw/scene';
import type { LayerFigure } from '../view/figure';
import { formatExact, neuronName } from '../view/format';
import { element, uniqueId } from './dom';

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
    this.node.setAttribute('aria-activedescendant', this.rowId(active));
  }

  private fill(figure: LayerFigure, scene: Scene): void {
    const { trans } = this;
    const heads = [
      trans.__('Neuron'),
      trans.__('Marked'),
      trans.__('Hidden'),
      trans.__('Sort value'),
      ...figure.classes.map(c => trans.__('Median of %1', c.name)),
      ...figure.instances.map(i => trans.__('Value of %1', i.instance.name))
    ];
    this.node.setAttribute('aria-rowcount', String(figure.rows.length + 1));
    this.node.setAttribute('aria-colcount', String(heads.length));
    this.body.replaceChildren(
      this.row(0, 'nd-head', 'columnheader', heads),
      ...scene.rows.map(({ row, neuron, hidden, marked }) =>
        this.row(row + 1, this.rowId(row), 'gridcell', [
          neuronName(figure.layer, neuron),
          marked ? trans.__('yes') : trans.__('no'),
          hidden ? trans.__('yes') : trans.__('no'),
          formatExact(figure.scores[neuron]),
          ...figure.classes.map(c =>
            formatExact(c.distribution.median[neuron])
          ),
          ...figure.instances.map(i => formatExact(i.values[neuron]))
        ])
      )
    );
  }

  private row(
    index: number,
    id: string,
    role: 'columnheader' | 'gridcell',
    cells: readonly string[]
  ): HTMLElement {
    return element(
      'div',
      {
        attributes: {
          role: 'row',
          id: index === 0 ? `${this.id}-head` : id,
          'aria-rowindex': String(index + 1)
        }
      },
      ...cells.map(text => element('span', { text, attributes: { role } }))
    );
  }

  private rowId(row: number): string {
    return `${this.id}-${row}`;
  }

  private readonly id = uniqueId();
  private readonly body = element('div', {
    className: 'nd-Graph-table',
    attributes: { role: 'rowgroup' }
  });
  private figure: LayerFigure | null = null;
  private first = -1;
  private last = -1;
}
