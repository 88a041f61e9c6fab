import type { TranslationBundle } from '@jupyterlab/translation';
import type { NeuronPlace } from '../../view/detail/state';
import { formatCount, neuronName } from '../../view/format';
import { marksOf } from '../../view/state';
import { toggleMarked } from '../../view/update';
import { toggleButton } from '../controls';
import { button, element, setText } from '../dom';
import type { DetailModel, DetailPart } from './model';
import { neuronTitle } from './model';

export type HeaderActions = {
  readonly go: (step: number) => void;
  readonly close: () => void;
  /** Keeps a neuron to compare others with, or lets it go. */
  readonly pin: (place: NeuronPlace | null) => void;
};

/** Which neuron it is, and where to go from it. */
export class DetailHeader implements DetailPart {
  constructor(
    private readonly trans: TranslationBundle,
    private readonly actions: HeaderActions
  ) {
    const glyph = (text: string, title: string, run: () => void) =>
      button(
        {
          className: 'nd-Button nd-mod-glyph',
          text,
          title,
          attributes: { 'aria-label': title }
        },
        run
      );
    this.mark = toggleButton('☆', trans.__('Mark the neuron'));
    this.mark.classList.add('nd-mod-glyph');
    this.mark.addEventListener('click', () => this.toggleMark());
    this.pin = toggleButton(
      trans.__('compare'),
      trans.__('Keep this neuron to compare others with it')
    );
    this.pin.addEventListener('click', () => this.togglePin());
    this.node = element(
      'header',
      { className: 'nd-Detail-header' },
      (this.previous = glyph(
        '↑',
        trans.__('Previous neuron of the order (↑)'),
        () => actions.go(-1)
      )),
      (this.next = glyph('↓', trans.__('Next neuron of the order (↓)'), () =>
        actions.go(1)
      )),
      this.title,
      this.subtitle,
      element('span', { className: 'nd-Toolbar-space' }),
      this.mark,
      this.pin,
      glyph('×', trans.__('Close (Escape)'), actions.close)
    );
  }

  readonly node: HTMLElement;

  refresh(model: DetailModel): void {
    this.model = model;
    const { context, state, order } = model;
    const { store } = context;
    const { trans } = this;
    setText(this.title, neuronTitle(store, state));
    this.title.title = neuronTitle(store, state);
    const place = Array.prototype.indexOf.call(order, state.neuron);
    setText(
      this.subtitle,
      [
        place < 0
          ? trans.__('hidden')
          : trans.__(
              '%1 of %2',
              formatCount(place + 1),
              formatCount(order.length)
            ),
        this.scoreText(model)
      ]
        .filter(text => text !== '')
        .join(' · ')
    );
    this.previous.setAttribute('aria-disabled', String(place <= 0));
    this.next.setAttribute(
      'aria-disabled',
      String(place < 0 || place === order.length - 1)
    );
    const isMarked = marksOf(store.view, state.layer).marked.has(state.neuron);
    this.mark.setAttribute('aria-pressed', String(isMarked));
    setText(this.mark, isMarked ? '★' : '☆');
    const { against } = state;
    this.pin.setAttribute('aria-pressed', String(against !== null));
    setText(
      this.pin,
      against === null
        ? trans.__('compare')
        : isSame(against, state)
          ? trans.__('compare: go to another')
          : trans.__('with %1', this.nameOf(against, model))
    );
  }

  private scoreText({ context, state }: DetailModel): string {
    const figure = context.store
      .figures()
      .find(f => f.layer.name === state.layer);
    const text = figure?.formatScore(figure.scores[state.neuron]) ?? '';
    return text === '' ? '' : this.trans.__('sort value %1', text);
  }

  private toggleMark(): void {
    if (this.model) {
      const { context, state } = this.model;
      context.store.update(v => toggleMarked(v, state.layer, state.neuron));
    }
  }

  private togglePin(): void {
    if (this.model) {
      const { against, layer, neuron } = this.model.state;
      this.actions.pin(against === null ? { layer, neuron } : null);
    }
  }

  private nameOf(place: NeuronPlace, { context, state, data }: DetailModel) {
    const { store } = context;
    return place.layer === state.layer
      ? neuronName(store.info.layers[data.layerIndex], place.neuron)
      : neuronTitle(store, place);
  }

  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly mark: HTMLButtonElement;
  private readonly pin: HTMLButtonElement;
  private readonly title = element('h3', { className: 'nd-Graph-title' });
  private readonly subtitle = element('span', {
    className: 'nd-Graph-subtitle'
  });
  private model: DetailModel | null = null;
}

function isSame(a: NeuronPlace, b: NeuronPlace): boolean {
  return a.layer === b.layer && a.neuron === b.neuron;
}
