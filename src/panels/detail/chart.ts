import type { TranslationBundle } from '@jupyterlab/translation';
import type { Bins } from '../../core/neuron/curves';
import { histogramOf, shareAtOrBelow } from '../../core/neuron/curves';
import type { ChartLayout, ChartSeries } from '../../draw/detail/neuronChart';
import { drawChart } from '../../draw/detail/neuronChart';
import { toCss } from '../../draw/palette';
import { BIN_CHOICES, binsOver, wantedBins } from '../../view/detail/bins';
import {
  formatCount,
  formatExact,
  formatShare,
  formatStatistic
} from '../../view/format';
import { select, toggleButton } from '../controls';
import { element, setText } from '../dom';
import { removeButton } from '../sampleButtons';
import { ChartBrush } from './chartBrush';
import type { DetailModel, DetailPart, ShownPoint } from './model';

/** Distributions of the shown groups over each other, with single values; a click chooses a value. */
export class ChartPart implements DetailPart {
  constructor(private readonly trans: TranslationBundle) {
    this.ecdf = toggleButton(
      trans.__('ECDF'),
      trans.__('Share at or below each value (ECDF) instead of a histogram')
    );
    this.logX = toggleButton(
      trans.__('log x'),
      trans.__('Logarithmic axis of activations')
    );
    this.logY = toggleButton(
      trans.__('log y'),
      trans.__('Logarithmic axis of shares')
    );
    this.full = toggleButton(
      trans.__('full range'),
      trans.__('All values, not 0.1 % to 99.9 % of each group')
    );
    this.bins = select(
      trans.__('Most bins across the axis'),
      BIN_CHOICES.map(count => ({
        value: String(count),
        text: trans.__('≤ %1 bins', count),
        group: ''
      }))
    );
    this.svg.setAttribute('class', 'nd-Chart');
    this.plot.append(this.svg);
    this.brush = new ChartBrush(this.plot, () =>
      this.model && this.drawn ? { model: this.model, drawn: this.drawn } : null
    );
    this.node = element(
      'section',
      { className: 'nd-Detail-chart' },
      element(
        'div',
        { className: 'nd-Detail-tools' },
        this.ecdf,
        this.logX,
        this.logY,
        this.full,
        this.bins
      ),
      this.plot,
      this.readout,
      this.values
    );
    this.listen();
  }

  readonly node: HTMLElement;

  refresh(model: DetailModel): void {
    this.model = model;
    const { state, trans } = { ...model, trans: this.trans };
    for (const [toggle, isOn] of [
      [this.ecdf, state.curve === 'ecdf'],
      [this.logX, state.logX],
      [this.logY, state.logY],
      [this.full, state.extent === 'full']
    ] as const) {
      toggle.setAttribute('aria-pressed', String(isOn));
    }
    this.bins.hidden = state.curve === 'ecdf';
    this.plot.setAttribute(
      'aria-label',
      state.curve === 'ecdf'
        ? trans.__('Share of each group at or below an activation')
        : trans.__('Histogram of each group')
    );
    this.values.replaceChildren(...model.points.map(p => this.chip(p, model)));
    this.draw();
  }

  /** Draws again, for example at another width. */
  draw(): void {
    const { model } = this;
    const { clientWidth: widthPx, clientHeight: heightPx } = this.plot;
    if (!model || widthPx === 0 || heightPx === 0) {
      return;
    }
    const { state, groups, points, theme } = model;
    const columns = groups.map(g => g.measured.column);
    const count = state.bins ?? wantedBins(columns, state.logX);
    this.bins.value = String(count);
    const bins = binsOver(
      columns,
      points.map(p => p.value),
      state.extent === 'full',
      count
    );
    const isApart =
      model.context.store.view.zeros === 'apart' &&
      state.curve === 'histogram' &&
      groups.some(g => g.measured.zeros);
    const series = groups.map(
      ({ color, measured, statistics }): ChartSeries => ({
        color,
        column: measured.column,
        histogram: histogramOf(measured.column, bins, isApart),
        median: statistics.median.value
      })
    );
    const layout = drawChart(this.svg, {
      widthPx,
      heightPx,
      bins,
      series,
      curve: state.curve,
      logX: state.logX,
      logY: state.logY,
      points: points
        .filter(p => Number.isFinite(p.value))
        .map(({ color, isRing, value }) => ({ color, isRing, value })),
      chosen: state.near,
      zerosApart: isApart,
      background: toCss(theme.background),
      accent: theme.accent,
      texts: {
        zeros: this.trans.__('= 0'),
        share:
          state.curve === 'ecdf'
            ? this.trans.__('share at or below')
            : this.trans.__('share of the group in a bin')
      }
    });
    this.drawn = { layout, bins, series };
    this.tell(state.near);
  }

