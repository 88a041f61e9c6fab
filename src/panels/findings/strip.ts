import type { Instance } from '../../core/recording';
import type { ChartColumns } from '../../draw/layerChart';
import { drawLayerChart } from '../../draw/layerChart';
import { toCss } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { markColor } from '../../draw/theme';
import { formatBound, formatValue } from '../../view/format';
import type { LayerPlace, Subject } from '../../view/layerStrip';
import { lastSide, turnsOf } from '../../view/layerStrip';
import type { LayersModel, LayerSummary } from '../../view/layersModel';
import { NO_ESTIMATE } from '../../view/layersModel';
import type { PanelContext } from '../context';
import { colorOf } from '../context';
import type { Choice } from '../controls';
import { button, element, setText } from '../dom';
import { LiveChooser, namesPart } from '../itemChoices';

/** All layers in a strip: where an instance changes sides, and how far classes are apart. */
export class LayerStrip {
  constructor(
    private readonly context: PanelContext,
    private readonly model: LayersModel,
    /** A layer was chosen. */
    choose: (layer: number) => void
  ) {
    const { store, trans } = context;
    const { layers } = store.info;
    this.instance = new LiveChooser(
      trans,
      id => model.follow(id),
      () => store.view.instances
    );
    this.columns = layers.map((_, layer) => {
      const node = button(
        {
          className: 'nd-Strip-column',
          attributes: { tabindex: layer === 0 ? '0' : '-1' }
        },
        () => choose(layer)
      );
      node.addEventListener('pointerenter', () => this.read(layer));
      node.addEventListener('focus', () => this.read(layer));
      return node;
    });
    this.svg.setAttribute('aria-hidden', 'true');
    this.chart.append(this.svg, ...this.columns);
    this.chart.addEventListener('pointerleave', () => this.read(-1));
    this.chart.addEventListener('focusout', () => this.read(-1));
    this.chart.addEventListener('keydown', event => this.onKey(event));
    this.node = element(
      'details',
      { className: 'nd-Strip', attributes: { open: '' } },
      element('summary', { className: 'nd-Strip-summary' }, this.readout),
      element(
        'div',
        { className: 'nd-Strip-head' },
        this.instance.node,
        this.legend
      ),
      this.chart
    );
  }

  readonly node: HTMLDetailsElement;

  /** `chosen` is the layer that is looked into, −1 = none. */
  show(chosen: number, widthPx: number, theme: Theme): void {
    const { store, trans } = this.context;
    const { subject } = this.model;
    this.layers = store.info.layers.map((_, k) => this.model.summaryOf(k));
    const { classes } = store.info;
    const lines = this.linesOf(subject, theme);
    const { instances } = store.info;
    this.instance.node.hidden = instances.length < 2;
    this.instance.offer(
      trans.__('Instance that is followed'),
      [namesPart(store, instances, choiceOf)],
      subject?.instance.id ?? ''
    );
    this.node.hidden = !lines && classes.length < 2;
    this.showLegend(subject, theme);
    if (widthPx > 0) {
      const drawn = drawLayerChart(
        this.svg,
        {
          layers: store.info.layers.map(({ name }, k) => ({
            name,
            place: this.layers[k].place,
            separability: this.layers[k].separability.value
          })),
          lines,
          hasTwin: subject !== null && subject.twin !== null,
          hasClasses: classes.length > 1,
          chosen,
          texts: {
            surprisal: trans.__('bits'),
            twin: trans.__('from twin'),
            classes: trans.__('classes')
          }
        },
        widthPx,
        theme
      );
      this.place(drawn, chosen);
    }
    if (!this.chart.matches(':hover, :focus-within')) {
      this.read(-1);
    }
  }

  private linesOf(subject: Subject | null, theme: Theme) {
    const { store } = this.context;
    const isKnown = (index: number) => index in store.info.classes;
    if (!subject || !(isKnown(subject.own) || isKnown(subject.predicted))) {
      return null;
    }
    const color = (index: number) =>
      markColor(colorOf(store, Math.max(index, 0), theme), theme);
    return { own: color(subject.own), predicted: color(subject.predicted) };
  }

  private place(columns: ChartColumns, chosen: number): void {
    columns.forEach(({ leftPx, widthPx }, k) => {
      const node = this.columns[k];
      node.style.left = `${leftPx}px`;
      node.style.width = `${widthPx}px`;
      node.setAttribute('aria-label', this.sentence(k));
      node.setAttribute('aria-expanded', String(k === chosen));
    });
  }

