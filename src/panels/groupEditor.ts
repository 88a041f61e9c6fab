import type { Condition, Group } from '../core/condition';
import type { ColumnWish, GroupForm } from '../view/groupForm';
import { conditionOf, EMPTY_FORM, suggestedName } from '../view/groupForm';
import { GROUP_NAME_CHARACTERS, freeGroupId, groupsOf } from '../view/groups';
import { defineGroup } from '../view/update';
import type { PanelContext } from './context';
import type { Choice } from './controls';
import { element, setText } from './dom';
import { formButtons, listenToForm, textField } from './form';
import { samplesText } from './graphTexts';
import { chooser } from './searchChoice';

/** A form that defines a group of samples. `close` is called when it was saved or given up. */
export class GroupEditor {
  constructor(
    private readonly context: PanelContext,
    private readonly close: () => void
  ) {
    const { trans } = context;
    this.name = textField(trans.__('Name'), '', GROUP_NAME_CHARACTERS);
    this.name.addEventListener('input', () => (this.isNamed = true));
    const [save, cancel] = formButtons(trans.__('Define'), trans, close);
    this.save = save;
    this.node.append(
      ...this.fields(),
      this.field(trans.__('Name'), this.name),
      this.size,
      element('span', { className: 'nd-GroupForm-buttons' }, save, cancel)
    );
    this.node.setAttribute('aria-label', trans.__('New group of samples'));
    listenToForm(this.node, () => this.define(), close);
    this.show();
  }

  readonly node = element('form', { className: 'nd-GroupForm' });

  focus(): void {
    this.node.querySelector<HTMLElement>('select, input')?.focus();
  }

  dispose(): void {
    this.asked?.abort();
  }

  private fields(): HTMLElement[] {
    const { store, trans } = this.context;
    const { info } = store;
    const { label, prediction, correct } = info.classSizes;
    const classes = info.classes.map(({ name }, index) => ({
      value: String(index),
      text: name,
      group: ''
    }));
    const groups = groupsOf(info, store.view).map(({ id, name }) => ({
      value: id,
      text: name,
      group: ''
    }));
    const index = (value: string) => (value === '' ? null : Number(value));
    const rows = [
      this.matching(),
      label &&
        this.choice(trans.__('True class'), classes, value =>
          this.change({ label: index(value) })
        ),
      prediction &&
        this.choice(trans.__('Predicted as'), classes, value =>
          this.change({ prediction: index(value) })
        ),
      correct &&
        this.choice(
          trans.__('Classified'),
          [
            { value: 'yes', text: trans.__('correctly'), group: '' },
            { value: 'no', text: trans.__('wrongly'), group: '' }
          ],
          value =>
            this.change({ correct: value === '' ? null : value === 'yes' })
        ),
      ...info.columns.map(({ name, categories }) =>
        categories
          ? this.choice(
              name,
              categories.map(text => ({ value: text, text, group: '' })),
              value => this.wish(name, value === '' ? null : { is: value })
            )
          : this.range(name)
      ),
      groups.length > 0 &&
        this.choice(trans.__('In group'), groups, value =>
          this.change({ inGroup: value || null })
        ),
      groups.length > 0 &&
        this.choice(trans.__('Not in group'), groups, value =>
          this.change({ notInGroup: value || null })
        )
    ];
    return rows.filter(row => row instanceof HTMLElement);
  }

  /** Whether all or any of what is chosen below must hold. */
  private matching(): HTMLElement {
    const { trans } = this.context;
    const label = trans.__('Samples that match');
    const control = chooser(
      label,
      [
        { value: 'all', text: trans.__('all of these'), group: '' },
        { value: 'any', text: trans.__('any of these'), group: '' }
      ],
      trans,
      () => []
    );
    control.value = 'all';
    control.onChange(() => this.change({ any: control.value === 'any' }));
    return this.field(label, control.node);
  }

  private choice(
    label: string,
    choices: readonly Choice[],
    onChange: (value: string) => void
  ): HTMLElement {
    const { trans } = this.context;
    const any: Choice = { value: '', text: trans.__('any'), group: '' };
    const control = chooser(label, [any, ...choices], trans, () => ['']);
    control.value = '';
    control.onChange(() => onChange(control.value));
    return this.field(label, control.node);
  }

  /** Two numbers: from ≤ x < to. */
  private range(column: string): HTMLElement {
    const { trans } = this.context;
    const from = this.numberField(trans.__('%1: from', column));
    const to = this.numberField(trans.__('%1: below', column));
    from.placeholder = trans.__('from');
    to.placeholder = trans.__('below');
    const change = () => {
      const [low, high] = [from, to].map(({ valueAsNumber }) =>
        Number.isFinite(valueAsNumber) ? valueAsNumber : null
      );
      this.wish(
        column,
        low === null && high === null ? null : { from: low, to: high }
      );
    };
    from.addEventListener('input', change);
    to.addEventListener('input', change);
    return this.field(
      column,
      element('span', { className: 'nd-GroupForm-range' }, from, to)
    );
  }

  private numberField(label: string): HTMLInputElement {
    return element('input', {
      className: 'nd-Filter',
      attributes: {
        type: 'number',
        step: 'any',
        'aria-label': label,
        'data-lm-suppress-shortcuts': 'true'
      }
    });
  }

  private field(label: string, control: HTMLElement): HTMLElement {
    return element(
      'div',
      { className: 'nd-GroupForm-field' },
      element('span', { className: 'nd-GroupForm-label', text: label }),
      control
    );
  }

  private wish(column: string, wish: ColumnWish | null): void {
    const columns = new Map(this.form.columns);
    if (wish === null) {
      columns.delete(column);
    } else {
      columns.set(column, wish);
    }
    this.change({ columns });
  }

  private change(change: Partial<GroupForm>): void {
    this.form = { ...this.form, ...change };
    this.show();
  }

  private show(): void {
    const { store, trans } = this.context;
    const groups = groupsOf(store.info, store.view);
    const where = conditionOf(this.form, groups);
    this.where = where;
    if (!this.isNamed) {
      this.name.value = suggestedName(this.form, store.info, groups, {
        correct: trans.__('correct'),
        wrong: trans.__('misclassified'),
        not: name => trans.__('not %1', name),
        or: trans.__('or')
      });
    }
    this.save.disabled = where === null;
    this.asked?.abort();
    if (where === null) {
      setText(
        this.size,
        trans.__('Choose what tells the samples from others.')
      );
      return;
    }
    void this.count(where);
  }

  private async count(where: Condition): Promise<void> {
    const { store, trans } = this.context;
    const asked = new AbortController();
    this.asked = asked;
    try {
      const { size } = await store.ask(
        (engine, signal) =>
          engine.composition(where, store.view.membership, signal),
        asked.signal
      );
      setText(this.size, samplesText(size, trans));
    } catch (error) {
      if (!asked.signal.aborted) {
        setText(this.size, error instanceof Error ? error.message : '');
      }
    }
  }

  private define(): void {
    const { store, trans } = this.context;
    const { where } = this;
    if (where !== null) {
      const group: Group = {
        id: freeGroupId(store.info, store.view),
        name: this.name.value.trim() || trans.__('group'),
        color: null,
        where
      };
      store.update(v => defineGroup(v, group));
      this.close();
    }
  }

  private readonly name: HTMLInputElement;
  private readonly save: HTMLButtonElement;
  private readonly size = element('div', {
    className: 'nd-GroupForm-size',
    attributes: { role: 'status' }
  });
  private form = EMPTY_FORM;
  private where: Condition | null = null;
  private isNamed = false;
  private asked: AbortController | null = null;
}
