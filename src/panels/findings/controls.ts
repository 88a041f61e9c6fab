import type { DivergenceKey } from '../../core/divergence';
import { DIVERGENCES, isInstanceKey } from '../../core/divergence';
import { QUESTIONS } from '../../view/findings';
import { isPopulation, itemOf, keyOf, shownMany } from '../../view/items';
import type { FindingsModel } from '../../view/findingsModel';
import type { PanelContext } from '../context';
import { select } from '../controls';
import { divergenceName } from '../divergenceTexts';
import { button, element } from '../dom';
import { instancePart, LiveChooser, manyParts, restPart } from '../itemChoices';
import { questionName } from './texts';

/** What is compared, by what, and what is looked for where. */
export class FindingsControls {
  constructor(
    private readonly context: PanelContext,
    private readonly model: FindingsModel
  ) {
    const { store, trans } = context;
    const live = () =>
      new LiveChooser(
        trans,
        () => this.choose(),
        () => this.shown()
      );
    [this.a, this.b] = [live(), live()];
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
    this.compared = element(
      'div',
      {
        className: 'nd-Findings-line',
        attributes: {
          role: 'group',
          'aria-label': trans.__('What is compared')
        }
      },
      this.a.node,
      element('span', { className: 'nd-Toolbar-sign', text: '→' }),
      this.b.node,
      this.swap,
      this.divergence
    );
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
    const many = manyParts(this.context);
    const rest = many.flat().length > 0 ? [restPart(this.context)] : [];
    const instances = instancePart(this.context, trans.__('Instances'));
    this.a.offer(trans.__('From'), many, keyOf(a));
    this.b.offer(trans.__('To'), [...many, ...rest, instances], keyOf(b));
    this.swap.setAttribute('aria-disabled', String(!isPopulation(b)));
    this.offer(isInstance);
    this.divergence.value = divergence;
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
    const [a, b] = [itemOf(this.a.value), itemOf(this.b.value)];
    const divergence = this.divergence.value as DivergenceKey;
    if (isPopulation(a) && b) {
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
    if (contrast && isPopulation(contrast.b)) {
      this.model.compare({ ...contrast, a: contrast.b, b: contrast.a });
    }
  }

  /** What one compares most: what is shown. */
  private shown(): readonly string[] {
    const { info, view } = this.context.store;
    const shown = [
      ...shownMany(info, view),
      ...view.instances.map(instance => ({ instance }))
    ];
    return shown.map(keyOf);
  }

  private readonly question: HTMLSelectElement;
  private readonly layer: HTMLSelectElement;
  private readonly compared: HTMLElement;
  private readonly swap: HTMLButtonElement;
  private readonly divergence: HTMLSelectElement;
  private readonly a: LiveChooser;
  private readonly b: LiveChooser;
}
