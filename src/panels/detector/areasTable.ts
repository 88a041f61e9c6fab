import type { Estimate } from '../../core/detector/resampling';
import type { Score } from '../../core/detector/score';
import { AGAINST } from '../../core/detector/score';
import type { DetectorRow } from '../../view/detector';
import { scoreIn } from '../../view/detector';
import type { DetectorModel } from '../../view/detectorModel';
import type { PanelContext } from '../context';
import { element } from '../dom';
import { describeError } from '../errorCard';
import { formatDigits } from '../findings/texts';
import { rowFor } from '../graphKeys';
import { againstName, areaText, rowName, scoreName } from './texts';

const PAGE_ROWS = 8;
const COLUMNS = AGAINST.length + 1;

/** Areas of all layers below that of 1 − max-softmax; choosing a layer shows its curves. */
export class AreasTable {
  constructor(
    private readonly context: PanelContext,
    private readonly model: DetectorModel
  ) {
    const { trans } = context;
    this.table = element(
      'table',
      {
        className: 'nd-Areas',
        attributes: { role: 'grid', 'aria-label': trans.__('Detector') }
      },
      this.head(),
      this.body
    );
    this.node = element('div', { className: 'nd-Numbers-scroll' }, this.table);
    this.body.addEventListener('click', event => {
      this.choose(this.rowAt(event.target));
    });
    this.body.addEventListener('keydown', event => this.onKey(event));
  }

  readonly node: HTMLElement;

  /** Only what differs is drawn anew: a row that is rebuilt under the pointer loses its click. */
  refresh(): void {
    const { model } = this;
    const { rows, score, row: chosen } = model;
    const known = [
      score,
      chosen,
      model.baseline,
      model.refusal(null),
      ...rows.flatMap(row => [model.detected(row), model.refusal(row)])
    ];
    if (
      known.length === this.drawn.length &&
      known.every((one, k) => one === this.drawn[k])
    ) {
      return;
    }
    this.drawn = known;
    const hadFocus = this.body.contains(document.activeElement);
    this.body.replaceChildren(
      this.row(null, model.baseline?.scores[0] ?? null),
      ...rows.map(row => {
        const found = model.detected(row);
        return this.row(row, found && scoreIn(found, score));
      })
    );
    if (hadFocus) {
      this.body.rows[1 + rows.indexOf(chosen)]?.focus();
    }
  }

  private head(): HTMLElement {
    const { trans } = this.context;
    const cell = (text: string, span: Record<string, string> = {}) =>
      element('th', { text, attributes: { scope: 'col', ...span } });
    return element(
      'thead',
      {},
      element(
        'tr',
        {},
        cell('', { rowspan: '2', 'aria-label': trans.__('Layer') }),
        cell(trans.__('attacked against'), {
          colspan: String(AGAINST.length),
          scope: 'colgroup'
        }),
        cell(trans.__('misclassified against'))
      ),
      element(
        'tr',
        {},
        ...AGAINST.map(against => cell(againstName(against, trans))),
        cell(againstName('correct', trans))
      )
    );
  }

  /** Null is the row of 1 − max-softmax, whose curve is always there. */
  private row(row: DetectorRow | null, score: Score | null): HTMLElement {
    const { context, model } = this;
    const { trans } = context;
    const isChosen = row !== null && row === model.row;
    const name =
      row === null ? scoreName('doubt', trans) : rowName(row, context);
    const refusal = model.refusal(row);
    return element(
      'tr',
      {
        className: row === null ? 'nd-mod-baseline' : '',
        attributes:
          row === null
            ? {}
            : {
                tabindex: isChosen ? '0' : '-1',
                'aria-selected': String(isChosen)
              }
      },
      element('th', { text: name, title: name, attributes: { scope: 'row' } }),
      ...(score === null
        ? [
            element('td', {
              className: 'nd-Areas-refusal',
              text: refusal === undefined ? '…' : describeError(refusal, trans),
              attributes: { colspan: String(COLUMNS) }
            })
          ]
        : [
            ...AGAINST.map(against => score.areas[against]),
            score.misclassifiedCorrect
          ].map(one => this.cell(one)))
    );
  }

  private cell(estimate: Estimate | null): HTMLElement {
    const { trans } = this.context;
    if (estimate === null) {
      return element('td', { text: '–', title: trans.__('not known') });
    }
    const { value, low, high, of, against } = estimate;
    const isOpen = Number.isNaN(low);
    const counts = trans.__('%1 against %2', of, against);
    const interval = [low, high].map(formatDigits).join(', ');
    return element(
      'td',
      {
        title: `AUC ${formatDigits(value)}${isOpen ? '' : ` [${interval}]`} · ${counts}`
      },
      element('span', { text: areaText(value) }),
      element('span', {
        className: 'nd-Areas-interval',
        text: isOpen ? '' : `[${areaText(low)}, ${areaText(high)}]`
      })
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { rows, row } = this.model;
    const target = rowFor(
      event.key,
      rows.indexOf(row),
      rows.length - 1,
      PAGE_ROWS
    );
    if (target !== null) {
      this.choose(target + 1);
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** By its place in the table, where 1 − max-softmax is the first. */
  private choose(place: number): void {
    const row = this.model.rows[place - 1];
    if (row !== undefined) {
      this.model.lookAt(row);
      this.refresh();
      this.body.rows[place]?.focus();
    }
  }

  private rowAt(target: EventTarget | null): number {
    const row = target instanceof Element ? target.closest('tr') : null;
    return row ? [...this.body.rows].indexOf(row) : -1;
  }

  private readonly table: HTMLTableElement;
  private readonly body = element('tbody');
  private drawn: readonly unknown[] = [];
}
