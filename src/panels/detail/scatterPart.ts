import type { TranslationBundle } from '@jupyterlab/translation';
import { contextOf } from '../../draw/canvas';
import type { ScatterAxis, ScatterSeries } from '../../draw/detail/scatter';
import { drawScatterAxes, paintScatter } from '../../draw/detail/scatter';
import { toCss } from '../../draw/palette';
import type { NeuronData } from '../../view/detail/neuronData';
import { extentOf } from '../../core/extent';
import { formatCount } from '../../view/format';
import { element, setText } from '../dom';
import type { DetailModel, DetailPart } from './model';
import { neuronTitle, valueOf } from './model';
import { readingNote } from './readingNote';

/** The neuron and the one that was pinned: a dot a sample, in the colour of its group. */
export class ScatterPart implements DetailPart {
  constructor(private readonly trans: TranslationBundle) {
    this.svg.setAttribute('class', 'nd-Chart');
    this.node = element(
      'section',
      { className: 'nd-Detail-scatter' },
      this.title,
      this.note,
      this.plot
    );
    this.plot.append(this.canvas, this.svg);
  }

  readonly node: HTMLElement;

  refresh(model: DetailModel): void {
    this.model = model;
    const { against, data, context } = model;
    this.node.hidden = against === null;
    if (against === null) {
      return;
    }
    const { trans } = this;
    const title = trans.__(
      '%1 against %2',
      neuronTitle(context.store, data.place),
      neuronTitle(context.store, against.place)
    );
    setText(this.title, title);
    this.plot.setAttribute('aria-label', title);
    const why = [data, against]
      .map(one => this.whyNot(one))
      .find(w => w !== '');
    setText(this.note, why ?? this.others(model));
    this.note.hidden = this.note.textContent === '';
    this.plot.hidden = why !== undefined;
    this.draw();
  }

  draw(): void {
    const { model } = this;
    const { clientWidth: widthPx, clientHeight: heightPx } = this.plot;
    const { data, against, theme, context } = model ?? {};
    if (
      !model ||
      !against ||
      !data?.values ||
      !against.values ||
      !theme ||
      !context
    ) {
      return;
    }
    if (widthPx === 0 || heightPx === 0) {
      return;
    }
    const points = model.points.flatMap(({ item, color, isRing }) => {
      const x = valueOf(item, data, context);
      const y = valueOf(item, against, context);
      return x !== null && y !== null ? [{ color, isRing, x, y }] : [];
    });
    const axis = (
      one: NeuronData,
      values: Float32Array,
      of: 'x' | 'y'
    ): ScatterAxis => {
      const all = extentOf(values);
      const shown = extentOf(points.map(p => p[of]));
      const from = Math.min(all[0], shown[0]);
      const to = Math.max(all[1], shown[1]);
      const isFlat = !(from < to);
      return {
        title: neuronTitle(context.store, one.place),
        values,
        from: isFlat ? (Number.isFinite(from) ? from : 0) - 1 : from,
        to: isFlat ? (Number.isFinite(to) ? to : 0) + 1 : to
      };
    };
    const scatter = {
      widthPx,
      heightPx,
      x: axis(data, data.values, 'x'),
      y: axis(against, against.values, 'y'),
      ...this.series(model, data.values.length),
      points,
      background: toCss(theme.background)
    };
    const scales = drawScatterAxes(this.svg, scatter);
    const [canvas, pixels] = contextOf(this.canvas, widthPx, heightPx);
    paintScatter(canvas, pixels, scatter, scales);
  }

  /** Samples that are in no shown group are grey, below all others. */
  private series(
    { groups, data, theme }: DetailModel,
    count: number
  ): { others: ScatterSeries; series: ScatterSeries[] } {
    const shown = groups.flatMap(({ subset, color }) => {
      const rows = data.rows(subset);
      return rows ? [{ rows, color, opacity: 0.75 }] : [];
    });
    const isShown = new Uint8Array(count);
    shown.forEach(({ rows }) => rows.forEach(row => (isShown[row] = 1)));
    const rows = Uint32Array.from(isShown.keys()).filter(
      row => isShown[row] === 0
    );
    return {
      others: { rows, color: theme.quiet, opacity: 0.18 },
      series: shown
    };
  }

  private whyNot(data: NeuronData): string {
    const { trans } = this;
    return readingNote(
      data,
      trans.__(
        'Only a summary is here, which does not tell which sample has which activation: there is nothing to scatter.'
      ),
      trans
    );
  }

  private others({ data }: DetailModel): string {
    const { trans } = this;
    return trans.__(
      '%1 samples; those of no shown class are grey',
      formatCount(data.info.sampleCount)
    );
  }

  private readonly title = element('div', { className: 'nd-Detail-subtitle' });
  private readonly note = element('p', { className: 'nd-Detail-note' });
  private readonly canvas = element('canvas', {
    className: 'nd-Scatter-canvas'
  });
  private readonly plot = element('div', {
    className: 'nd-Detail-plot nd-mod-scatter',
    attributes: { role: 'img' }
  });
  private readonly svg = document.createElementNS(
    'http://www.w3.org/2000/svg',
    'svg'
  );
  private model: DetailModel | null = null;
}
