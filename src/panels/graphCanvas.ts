import { ArrayExt } from '@lumino/algorithm';
import { contextOf, releasePixels, watchPixels } from '../draw/canvas';
import { canvasSurface } from '../draw/canvasSurface';
import { isRing } from '../draw/dots';
import { toCss } from '../draw/palette';
import { paint, paintDots, type PaintState } from '../draw/paint';
import { isSameScene, type Scene } from '../draw/scene';
import { instanceColor, type Theme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import { element, setProperties } from './dom';

/**
 * The rows of a graph on a canvas. The ring of a picture that is changed moves alone and often: it has a canvas of
 * its own over it, and what lies beneath is drawn when it differs.
 */
export class GraphCanvas {
  /** `onOther`: the screen has other pixels, or lost them. */
  constructor(onOther: () => void) {
    const again = () => {
      this.beneath = null;
      onOther();
    };
    this.observers = [this.node, this.ring].map(canvas => {
      canvas.addEventListener('contextrestored', again);
      return watchPixels(canvas, again);
    });
  }

  /** Takes the pointer. */
  readonly node = element('canvas', {
    className: 'nd-Graph-canvas',
    attributes: { 'aria-hidden': 'true' }
  });
  readonly ring = element('canvas', {
    className: 'nd-Graph-ring',
    attributes: { 'aria-hidden': 'true' }
  });

  /** `moves`: rows are on their way. */
  paint(
    scene: Scene,
    figure: LayerFigure,
    theme: Theme,
    state: PaintState,
    moves: boolean
  ): void {
    const { instances } = figure;
    const still = instances.filter(({ instance }) => !isRing(instance));
    const beneath = {
      scene,
      looks: [
        theme,
        state.hovered,
        state.active,
        window.devicePixelRatio,
        ...figure.classes.flatMap(({ index, color }) => [index, color]),
        ...still.map(({ instance }) => toCss(instanceColor(instance, theme)))
      ],
      dots: still.length
    };
    if (moves || this.beneath === null || !isSame(beneath, this.beneath)) {
      const surface = surfaceOf(this.node, scene);
      paint(surface, scene, { ...figure, instances: still }, theme, state);
      this.beneath = moves ? null : beneath;
    }
    const hasRing = still.length < instances.length;
    if (hasRing) {
      const surface = surfaceOf(this.ring, scene);
      paintDots(surface, scene, figure, theme, state, isRing);
    } else if (this.ring.width > 0) {
      releasePixels(this.ring);
    }
    setProperties(this.ring, { hidden: !hasRing });
  }

  /** Pictures that nobody sees take memory. */
  release(): void {
    this.beneath = null;
    [this.node, this.ring].forEach(releasePixels);
  }

  disconnect(): void {
    this.observers.forEach(o => o.disconnect());
  }

  private readonly observers: readonly { disconnect(): void }[];
  /** What the canvas shows. */
  private beneath: Beneath | null = null;
}

type Beneath = {
  readonly scene: Scene;
  readonly looks: readonly unknown[];
  readonly dots: number;
};

function isSame(a: Beneath, b: Beneath): boolean {
  return (
    a.dots === b.dots &&
    ArrayExt.shallowEqual(a.looks, b.looks) &&
    isSameScene(a.scene, b.scene, a.dots)
  );
}

function surfaceOf(canvas: HTMLCanvasElement, { layout, heightPx }: Scene) {
  return canvasSurface(...contextOf(canvas, layout.widthPx, heightPx));
}
