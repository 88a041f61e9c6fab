import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { isRing } from '../draw/dots';
import { classColor, toCss } from '../draw/palette';
import type { Theme } from '../draw/theme';
import { instanceColor } from '../draw/theme';
import { formatCount } from '../view/format';
import { shownSeries } from '../view/needs';
import { marksOf } from '../view/state';
import type { Store } from '../view/store';
import { placeText } from './attachment';
import { seriesName } from './brush/texts';
import type { PanelContext } from './context';
import { element, setAttribute, setProperties, setText } from './dom';
import { describeError } from './errorCard';
import { neuronsText, samplesText, scaleText } from './graphTexts';
import { longDescription } from './sentence';
import { ThemeReader } from './themeReader';

/** The legend of colours and opacity, and one sentence about what is on screen. */
export class StatusBar extends Widget {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Status');
    this.node.append(this.legend, this.sentence, this.spoken);
    const { store } = context;
    barsOf.set(store, (barsOf.get(store) ?? new Set()).add(this));
    store.changed.connect(this.refresh, this);
    context.host.attachment?.changed.connect(this.refresh, this);
  }

  override dispose(): void {
    clearTimeout(this.timer);
    barsOf.get(this.context.store)?.delete(this);
    super.dispose();
  }

  /** What is there from the start is for reading; only what changes is read aloud. */
  protected override onAfterAttach(_: Message): void {
    this.theme.forget();
    setText(this.spoken, this.spokenText());
    this.refresh();
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.refresh();
  }

  private refresh(): void {
    const { store } = this.context;
    const { info, view } = store;
    const theme = this.theme.read();
    const legend = JSON.stringify([
      view.classes,
      view.groups,
      view.shownGroups,
      shownSeries(info, view).map(({ index }) => index),
      view.instances,
      view.opacity,
      view.scale,
      store.figures().length > 0,
      theme
    ]);
    if (legend !== this.shownLegend) {
      this.shownLegend = legend;
      this.legend.replaceChildren(...this.entries(theme));
    }
    const sentence = this.describe();
    setText(this.sentence, sentence);
    setProperties(this.sentence, { title: sentence });
    if (this.isSpeaker()) {
      setAttribute(this.spoken, 'role', 'status');
    } else {
      this.spoken.removeAttribute('role');
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => setText(this.spoken, this.spokenText()),
      SPEAK_AFTER_MS
    );
  }

  /** Several views of one recording change together; the first on screen is read aloud. */
  private isSpeaker(): boolean {
    const bars = barsOf.get(this.context.store) ?? [];
    return [...bars].find(bar => bar.isVisible) === this;
  }

  /** For screen readers, when the view has come to rest. */
  private spokenText(): string {
    const { store, trans } = this.context;
    return longDescription(store.view, store.info, trans);
  }

  private entries(theme: Theme): HTMLElement[] {
    const { store, trans } = this.context;
    const { view, info } = store;
    const series = shownSeries(info, view);
    const classes = series
      .slice(0, LEGEND_AT_MOST)
      .map(one =>
        entry(
          'nd-Ramp',
          toCss(classColor(one.index, one.color, theme)),
          seriesName(one, trans)
        )
      );
    const more = series.length - classes.length;
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
        entry(
          isRing(instance) ? 'nd-Dot nd-mod-ring' : 'nd-Dot',
          toCss(instanceColor(instance, theme)),
          instance.name
        )
      )
    ];
  }

  private describe(): string {
    const { store, trans, host } = this.context;
    const { info, view } = store;
    const figures = store.figures();
    const sum = (of: (name: string) => number) =>
      figures.reduce((total, f) => total + of(f.layer.name), 0);
    const neurons = figures.reduce((total, f) => total + f.layer.neurons, 0);
    const hidden = sum(name => marksOf(view, name).hidden.size);
    const marked = sum(name => marksOf(view, name).marked.size);
    return [
      store.refusal
        ? trans.__(
            'Some of this view is left out. %1',
            describeError(store.refusal, trans)
          )
        : '',
      samplesText(info.sampleCount, trans),
      trans._n(
        '%2 of %1 layer',
        '%2 of %1 layers',
        info.layers.length,
        figures.length
      ),
      neuronsText(neurons, trans),
      hidden > 0 ? trans.__('%1 hidden', formatCount(hidden)) : '',
      marked > 0 ? trans.__('%1 marked', formatCount(marked)) : '',
      host.attachment
        ? placeText(host.attachment, trans)
        : info.reduced
          ? trans.__(
              'summary only: the raw values were too large for the notebook'
            )
          : ''
    ]
      .filter(part => part !== '')
      .join(' · ');
  }

  private readonly theme = new ThemeReader(this.node);
  private shownLegend = '';
  private readonly legend = element('span', { className: 'nd-Legend' });
  private readonly sentence = element('span', { className: 'nd-Sentence' });
  private readonly spoken = element('span', { className: 'nd-Spoken' });
  private timer: ReturnType<typeof setTimeout> | undefined;
}

/** The bars of all views of a store. */
const barsOf = new WeakMap<Store, Set<StatusBar>>();

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
