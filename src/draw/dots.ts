import type { Instance } from '../core/recording';
import { PROBE_ID } from '../view/probe/shown';
import { toCss } from './palette';
import type { ISurface } from './surface';
import { instanceColor, type Theme } from './theme';

type PaintDot = (surface: ISurface, x: number, y: number) => void;

const EDGE_PX = 1.25;
const RING_PX = 2;

/** The changed picture of a probe is a ring, so that it is told from attacked images of the same colour. */
export function isRing({ id }: Pick<Instance, 'id'>): boolean {
  return id === PROBE_ID;
}

/** A dot with an edge of the background; through a ring is seen what it lies on. */
export function dotOf(
  instance: Instance,
  radius: number,
  theme: Theme
): PaintDot {
  const color = toCss(instanceColor(instance, theme));
  const edge = toCss(theme.background);
  const middle = radius - RING_PX / 2 + EDGE_PX / 2;
  return isRing(instance)
    ? (surface, x, y) => {
        surface.circle(x, y, middle, null, edge, RING_PX + 2 * EDGE_PX);
        surface.circle(x, y, middle, null, color, RING_PX);
      }
    : (surface, x, y) => surface.circle(x, y, radius, color, edge, EDGE_PX);
}
