import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { classColor, toCss } from '../draw/palette';
import type { Theme } from '../draw/theme';
import { instanceColor, readTheme } from '../draw/theme';
import { formatCount } from '../view/format';
import { marksOf } from '../view/state';
import type { PanelContext } from './context';
import { element } from './dom';

/** The legend of colours and opacity, and one sentence about what is on screen. */
export class StatusBar extends Widget {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Status');
    this.sentence.setAttribute('role', 'status');
    this.node.append(this.legend, this.sentence);
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
  }

  private entries(theme: Theme): HTMLElement[] {
    const { store, trans } = this.context;
    const { view, info } = store;
    const classes = view.classes.slice(0, LEGEND_AT_MOST).map(index => {
      const { name, color } = info.classes[index] ?? { name: '', color: null };
      const ramp = toCss(classColor(index, color, theme.dark));
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
              text: this.scaleText()
            })
          ]
        : []),
      ...instances.map(({ instance }) =>
        entry('nd-Dot', toCss(instanceColor(instance, theme)), instance.name)
      )
    ];
  }

  /** What full opacity means. */
  private scaleText(): string {
    const { store, trans } = this.context;
    const { opacity, scale } = store.view;
    const name = {
      linear: trans.__('linear'),
      sqrt: trans.__('square root'),
      log: trans.__('logarithmic')
    }[opacity];
    return scale === 'row'
      ? trans.__('clear → opaque: 0 → the row’s fullest bin, %1', name)
      : trans.__('clear → opaque: 0 → the layer’s fullest bin, %1', name);
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
}

const LEGEND_AT_MOST = 6;

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
