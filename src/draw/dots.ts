import type { Instance } from '../core/recording';
import { PROBE_ID } from '../view/probe/shown';
import { toCss } from './palette';
import type { ISurface } from './surface';
import { instanceColor, type Theme } from './theme';

type PaintDot = (surface: ISurface, x: number, y: number) => void;

/** A circle of a dot, whose edge lies half inside its radius. */
type Circle = {
  readonly radius: number;
  readonly fill: string | null;
  readonly stroke: string;
  readonly strokePx: number;
};

export const RING_PX = 2;
const EDGE_PX = 1.25;

/** The changed picture of a probe is a ring, so that it is told from attacked images of the same colour. */
export function isRing({ id }: Pick<Instance, 'id'>): boolean {
  return id === PROBE_ID;
}

/** A dot, or a ring, with an edge of the background, from below; through a ring is seen what it lies on. */
export function circlesOf(
  asRing: boolean,
  radius: number,
  color: string,
  edge: string
): readonly Circle[] {
  if (!asRing) {
    return [{ radius, fill: color, stroke: edge, strokePx: EDGE_PX }];
  }
  const middle = { radius: radius - RING_PX / 2 + EDGE_PX / 2, fill: null };
  return [
    { ...middle, stroke: edge, strokePx: RING_PX + 2 * EDGE_PX },
    { ...middle, stroke: color, strokePx: RING_PX }
  ];
}

/** What draws an instance's dot. */
export function dotOf(
  instance: Instance,
  radius: number,
  theme: Theme
): PaintDot {
  const circles = circlesOf(
    isRing(instance),
    radius,
    toCss(instanceColor(instance, theme)),
    toCss(theme.background)
  );
  return (surface, x, y) => {
    for (const { radius: r, fill, stroke, strokePx } of circles) {
      surface.circle(x, y, r, fill, stroke, strokePx);
    }
  };
}
