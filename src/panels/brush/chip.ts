import type { TranslationBundle } from '@jupyterlab/translation';
import type { Joint, Term } from '../../view/brush';
import { isNeuronRange } from '../../view/brush';
import type { RecordingInfo } from '../../worker/protocol';
import { select, toggleButton } from '../controls';
import { button, element, setAttribute, setText } from '../dom';
import { placeNear } from '../neuronPlaces';
import type { Store } from '../../view/store';
import { neuronText, testText } from './texts';

/** What a person does with a term. */
export type ChipActions = {
  readonly change: (change: Partial<Term>) => void;
  readonly remove: () => void;
};

type Context = { readonly store: Store; readonly trans: TranslationBundle };

/** One term of a brush: how it is joined, whether it is turned round, and the bounds of its range. */
export class Chip {
  constructor(
    { store, trans }: Context,
    term: Term,
    isFirst: boolean,
    private readonly actions: ChipActions
  ) {
    const { info } = store;
    const { test } = term;
    this.term = term;
    const name = isNeuronRange(test)
      ? neuronText(test, info)
      : testText(test, info, trans);
    this.joint = select(trans.__('%1: joined by', name), [
      { value: 'and', text: trans.__('and'), group: '' },
      { value: 'or', text: trans.__('or'), group: '' }
    ]);
    this.joint.hidden = isFirst;
    this.joint.addEventListener('change', () =>
      actions.change({ joint: this.joint.value as Joint })
    );
    this.not = toggleButton(trans.__('not'), trans.__('%1: not', name));
    this.not.addEventListener('click', () =>
      actions.change({ not: !this.term.not })
    );
    this.from = this.bound(trans.__('%1: from', name), '−∞');
    this.to = this.bound(trans.__('%1: below', name), '∞');
    const remove = trans.__('Remove %1', name);
    this.node.append(
      this.joint,
      element(
        'span',
        { className: 'nd-Chip' },
        this.not,
        ...(isNeuronRange(test)
          ? [
              this.goTo(store, test, name, info),
              this.from,
              element('span', { text: '…' }),
              this.to
            ]
          : [element('span', { className: 'nd-Chip-name', text: name })]),
        button(
          {
            className: 'nd-Icon',
            text: '×',
            title: remove,
            attributes: { 'aria-label': remove }
          },
          actions.remove
        )
      )
    );
    this.show(term);
  }

  readonly node = element('span', { className: 'nd-Chip-joined' });

  /** Another state of the same term. */
  show(term: Term): void {
    this.term = term;
    const { test, not, joint } = term;
    this.joint.value = joint;
    setAttribute(this.not, 'aria-pressed', String(not));
    if (isNeuronRange(test)) {
      this.write(this.from, test.from);
      this.write(this.to, test.to);
      const isEmpty =
        test.from !== null && test.to !== null && test.from >= test.to;
      setAttribute(this.to, 'aria-invalid', String(isEmpty));
    }
  }

  focus(): void {
    this.from.focus();
    this.from.select();
  }

  private goTo(
    store: Store,
    { layer, neuron }: { readonly layer: string; readonly neuron: number },
    text: string,
    { layers }: RecordingInfo
  ): HTMLElement {
    const title = layers.find(l => l.name === layer)?.name ?? layer;
    const node = button(
      { className: 'nd-Link nd-Chip-name', text, title },
      () =>
        placeNear(store, node)?.goTo(layer, neuron, reason =>
          setText(node, reason)
        )
    );
    return node;
  }

  private bound(label: string, open: string): HTMLInputElement {
    const node = element('input', {
      className: 'nd-Filter nd-Chip-bound',
      attributes: {
        type: 'number',
        step: 'any',
        placeholder: open,
        'aria-label': label,
        'data-lm-suppress-shortcuts': 'true'
      }
    });
    node.addEventListener('input', () => (this.typed = node));
    node.addEventListener('blur', () => (this.typed = null));
    node.addEventListener('change', () => {
      this.typed = null;
      const [from, to] = [this.from, this.to].map(({ valueAsNumber: value }) =>
        Number.isFinite(value) ? value : null
      );
      const { test } = this.term;
      if (isNeuronRange(test)) {
        this.actions.change({ test: { ...test, from, to } });
      }
    });
    return node;
  }

  /** What is being typed stays, and so does another way to write the same number. */
  private write(node: HTMLInputElement, bound: number | null): void {
    const value = Number.isNaN(node.valueAsNumber) ? null : node.valueAsNumber;
    if (node !== this.typed && value !== bound) {
      node.value = bound === null ? '' : String(bound);
    }
  }

  private term: Term;
  /** The bound that is being typed; it is taken over with Enter, or when the focus leaves. */
  private typed: HTMLInputElement | null = null;
  private readonly joint: HTMLSelectElement;
  private readonly not: HTMLButtonElement;
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
}