  private showLegend(subject: Subject | null, theme: Theme): void {
    const { store, trans } = this.context;
    const { classes } = store.info;
    const entry = (index: number, text: string) => {
      const mark = element('span', { className: 'nd-Swatch' });
      mark.style.setProperty(
        '--nd-color',
        toCss(markColor(colorOf(store, index, theme), theme))
      );
      return element('span', {}, mark, element('span', { text }));
    };
    const { own = -1, predicted = -1 } = subject ?? {};
    const name = (index: number) => classes[index]?.name ?? '';
    this.legend.replaceChildren(
      ...(own in classes
        ? [
            entry(
              own,
              own === predicted
                ? trans.__('%1, true and predicted class', name(own))
                : trans.__('%1, true class', name(own))
            )
          ]
        : []),
      ...(predicted in classes && predicted !== own
        ? [entry(predicted, trans.__('%1, predicted class', name(predicted)))]
        : [])
    );
  }

  /** Below the chart: the layer that is pointed at, else what all of them say. */
  private read(layer: number): void {
    const text = layer < 0 ? this.headline() : this.sentence(layer);
    setText(this.readout, text);
    this.readout.title = text;
  }

  private headline(): string {
    const { store, trans } = this.context;
    const { subject } = this.model;
    const { classes, layers } = store.info;
    const refused = this.layers.find(l => l.refusal !== undefined);
    const places = this.layers.map(l => l.place);
    const side = lastSide(places);
    if (this.model.isWaiting) {
      return trans.__('Looking through the layers…');
    }
    if (subject && side && subject.own !== subject.predicted) {
      const name = classes[subject[side]]?.name ?? '';
      const turn = turnsOf(places).at(-1);
      const isBoth = [subject.own, subject.predicted].every(c => c in classes);
      if (isBoth) {
        return turn
          ? trans.__(
              '%1 changes sides at %2, and is then nearer to %3',
              subject.instance.name,
              layers[turn.at].name,
              name
            )
          : trans.__(
              '%1 is nearer to %2 in every layer',
              subject.instance.name,
              name
            );
      }
    }
    return refused
      ? trans.__('Classes cannot be told apart in every layer')
      : trans.__('Choose a layer to see its classes');
  }

  private sentence(layer: number): string {
    const { store, trans } = this.context;
    const { classes, layers } = store.info;
    const { place, separability } = this.layers[layer] ?? NOTHING;
    const { subject } = this.model;
    const bits = (index: number, value: number) =>
      index in classes && !Number.isNaN(value)
        ? trans.__('%1 %2 bits', classes[index].name, formatValue(value))
        : '';
    const ofSubject = (of: (known: LayerPlace, s: Subject) => string) =>
      place && subject ? of(place, subject) : '';
    return [
      layers[layer].name,
      ofSubject((known, s) => bits(s.own, known.own)),
      ofSubject((known, s) =>
        s.own === s.predicted ? '' : bits(s.predicted, known.predicted)
      ),
      ofSubject(({ twin }) =>
        Number.isNaN(twin)
          ? ''
          : trans.__('%1 σ from its twin', formatValue(twin))
      ),
      Number.isNaN(separability.value)
        ? ''
        : trans.__(
            'classes %1 apart',
            `${separability.value.toFixed(3)}${formatBound(separability.bound)}`
          )
    ]
      .filter(part => part !== '')
      .join(' · ');
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.columns.findIndex(c => c === document.activeElement);
    const last = this.columns.length - 1;
    const to = new Map([
      ['ArrowLeft', Math.max(0, at - 1)],
      ['ArrowRight', Math.min(last, at + 1)],
      ['Home', 0],
      ['End', last]
    ]).get(event.key);
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    this.columns.forEach((column, k) =>
      column.setAttribute('tabindex', k === to ? '0' : '-1')
    );
    this.columns[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private readonly svg = document.createElementNS(
    'http://www.w3.org/2000/svg',
    'svg'
  );
  private readonly chart = element('div', { className: 'nd-Strip-chart' });
  private readonly legend = element('span', { className: 'nd-Strip-legend' });
  private readonly readout = element('span');
  private readonly instance: LiveChooser;
  private readonly columns: readonly HTMLButtonElement[];
  private layers: readonly LayerSummary[] = [];
}

function choiceOf({ id, name }: Instance): Choice {
  return { value: id, text: name, group: '' };
}

const NOTHING: LayerSummary = {
  place: null,
  matrix: null,
  separability: NO_ESTIMATE,
  refusal: undefined
};
