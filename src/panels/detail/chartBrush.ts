import type { Bins } from '../../core/neuron/curves';
import type { ChartLayout } from '../../draw/detail/neuronChart';
import { brushRanges } from '../../view/brush';
import { BrushBox } from '../brush/box';
import { joiningOf } from '../brush/gesture';
import type { DetailModel } from './model';

type Drawn = { readonly layout: ChartLayout; readonly bins: Bins };

/** A drag begins there. */
const CLICK_PX = 4;

/** Drags over the chart of a neuron brush the bins that they touch. */
export class ChartBrush {
  constructor(
    private readonly plot: HTMLElement,
    private readonly shown: () => { model: DetailModel; drawn: Drawn } | null
  ) {
    plot.append(this.box.node);
    plot.addEventListener('pointerdown', event => {
      this.isDrag = false;
      const isFirst = event.button === 0 && event.isPrimary;
      this.startPx = isFirst ? this.placeOf(event) : null;
    });
    plot.addEventListener('pointermove', event => this.follow(event));
    plot.addEventListener('pointerup', event => this.brush(event));
    plot.addEventListener('pointercancel', () => this.forget());
  }

  /** Whether the pointer has just dragged: then it does not click. */
  isDrag = false;

  private follow(event: PointerEvent): void {
    const { startPx } = this;
    const shown = this.shown();
    const px = this.placeOf(event);
    if (startPx === null || !shown || event.buttons === 0) {
      return;
    }
    if (!this.isDrag && Math.abs(px - startPx) > CLICK_PX) {
      this.isDrag = true;
      this.plot.setPointerCapture(event.pointerId);
    }
    if (this.isDrag) {
      const { layout } = shown.drawn;
      const { leftPx, rightPx, topPx, bottomPx } = layout;
      const range = this.rangeOf(startPx, px, shown.drawn);
      const from = range.from === null ? leftPx : layout.x.px(range.from);
      const to = range.to === null ? rightPx : layout.x.px(range.to);
      this.box.place(from, to, topPx, bottomPx - topPx, range);
    }
  }

  private brush(event: PointerEvent): void {
    const { startPx } = this;
    const shown = this.shown();
    if (this.isDrag && startPx !== null && shown) {
      const { context, data } = shown.model;
      const { store, brushing } = context;
      const { name, detail } = store.info.layers[data.layerIndex];
      if (detail === 'summary') {
        brushing?.refuse(name);
      } else {
        const range = this.rangeOf(startPx, this.placeOf(event), shown.drawn);
        const one = { layer: name, neuron: data.neuron, ...range };
        store.update(view => brushRanges(view, [one], joiningOf(event)));
      }
    }
    this.forget();
  }

  /** The bins between two places; open where one of these is beside the axis. */
  private rangeOf(aPx: number, bPx: number, { layout, bins }: Drawn) {
    const { x, leftPx, rightPx } = layout;
    const width = 2 ** bins.exponent;
    const [low, high] = [Math.min(aPx, bPx), Math.max(aPx, bPx)];
    return {
      from: low < leftPx ? null : Math.floor(x.value(low) / width) * width,
      to: high > rightPx ? null : Math.ceil(x.value(high) / width) * width
    };
  }

  private placeOf(event: MouseEvent): number {
    return event.clientX - this.plot.getBoundingClientRect().left;
  }

  private forget(): void {
    this.startPx = null;
    this.box.hide();
  }

  private readonly box = new BrushBox();
  private startPx: number | null = null;
}
