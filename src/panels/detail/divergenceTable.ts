import type { TranslationBundle } from '@jupyterlab/translation';
import type { Unit } from '../../core/divergence/divergence';
import { DIVERGENCES } from '../../core/divergence';
import type { DivergenceValue } from '../../view/detail/divergences';
import {
  groupDivergences,
  instanceDivergences
} from '../../view/detail/divergences';
import type { DetailItem } from '../../view/detail/items';
import { isGroup, itemOf, keyOf } from '../../view/detail/items';
import { comparedItems } from '../../view/detail/state';
import { groupsOf } from '../../view/groups';
import type { Choice } from '../controls';
import { divergenceName } from '../divergenceTexts';
import { element, setText } from '../dom';
import type { Chooser } from '../searchChoice';
import { chooser } from '../searchChoice';
import type { DetailModel, DetailPart } from './model';
import { appearance, comparedOf, shownItems, valueOf } from './model';
import { estimateCell } from './statisticsTable';

/** All divergences of two items that a person chooses, a → b. */
export class DivergenceTable implements DetailPart {
  constructor(private readonly trans: TranslationBundle) {
    this.node = element(
      'section',
      { className: 'nd-Detail-divergences' },
      element('h4', {
        className: 'nd-Section-title',
        text: trans.__('Divergence')
      }),
      this.choosers,
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
    a: DetailItem,
    b: DetailItem
  ): readonly DivergenceValue[] | null {
    const from = comparedOf(a, b, model);
    if (from === null) {
      return null;
    }
    if (!isGroup(b)) {
      const x = valueOf(b, model.data);
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
  private choose(model: DetailModel, a: DetailItem, b: DetailItem): void {
    const groups = this.groupChoices(model);
    const singles = this.singleChoices(model);
    const key = JSON.stringify([groups, singles]);
    if (key !== this.offered) {
      this.offered = key;
      const { trans } = this;
      const make = (label: string, choices: readonly Choice[]) =>
        chooser(label, choices, trans, () =>
          shownItems(model.context).map(keyOf)
        );
      const from = make(trans.__('Divergence from'), groups);
      const to = make(trans.__('Divergence to'), [...groups, ...singles]);
      from.onChange(() => this.model?.change({ a: itemOf(from.value) }));
      to.onChange(() => this.model?.change({ b: itemOf(to.value) }));
      this.from = from;
      this.to = to;
      this.choosers.replaceChildren(
        from.node,
        element('span', { className: 'nd-Toolbar-sign', text: '→' }),
        to.node
      );
    }
    this.model = model;
    for (const [list, item] of [
      [this.from, a],
      [this.to, b]
    ] as const) {
      if (list) {
        list.value = keyOf(item);
      }
    }
  }

  private groupChoices({ context, data }: DetailModel): Choice[] {
    const { store, trans } = context;
    const { info, view } = store;
    return [
      ...info.classes.map(({ name }, index) => ({
        value: keyOf({ class: index }),
        text: name,
        group: trans.__('Class')
      })),
      ...groupsOf(info, view).map(({ id, name }) => ({
        value: keyOf({ group: id }),
        text: name,
        group: trans.__('Group')
      })),
      ...(data.state === 'summary'
        ? []
        : [
            {
              value: keyOf({ rest: true }),
              text: trans.__('all others'),
              group: trans.__('Rest')
            }
          ])
    ];
  }

  private singleChoices({ context, state, theme }: DetailModel): Choice[] {
    const { trans, store } = context;
    const named = (item: DetailItem, group: string) => ({
      value: keyOf(item),
      text: appearance(item, context, theme).name,
      group
    });
    return [
      ...store.info.instances.map(({ id }) =>
        named({ instance: id }, trans.__('Instance'))
      ),
      ...state.samples.map(sample =>
        named({ sample }, trans.__('Picked sample'))
      )
    ];
  }

  private readonly choosers = element('div', {
    className: 'nd-Detail-choosers'
  });
  private readonly table = element('table', { className: 'nd-Numbers' });
  private readonly note = element('p', { className: 'nd-Detail-note' });
  private offered = '';
  private from: Chooser | null = null;
  private to: Chooser | null = null;
  private model: DetailModel | null = null;
}