  private listen(): void {
    const { plot } = this;
    const set = (change: Parameters<DetailModel['change']>[0]) =>
      this.model?.change(change);
    this.ecdf.addEventListener('click', () =>
      set({ curve: this.model?.state.curve === 'ecdf' ? 'histogram' : 'ecdf' })
    );
    this.logX.addEventListener('click', () =>
      set({ logX: !this.model?.state.logX })
    );
    this.logY.addEventListener('click', () =>
      set({ logY: !this.model?.state.logY })
    );
    this.full.addEventListener('click', () =>
      set({ extent: this.model?.state.extent === 'full' ? 'fit' : 'full' })
    );
    this.bins.addEventListener('change', () =>
      set({ bins: Number(this.bins.value) })
    );
    plot.addEventListener('pointermove', event => {
      this.tell(this.valueAt(event));
    });
    plot.addEventListener('pointerleave', () =>
      this.tell(this.model?.state.near ?? null)
    );
    plot.addEventListener('click', event => {
      const near = this.valueAt(event);
      if (near !== null && !this.brush.isDrag) {
        set({ near, pick: 'near' });
      }
    });
    plot.addEventListener('keydown', event => this.onKey(event));
  }

  /** Arrows take the chosen value from bin to bin. */
  private onKey(event: KeyboardEvent): void {
    const steps = new Map([
      ['ArrowLeft', -1],
      ['ArrowRight', 1]
    ]);
    const step = steps.get(event.key);
    const { drawn, model } = this;
    if (step === undefined || !drawn || !model) {
      return;
    }
    const { bins } = drawn;
    const width = 2 ** bins.exponent;
    const { near } = model.state;
    const middle = bins.first + Math.floor(bins.count / 2);
    const bin = near === null ? middle : Math.floor(near / width) + step;
    const last = bins.first + bins.count - 1;
    const inside = Math.min(Math.max(bin, bins.first), last);
    model.change({ near: (inside + 0.5) * width, pick: 'near' });
    event.preventDefault();
    event.stopPropagation();
  }

  /** The value under the pointer; the middle of its bin in a histogram. */
  private valueAt(event: MouseEvent): number | null {
    const { drawn, model } = this;
    const px = event.clientX - this.svg.getBoundingClientRect().left;
    if (!drawn || !model) {
      return null;
    }
    const { x, leftPx, rightPx } = drawn.layout;
    if (px < leftPx || px > rightPx) {
      return null;
    }
    const value = x.value(px);
    const width = 2 ** drawn.bins.exponent;
    return model.state.curve === 'ecdf'
      ? value
      : (Math.floor(value / width) + 0.5) * width;
  }

  /** The numbers at a value, in words. */
  private tell(value: number | null): void {
    const { model, drawn, trans } = this;
    if (!model || !drawn) {
      return;
    }
    const text =
      value === null
        ? model.data.values === null
          ? ''
          : trans.__('Click on the axis for the images around a value.')
        : this.numbersAt(value, drawn, model);
    setText(this.readout, text);
    this.plot.setAttribute('aria-valuenow', String(value ?? 0));
    this.plot.setAttribute('aria-valuetext', text);
  }

  private numbersAt(value: number, drawn: Drawn, model: DetailModel): string {
    const { trans } = this;
    const { bins, series } = drawn;
    if (model.state.curve === 'ecdf') {
      const shares = model.groups.map(({ name, measured }) => {
        const [share] = shareAtOrBelow(measured.column, Float64Array.of(value));
        return `${name} ${formatShare(share)}`;
      });
      return trans.__(
        'at or below %1: %2',
        formatStatistic(value),
        shares.join(' · ')
      );
    }
    const width = 2 ** bins.exponent;
    const bin = Math.floor(value / width);
    const counts = model.groups.map(({ name }, i) => {
      const { histogram, column } = series[i];
      const count = histogram.counts[bin - bins.first] ?? 0;
      return `${name} ${formatCount(count)} (${formatShare(count / column.total)})`;
    });
    return trans.__(
      'bin [%1, %2): %3',
      formatExact(bin * width),
      formatExact((bin + 1) * width),
      counts.join(' · ')
    );
  }

  /** A single value by name; what the view adds can be taken away. */
  private chip(point: ShownPoint, { context }: DetailModel): HTMLElement {
    const { item, name, value, color, isRing } = point;
    const node = element(
      'span',
      { className: 'nd-Legend-entry' },
      element('span', { className: isRing ? 'nd-Dot nd-mod-ring' : 'nd-Dot' }),
      element('span', { text: `${name} ${formatStatistic(value)}` })
    );
    node.style.setProperty('--nd-color', color);
    const remove =
      'instance' in item ? removeButton(item.instance, context) : null;
    node.append(...(remove ? [remove] : []));
    return node;
  }

  private readonly brush: ChartBrush;
  private readonly ecdf: HTMLButtonElement;
  private readonly logX: HTMLButtonElement;
  private readonly logY: HTMLButtonElement;
  private readonly full: HTMLButtonElement;
  private readonly bins: HTMLSelectElement;
  private readonly plot = element('div', {
    className: 'nd-Detail-plot',
    attributes: {
      role: 'slider',
      tabindex: '0',
      'aria-orientation': 'horizontal'
    }
  });
  private readonly svg = document.createElementNS(
    'http://www.w3.org/2000/svg',
    'svg'
  );
  private readonly readout = element('div', { className: 'nd-Detail-readout' });
  private readonly values = element('div', {
    className: 'nd-Detail-values'
  });
  private model: DetailModel | null = null;
  private drawn: Drawn | null = null;
}

type Drawn = {
  readonly layout: ChartLayout;
  readonly bins: Bins;
  readonly series: readonly ChartSeries[];
};
