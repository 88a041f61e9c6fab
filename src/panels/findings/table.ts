import type { Theme } from '../../draw/theme';
import type { Finding } from '../../view/findings';
import { neuronName } from '../../view/format';
import { marksOf } from '../../view/state';
import { toggleMarked } from '../../view/update';
import { offerActions } from '../actions';
import type { PanelContext } from '../context';
import { button, element, setText } from '../dom';
import { rowFor } from '../graphKeys';
import type { Column, Listed } from './columns';
import { columnsOf } from './columns';

/** Rows at first, and with each press of "more". */
const ROWS = 200;
const PAGE_ROWS = 8;

/** Findings as rows; a row is where keys and clicks go. */
export class FindingsTable {
  constructor(
    private readonly context: PanelContext,
    private readonly go: (finding: Finding) => void,
    private readonly open: (finding: Finding) => void
  ) {
    const { trans } = context;
    this.body = element('tbody');
    this.table = element(
      'table',
      {
        className: 'nd-Findings-table',
        attributes: { role: 'grid', 'aria-label': trans.__('Findings') }
      },
      element('thead', {}, this.heads),
      this.body
    );
    this.more = button({ className: 'nd-Link nd-Findings-more' }, () => {
      this.most += ROWS;
      this.render();
    });
    this.node = element(
      'div',
      { className: 'nd-Findings-rows' },
      this.table,
      this.more
    );
    this.body.addEventListener('keydown', event => this.onKey(event));
    this.body.addEventListener('click', event => this.onClick(event));
    this.body.addEventListener('focusin', event => {
      this.setActive(this.rowAt(event.target));
    });
    offerActions(this.body, {
      'toggle-marked': () => this.mark(this.active)
    });
  }

  readonly node: HTMLElement;

  /** Only what differs is drawn anew: a row that is rebuilt under the pointer loses its click. */
  show(listed: Listed, theme: Theme): void {
    const { findings } = this.listed ?? {};
    const marks = this.context.store.view.neurons;
    const isSame =
      findings === listed.findings &&
      theme === this.theme &&
      marks === this.marks;
    if (findings !== listed.findings) {
      this.most = ROWS;
      this.active = 0;
    }
    this.listed = listed;
    this.theme = theme;
    this.marks = marks;
    if (!isSame) {
      this.render();
    }
  }

  private render(): void {
    const { listed, theme } = this;
    if (listed === null || theme === null) {
      return;
    }
    const hadFocus = this.body.contains(document.activeElement);
    const count = Math.min(this.most, listed.findings.count);
    this.shown = Array.from({ length: count }, (_, row) =>
      listed.findings.at(row)
    );
    const columns = columnsOf(listed, this.shown, this.context, theme);
    this.heads.replaceChildren(
      element('th', {
        className: 'nd-mod-mark',
        attributes: {
          scope: 'col',
          'aria-label': this.context.trans.__('Marked')
        }
      }),
      ...columns.map(({ head, title, className }) =>
        element('th', {
          className,
          text: head,
          title,
          attributes: { scope: 'col' }
        })
      )
    );
    this.body.replaceChildren(
      ...this.shown.map((finding, row) => this.row(finding, row, columns))
    );
    this.table.setAttribute('aria-rowcount', String(listed.findings.count + 1));
    this.table.hidden = count === 0;
    const left = listed.findings.count - count;
    this.more.hidden = left === 0;
    setText(
      this.more,
      this.context.trans.__('show %1 more of %2', Math.min(ROWS, left), left)
    );
    this.setActive(Math.min(this.active, count - 1));
    if (hadFocus) {
      this.focusRow(this.active);
    }
  }

  private row(
    finding: Finding,
    row: number,
    columns: readonly Column[]
  ): HTMLElement {
    const { store, trans } = this.context;
    const layer = store.info.layers[finding.layer];
    const isMarked = marksOf(store.view, layer.name).marked.has(finding.neuron);
    const label = trans.__('Mark %1', neuronName(layer, finding.neuron));
    const star = element('button', {
      className: 'nd-Icon nd-Findings-star',
      text: isMarked ? '★' : '☆',
      title: label,
      attributes: {
        type: 'button',
        tabindex: '-1',
        'aria-label': label,
        'aria-pressed': String(isMarked)
      }
    });
    return element(
      'tr',
      {
        attributes: { tabindex: '-1', 'aria-rowindex': String(row + 2) }
      },
      element('td', { className: 'nd-mod-mark' }, star),
      ...columns.map(({ className, cell, hint }) => {
        const content = cell(finding);
        const title = hint?.(finding);
        return element(
          'td',
          { className, ...(title === undefined ? {} : { title }) },
          typeof content === 'string'
            ? document.createTextNode(content)
            : content
        );
      })
    );
  }

  private onClick(event: MouseEvent): void {
    const row = this.rowAt(event.target);
    const finding = this.shown[row];
    if (!finding) {
      return;
    }
    this.setActive(row);
    const { target } = event;
    if (target instanceof Element && target.closest('.nd-Findings-star')) {
      this.mark(row);
    } else {
      this.go(finding);
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const finding = this.shown[this.active];
    const target = rowFor(
      event.key,
      this.active,
      this.shown.length - 1,
      PAGE_ROWS
    );
    if (event.key === 'Enter' && finding) {
      this.open(finding);
    } else if (target !== null) {
      this.focusRow(target);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private mark(row: number): void {
    const { store } = this.context;
    const finding = this.shown[row];
    if (finding) {
      const { name } = store.info.layers[finding.layer];
      store.update(v => toggleMarked(v, name, finding.neuron));
    }
  }

  private rowAt(target: EventTarget | null): number {
    const row = target instanceof Element ? target.closest('tr') : null;
    return row ? [...this.body.rows].indexOf(row) : -1;
  }

  private focusRow(row: number): void {
    this.setActive(row);
    this.body.rows[this.active]?.focus();
  }

  /** One row is reached by Tab. */
  private setActive(row: number): void {
    const { rows } = this.body;
    const old = rows[this.active];
    old?.setAttribute('tabindex', '-1');
    old?.removeAttribute('aria-selected');
    this.active = Math.max(0, row);
    rows[this.active]?.setAttribute('tabindex', '0');
    rows[this.active]?.setAttribute('aria-selected', 'true');
  }

  private readonly table: HTMLTableElement;
  private readonly heads = element('tr');
  private readonly body: HTMLTableSectionElement;
  private readonly more: HTMLButtonElement;
  private listed: Listed | null = null;
  private theme: Theme | null = null;
  private marks: unknown = null;
  private shown: readonly Finding[] = [];
  private active = 0;
  private most = ROWS;
}
