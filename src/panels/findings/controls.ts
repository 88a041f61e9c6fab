import type { DivergenceKey } from '../../core/divergence';
import { DIVERGENCES, isInstanceKey } from '../../core/divergence';

import { QUESTIONS } from '../../view/findings';
import type { FindingsModel } from '../../view/findingsModel';
import type { PanelContext } from '../context';
import type { Choice } from '../controls';
import { select } from '../controls';
import { divergenceName } from '../divergenceTexts';
import { button, element } from '../dom';
import type { Chooser } from '../searchChoice';
import { chooser } from '../searchChoice';
import { endChoices, endOf, groupChoices, isGroupEnd, keyOfEnd } from './items';
import { questionName } from './texts';

/** What is compared, by what, and what is looked for where. */
export class FindingsControls {
  constructor(
    private readonly context: PanelContext,
    private readonly model: FindingsModel
  ) {
    const { store, trans } = context;
    this.swap = button(
      {
        className: 'nd-Button nd-mod-glyph',
        text: '⇄',
        title: trans.__('Swap both sides'),
        attributes: { 'aria-label': trans.__('Swap both sides') }
      },
      () => this.exchange()
    );
    this.divergence = select(trans.__('Divergence'), []);
    this.divergence.addEventListener('change', () => this.choose());
    this.question = select(
      trans.__('Neurons that'),
      QUESTIONS.map(q => ({
        value: q,
        text: questionName(q, trans),
        group: ''
      }))
    );
    this.question.addEventListener('change', () => {
      const asked = QUESTIONS.find(q => q === this.question.value);
      model.lookFor(asked ?? 'most');
    });
    this.layer = select(trans.__('Layer'), [
      { value: '', text: trans.__('in all layers'), group: '' },
      ...store.info.layers.map(({ name }) => ({
        value: `:${name}`,
        text: trans.__('in %1', name),
        group: ''
      }))
    ]);
    this.layer.addEventListener('change', () => {
      const { value } = this.layer;
      model.lookAt(value === '' ? null : value.slice(1));
    });
    this.compared = element('div', {
      className: 'nd-Findings-line',
      attributes: { role: 'group', 'aria-label': trans.__('What is compared') }
    });
    this.nodes = [
      element(
        'div',
        { className: 'nd-Findings-line' },
        this.question,
        this.layer
      ),
      this.compared
    ];
    this.refresh();
  }

  readonly nodes: readonly HTMLElement[];

  refresh(): void {
    const { contrast, question, layer } = this.model;
    const { trans } = this.context;
    this.rebuild();
    this.question.value = question;
    this.layer.value = layer === null ? '' : `:${layer}`;
    this.compared.hidden = question === 'singled' || contrast === null;
    const isInstance = contrast !== null && 'instance' in contrast.b;
    for (const option of this.question.options) {
      const isOff = option.value === 'alike' && isInstance;
      option.disabled = isOff;
      option.title = isOff ? trans.__('An instance has no median.') : '';
    }
    if (contrast === null) {
      return;
    }
    const { a, b, divergence } = contrast;
    if (this.a && this.b) {
      this.a.value = keyOfEnd(a);
      this.b.value = keyOfEnd(b);
    }
    this.swap.setAttribute('aria-disabled', String(!isGroupEnd(b)));
    this.offer(isInstance);
    this.divergence.value = divergence;
  }

  /** Groups come and go; a list in use is left alone. */
  private rebuild(): void {
    const { context } = this;
    const { trans } = context;
    const [ofA, ofB] = [groupChoices(context), endChoices(context)];
    const key = JSON.stringify([ofA, ofB]);
    if (key === this.built) {
      return;
    }
    this.built = key;
    const choose = (label: string, choices: readonly Choice[]) => {
      const made = chooser(label, choices, trans, () => this.shown());
      made.onChange(() => this.choose());
      return made;
    };
    this.a = choose(trans.__('From'), ofA);
    this.b = choose(trans.__('To'), ofB);
    this.compared.replaceChildren(
      this.a.node,
      element('span', { className: 'nd-Toolbar-sign', text: '→' }),
      this.b.node,
      this.swap,
      this.divergence
    );
  }

  private offer(isInstance: boolean): void {
    const wanted = String(isInstance);
    if (this.divergence.dataset['of'] !== wanted) {
      this.divergence.dataset['of'] = wanted;
      const keys = (Object.keys(DIVERGENCES) as DivergenceKey[]).filter(
        key => isInstanceKey(key) === isInstance
      );
      this.divergence.replaceChildren(
        ...keys.map(key =>
          element('option', {
            text: divergenceName(key, this.context.trans),
            attributes: { value: key }
          })
        )
      );
    }
  }

  private choose(): void {
    const { contrast } = this.model;
    const a = endOf(this.a?.value ?? '');
    const b = endOf(this.b?.value ?? '');
    const divergence = this.divergence.value as DivergenceKey;
    if (isGroupEnd(a) && b) {
      this.model.compare({
        a,
        b,
        divergence:
          divergence in DIVERGENCES
            ? divergence
            : (contrast?.divergence ?? 'auc')
      });
    }
  }

  private exchange(): void {
    const { contrast } = this.model;
    if (contrast && isGroupEnd(contrast.b)) {
      this.model.compare({ ...contrast, a: contrast.b, b: contrast.a });
    }
  }

  /** What one compares most: what is shown. */
  private shown(): readonly string[] {
    const { classes, shownGroups, instances } = this.context.store.view;
    return [
      ...classes.map(index => keyOfEnd({ class: index })),
      ...shownGroups.map(group => keyOfEnd({ group })),
      ...instances.map(instance => keyOfEnd({ instance }))
    ];
  }

  private readonly question: HTMLSelectElement;
  private readonly layer: HTMLSelectElement;
  private readonly compared: HTMLElement;
  private readonly swap: HTMLButtonElement;
  private readonly divergence: HTMLSelectElement;
  private a: Chooser | null = null;
  private b: Chooser | null = null;
  private built = '';
}
