import { isRing } from '../draw/dots';
import { classColor, toCss } from '../draw/palette';
import { instanceColor, markColor, readTheme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import {
  formatCount,
  formatExact,
  formatShare,
  formatValue,
  neuronName
} from '../view/format';
import type { Hover } from '../view/hover';
import { hoverOf } from '../view/hover';
import { seriesName } from './brush/texts';
import type { PanelContext } from './context';
import { element } from './dom';
import { orderText } from './sentence';

const OFFSET_PX = 14;
/** More classes would make the card too wide. */
const RANKED_CLASSES = 4;

/** The numbers under the pointer, on the page's body so that no cell clips it. */
export class HoverCard {
  constructor(private readonly context: PanelContext) {}

  show(
    owner: object,
    figure: LayerFigure,
    neuron: number,
    column: number | null,
    at: { readonly clientX: number; readonly clientY: number }
  ): void {
    this.owner = owner;
    const key = `${figure.layerIndex}:${neuron}:${column}`;
    if (key !== this.key || figure !== this.figure) {
      this.key = key;
      this.figure = figure;
      this.node.replaceChildren(...this.content(figure, neuron, column));
    }
    if (!this.node.isConnected) {
      document.body.append(this.node);
    }
    const { width, height } = this.node.getBoundingClientRect();
    const right = at.clientX + OFFSET_PX + width < window.innerWidth;
    const top = Math.min(
      at.clientY + OFFSET_PX,
      window.innerHeight - height - 4
    );
    this.node.style.left = `${Math.max(4, right ? at.clientX + OFFSET_PX : at.clientX - OFFSET_PX - width)}px`;
    this.node.style.top = `${Math.max(4, top)}px`;
  }

  /** Hide if `owner` shows it. */
  hide(owner: object): void {
    if (owner === this.owner) {
      this.node.remove();
      this.owner = null;
    }
  }

  dispose(): void {
    this.node.remove();
  }

  private content(
    figure: LayerFigure,
    neuron: number,
    column: number | null
  ): Node[] {
    const { trans } = this.context;
    const hover = hoverOf(figure, neuron, column ?? 0);
    const title = element('div', {
      className: 'nd-Hover-title',
      text: trans.__(
        '%1 · neuron %2',
        figure.layer.name,
        neuronName(figure.layer, neuron)
      )
    });
    const range = element('div', {
      className: 'nd-Hover-range',
      text:
        column === null
          ? ''
          : trans.__(
              'bin [%1, %2)',
              formatExact(hover.range[0]),
              formatExact(hover.range[1])
            )
    });
    return [
      title,
      range,
      ...this.divergence(hover),
      this.table(hover, column !== null, figure.zerosApart),
      ...this.ranks(hover),
      element('div', {
        className: 'nd-Hover-hint',
        text: figure.hidden.has(neuron)
          ? trans.__(
              'click: show · click the name: mark · double click: details'
            )
          : trans.__(
              'click: hide · click the name: mark · double click: details'
            )
      })
    ];
  }

  /** What the neuron is sorted by, and how well it is known. */
  private divergence({ divergence }: Hover): HTMLElement[] {
    const { store, trans } = this.context;
    if (divergence === null) {
      return [];
    }
    const { text, bound, from } = divergence;
    const sorted = trans.__(
      'sorted %1: %2',
      orderText(store.view, store.info, trans),
      text
    );
    const doubt = Number.isNaN(bound)
      ? trans.__('from counts')
      : trans.__(
          '± %1, from counts',
          formatExact(Number(bound.toPrecision(2)))
        );
    const isExact = from === 'values' || bound === 0;
    return [
      element('div', {
        className: 'nd-Hover-range',
        text: isExact ? sorted : `${sorted} (${doubt})`
      })
    ];
  }

  private table(
    hover: Hover,
    inBin: boolean,
    zerosApart: boolean
  ): HTMLElement {
    const { trans } = this.context;
    const theme = readTheme(document.body);
    const heads = ['', trans.__('median'), trans.__('zeros')];
    const binHeads = inBin
      ? [
          zerosApart ? trans.__('in bin, non-zero') : trans.__('in bin'),
          trans.__('share')
        ]
      : [];
    const table = element('table', { className: 'nd-Hover-table' });
    table.append(row('th', [...heads, ...binHeads]));
    for (const c of hover.classes) {
      const bin = inBin
        ? [formatCount(c.count), formatShare(c.count / c.size)]
        : [];
      const cells = [
        seriesName(c, trans),
        formatValue(c.median),
        formatCount(c.zeros),
        ...bin
      ];
      const color = markColor(classColor(c.index, c.color, theme), theme);
      const dot = { color: toCss(color), ring: false };
      table.append(row('td', cells, dot), ...notes(c, trans));
    }
    return table;
  }

  /** Value of each instance and its percentile in each shown class. */
  private ranks({ instances }: Hover): HTMLElement[] {
    const { trans } = this.context;
    const theme = readTheme(document.body);
    const first = instances[0];
    if (!first) {
      return [];
    }
    const ranked = first.percentiles.slice(0, RANKED_CLASSES);
    const table = element('table', { className: 'nd-Hover-table' });
    table.append(
      row('th', [
        '',
        trans.__('value'),
        ...ranked.map(p => trans.__('percentile in %1', seriesName(p, trans)))
      ]),
      ...instances.map(i =>
        row(
          'td',
          [
            i.instance.name,
            formatValue(i.value),
            ...i.percentiles
              .slice(0, RANKED_CLASSES)
              .map(p => formatShare(p.percentile / 100))
          ],
          {
            color: toCss(instanceColor(i.instance, theme)),
            ring: isRing(i.instance)
          }
        )
      )
    );
    return [table];
  }

  private readonly node = element('div', {
    className: 'nd-Hover',
    attributes: { role: 'tooltip' }
  });
  private owner: object | null = null;
  private figure: LayerFigure | null = null;
  private key = '';
}

function notes(
  c: Hover['classes'][number],
  trans: PanelContext['trans']
): HTMLElement[] {
  const texts = [
    c.below > 0
      ? trans.__('%1 left of the axis', formatCount(Math.round(c.below)))
      : '',
    c.above > 0
      ? trans.__('%1 right of the axis', formatCount(Math.round(c.above)))
      : '',
    c.nonFinite > 0 ? trans.__('%1 not finite', formatCount(c.nonFinite)) : ''
  ].filter(t => t !== '');
  if (texts.length === 0) {
    return [];
  }
  const note = element('td', {
    className: 'nd-Hover-note',
    text: texts.join(', '),
    attributes: { colspan: '5' }
  });
  return [element('tr', {}, note)];
}

function row(
  tag: 'th' | 'td',
  texts: readonly string[],
  dot?: { readonly color: string; readonly ring: boolean }
): HTMLTableRowElement {
  const cells = texts.map(text => element(tag, { text }));
  const first = cells[0];
  if (first && dot) {
    first.style.setProperty('--nd-color', dot.color);
    first.className = dot.ring ? 'nd-Hover-name nd-mod-ring' : 'nd-Hover-name';
  }
  return element('tr', {}, ...cells);
}
