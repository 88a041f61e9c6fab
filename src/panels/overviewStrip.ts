import { contextOf } from '../draw/canvas';
import { OVERVIEW_PX, paintOverview, paintProfile } from '../draw/overview';
import type { Theme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import { element } from './dom';
import type { GraphScroll, Seen } from './graphScroll';
import { wheelPx } from './graphScroll';

/** All rows of a layer in a strip beside its window; a click, a drag and the wheel scroll. */
export class OverviewStrip {
  constructor(private readonly scroll: GraphScroll) {
    const { node } = this;
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
    const [context, pixels] = contextOf(this.node, OVERVIEW_PX, heightPx);
    const window = this.scroll.windowOf(seen);
    if (seesAll(window)) {
      context.clearRect(0, 0, this.node.width, this.node.height);
      return;
    }
    const { profile } = this;
    // Drawn once a figure: it does not move while rows scroll.
    const shown = [figure, heightPx, theme, pixels] as const;
    if (shown.some((input, k) => input !== this.shown[k])) {
      this.shown = shown;
      paintProfile(profile, ...shown);
    }
    paintOverview(context, profile, heightPx, window, theme, pixels);
  }

  private readonly profile = element('canvas');
  private shown: readonly unknown[] = [];
}

function seesAll([from, to]: readonly [number, number]): boolean {
  return to - from >= 1;
}
