import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { classColor, toCss } from '../draw/palette';
import type { Theme } from '../draw/theme';
import { instanceColor, readTheme } from '../draw/theme';
import { formatCount } from '../view/format';
import { marksOf } from '../view/state';
import type { PanelContext } from './context';
import { element } from './dom';
import { scaleText } from './graphTexts';
import { longDescription } from './sentence';

/** The legend of colours and opacity, and one sentence about what is on screen. */
export class StatusBar extends Widget {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Status');
    this.spoken.setAttribute('role', 'status');
    this.node.append(this.legend, this.sentence, this.spoken);
    context.store.changed.connect(this.refresh, this);
  }

  protected override onAfterAttach(_: Message): void {
    this.refresh();
  }

  protected override onUpdateRequest(_: Message): void {
    this.refresh();
  }

  private refresh(): void {
    const theme = readTheme(this.node);
    this.legend.replaceChildren(...this.entries(theme));
    const sentence = this.describe();
    if (this.sentence.textContent !== sentence) {
      this.sentence.textContent = sentence;
      this.sentence.title = sentence;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.speak(), SPEAK_AFTER_MS);
  }

  /** For screen readers, when the view has come to rest. */
  private speak(): void {
    const { store, trans } = this.context;
    const text = this.isDisposed
      ? ''
      : longDescription(store.view, store.info, trans);
    if (this.spoken.textContent !== text) {
      this.spoken.textContent = text;
    }
  }

  private entries(theme: Theme): HTMLElement[] {
    const { store, trans } = this.context;
    const { view, info } = store;
    const classes = view.classes.slice(0, LEGEND_AT_MOST).map(index => {
      const { name, color } = info.classes[index] ?? { name: '', color: null };
      const ramp = toCss(classColor(index, color, theme));
      return entry('nd-Ramp', ramp, name);
    });
    const more = view.classes.length - classes.length;
    const instances = store.figures()[0]?.instances ?? [];
    return [
      ...classes,
      ...(more > 0
        ? [element('span', { text: trans.__('+ %1 more', more) })]
        : []),
      ...(classes.length > 0
        ? [
            element('span', {
              className: 'nd-Legend-scale',
              text: scaleText(store.view, trans)
            })
          ]
        : []),
      ...instances.map(({ instance }) =>
        entry('nd-Dot', toCss(instanceColor(instance, theme)), instance.name)
      )
    ];
  }

  private describe(): string {
    const { store, trans } = this.context;
    const { info, view } = store;
    const figures = store.figures();
    const sum = (of: (name: string) => number) =>
      figures.reduce((total, f) => total + of(f.layer.name), 0);
    const neurons = figures.reduce((total, f) => total + f.layer.neurons, 0);
    const hidden = sum(name => marksOf(view, name).hidden.size);
    const marked = sum(name => marksOf(view, name).marked.size);
    return [
      trans.__('%1 samples', formatCount(info.sampleCount)),
      trans.__('%1 of %2 layers', figures.length, info.layers.length),
      trans.__('%1 neurons', formatCount(neurons)),
      hidden > 0 ? trans.__('%1 hidden', formatCount(hidden)) : '',
      marked > 0 ? trans.__('%1 marked', formatCount(marked)) : '',
      info.reduced
        ? trans.__(
            'summary only: the raw values were too large for the notebook'
          )
        : ''
    ]
      .filter(part => part !== '')
      .join(' · ');
  }

  private readonly legend = element('span', { className: 'nd-Legend' });
  private readonly sentence = element('span', { className: 'nd-Sentence' });
  private readonly spoken = element('span', { className: 'nd-Spoken' });
  private timer: ReturnType<typeof setTimeout> | undefined;
}

const LEGEND_AT_MOST = 6;
const SPEAK_AFTER_MS = 400;

function entry(className: string, color: string, text: string): HTMLElement {
  const mark = element('span', { className });
  const node = element(
    'span',
    { className: 'nd-Legend-entry' },
    mark,
    element('span', { text })
  );
  node.style.setProperty('--nd-color', color);
  return node;
}
