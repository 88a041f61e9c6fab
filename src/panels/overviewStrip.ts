import { ArrayExt } from '@lumino/algorithm';
import { contextOf, releasePixels, watchPixels } from '../draw/canvas';
import { OVERVIEW_PX, paintOverview, paintProfile } from '../draw/overview';
import type { Theme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import { element } from './dom';
import type { GraphScroll, Seen } from './graphScroll';
import { wheelPx } from './graphScroll';

/** All rows of a layer in a strip beside its window; a click, a drag and the wheel scroll. */
export class OverviewStrip {
  /** `onOther`: the screen has other pixels. */
  constructor(
    private readonly scroll: GraphScroll,
    onOther: () => void
  ) {
    const { node } = this;
    this.observer = watchPixels(node, () => {
      this.painted = [];
      onOther();
    });
    const jump = (event: PointerEvent) => {
      if (event.buttons & 1) {
        node.setPointerCapture(event.pointerId);
        const { top, height } = node.getBoundingClientRect();
        // The last pixel is the end, however many rows it stands for.
        scroll.toShare((event.clientY - top) / Math.max(1, height - 1));
      }
    };
    node.addEventListener('pointerdown', jump);
    node.addEventListener('pointermove', jump);
    node.addEventListener(
      'wheel',
      event => {
        if (!event.ctrlKey && !seesAll(scroll.windowOf(scroll.look()))) {
          event.preventDefault();
          scroll.by(wheelPx(event, node.clientHeight));
        }
      },
      { passive: false }
    );
  }

  readonly node = element('canvas', {
    className: 'nd-Graph-overview',
    attributes: { 'aria-hidden': 'true' }
  });

  paint(figure: LayerFigure, seen: Seen, theme: Theme): void {
    const { heightPx } = seen;
    const { rows, scores, hidden, marked } = figure;
    const [context, pixels] = contextOf(this.node, OVERVIEW_PX, heightPx);
    const window = this.scroll.windowOf(seen);
    const shown = [rows, scores, hidden, marked, heightPx, theme, pixels];
    const painted = [...shown, ...window];
    if (ArrayExt.shallowEqual(painted, this.painted)) {
      return;
    }
    this.painted = painted;
    if (seesAll(window)) {
      context.clearRect(0, 0, this.node.width, this.node.height);
      return;
    }
    const { profile } = this;
    // It does not move while rows scroll.
    if (!ArrayExt.shallowEqual(shown, this.shown)) {
      this.shown = shown;
      paintProfile(profile, figure, heightPx, theme, pixels);
    }
    paintOverview(context, profile, heightPx, window, theme, pixels);
  }

  /** Pictures that nobody sees take memory. */
  release(): void {
    this.painted = [];
    releasePixels(this.node);
  }

  disconnect(): void {
    this.observer.disconnect();
  }

  private readonly profile = element('canvas');
  private readonly observer: { disconnect(): void };
  /** What the profile was drawn of, and what the strip shows. */
  private shown: readonly unknown[] = [];
  private painted: readonly unknown[] = [];
}

function seesAll([from, to]: readonly [number, number]): boolean {
  return to - from >= 1;
}
