import type { TranslationBundle } from '@jupyterlab/translation';
import type { Unit } from '../../core/divergence/divergence';
import { DIVERGENCES } from '../../core/divergence';
import type { DivergenceValue } from '../../view/detail/divergences';
import {
  groupDivergences,
  instanceDivergences
} from '../../view/detail/divergences';
import { comparedItems } from '../../view/detail/state';
import type { AnyItem } from '../../view/items';
import { isMany, itemOf, keyOf } from '../../view/items';
import { divergenceName } from '../divergenceTexts';
import { element, setText } from '../dom';
import { instancePart, LiveChooser, manyParts, restPart } from '../itemChoices';
import type { DetailModel, DetailPart } from './model';
import { comparedOf, shownItems, valueOf } from './model';
import { estimateCell } from './statisticsTable';

/** All divergences of two items that a person chooses, a → b. */
export class DivergenceTable implements DetailPart {
  constructor(private readonly trans: TranslationBundle) {
    [this.from, this.to] = [this.live('a'), this.live('b')];
    this.node = element(
      'section',
      { className: 'nd-Detail-divergences' },
      element('h4', {
        className: 'nd-Section-title',
        text: trans.__('Divergence')
      }),
      element(
        'div',
        { className: 'nd-Detail-choosers' },
        this.from.node,
        element('span', { className: 'nd-Toolbar-sign', text: '→' }),
        this.to.node
      ),
      this.table,
      this.note
    );
  }

  readonly node: HTMLElement;

  refresh(model: DetailModel): void {
    const { context, state } = model;
    const [a, b] = comparedItems(
      state,
      context.store.view,
      shownItems(context),
      context.store.info
    );
    this.choose(model, a, b);
    const found = this.values(model, a, b);
    this.table.replaceChildren(
      ...(found ?? []).map(one =>
        element(
          'tr',
          {},
          element('th', {
            text:
              one.key === 'mannWhitneyP'
                ? this.trans.__('p (Mann–Whitney)')
                : divergenceName(one.key, this.trans),
            attributes: { scope: 'row' }
          }),
          this.cellOf(one)
        )
      )
    );
    setText(this.note, this.noteOf(found, model));
    this.note.hidden = this.note.textContent === '';
  }

  private values(
    model: DetailModel,
    a: AnyItem,
    b: AnyItem
  ): readonly DivergenceValue[] | null {
    const from = comparedOf(a, b, model);
    if (from === null) {
      return null;
    }
    if (!isMany(b)) {
      const x = valueOf(b, model.data, model.context);
      return x === null ? null : instanceDivergences(from, x);
    }
    const to = comparedOf(b, a, model);
    return to && groupDivergences(from, to);
  }

  private cellOf(one: DivergenceValue): HTMLElement {
    const node = estimateCell(one);
    const unit =
      one.key === 'mannWhitneyP' ? '' : this.unitOf(DIVERGENCES[one.key].unit);
    if (unit !== '' && Number.isFinite(one.value)) {
      node.append(
        element('span', { className: 'nd-Numbers-unit', text: unit })
      );
    }
    return node;
  }

  private unitOf(unit: Unit): string {
    switch (unit) {
      case 'bit':
        return this.trans.__(' bit');
      case 'percent':
        return '\u2009%';
      case 'deviation':
        return '\u2009σ';
      default:
        return '';
    }
  }

  private noteOf(
    found: readonly DivergenceValue[] | null,
    { data }: DetailModel
  ): string {
    const { trans } = this;
    if (found !== null) {
      return '';
    }
    if (data.state === 'waiting') {
      return trans.__('Reading the activations…');
    }
    return data.state === 'summary'
      ? trans.__('Only a summary is here: it does not tell all others apart.')
      : '';
  }

  /** The lists follow what can be chosen; what is chosen stays. */
  private choose(model: DetailModel, a: AnyItem, b: AnyItem): void {
    this.model = model;
    const { trans } = this;
    const { context, data } = model;
    const rest = data.state === 'summary' ? [] : [restPart(context)];
    const many = [...manyParts(context), ...rest];
    this.from.offer(trans.__('Divergence from'), many, keyOf(a));
    this.to.offer(
      trans.__('Divergence to'),
      [...many, instancePart(context, trans.__('Instances'))],
      keyOf(b)
    );
  }

  private live(end: 'a' | 'b'): LiveChooser {
    return new LiveChooser(
      this.trans,
      key => this.chosen(end, key),
      () => (this.model ? shownItems(this.model.context).map(keyOf) : [])
    );
  }

  /** What a person chose in one of the lists. */
  private chosen(end: 'a' | 'b', key: string): void {
    const item = itemOf(key);
    this.model?.change(end === 'a' ? { a: item } : { b: item });
  }

  private readonly from: LiveChooser;
  private readonly to: LiveChooser;
  private readonly table = element('table', { className: 'nd-Numbers' });
  private readonly note = element('p', { className: 'nd-Detail-note' });
  private model: DetailModel | null = null;
}
