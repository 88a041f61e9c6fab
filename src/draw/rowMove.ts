import { easeCubicOut } from 'd3';
import type { LayerFigure } from '../view/figure';
import type { Scene, SceneRow } from './scene';

const DURATION_MS = 320;

/** Rows on their way from their places in one order to those in the next. */
export class RowMove {
  /** Null when no row changes its place, and for users who prefer reduced motion. */
  static between(before: LayerFigure, after: LayerFigure): RowMove | null {
    const moved =
      before.rows.length === after.rows.length &&
      before.rows.some((neuron, row) => neuron !== after.rows[row]);
    return moved && !prefersReducedMotion() ? new RowMove(before) : null;
  }

  private constructor({ rows, layer }: LayerFigure) {
    this.from = new Int32Array(layer.neurons).fill(-1);
    rows.forEach((neuron, row) => {
      this.from[neuron] = row;
    });
  }

  isOver(): boolean {
    return performance.now() - this.startMs >= DURATION_MS;
  }

  /** Where a row is now. Rows from far away start just outside the window. */
  topOf(row: SceneRow, { layout, heightPx }: Scene): number {
    const old = this.from[row.neuron];
    if (old < 0) {
      return row.topPx;
    }
    const margin = 2 * layout.rowHeightPx;
    const start = row.topPx + (old - row.row) * layout.rowHeightPx;
    const near = Math.min(Math.max(start, -margin), heightPx + margin);
    const progress = easeCubicOut(
      Math.min(1, (performance.now() - this.startMs) / DURATION_MS)
    );
    return near + (row.topPx - near) * progress;
  }

  private readonly from: Int32Array;
  private readonly startMs = performance.now();
}

function prefersReducedMotion(): boolean {
  const chosen = getComputedStyle(document.documentElement)
    .getPropertyValue('--nd-motion')
    .trim();
  return (
    chosen === 'reduced' ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
