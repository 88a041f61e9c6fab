import { RING_PX } from './dots';
import type { Rgb } from './palette';
import { toCss } from './palette';
import type { Bins, ISurface } from './surface';
import { fitted, textWidth } from './text';
import type { Theme } from './theme';

/** An entry of a legend: a class's ramp, an instance's dot or ring, or words alone. */
export type LegendEntry = {
  readonly mark: 'ramp' | 'dot' | 'ring' | 'none';
  readonly color: Rgb;
  readonly text: string;
};

/** Entries in lines, each with its place. */
export type Legend = {
  readonly heightPx: number;
  readonly places: readonly Place[];
};

type Place = {
  readonly entry: LegendEntry;
  readonly text: string;
  readonly leftPx: number;
  readonly topPx: number;
};

const LINE_PX = 18;
const GAP_PX = 16;
const TEXT_PX = 11;
const MARK_PX = { ramp: 44, dot: 8, ring: 8, none: 0 } as const;
const RAMP_PX = 10;
const MARK_GAP_PX = 6;
const ENTRY_AT_MOST_PX = 240;

/** As many lines as `widthPx` asks for. */
export function legendOf(
  entries: readonly LegendEntry[],
  widthPx: number,
  theme: Theme
): Legend {
  const style = { sizePx: TEXT_PX, font: theme.font };
  const places: Place[] = [];
  let leftPx = 0;
  let topPx = 0;
  for (const entry of entries) {
    const markPx = textLeft(entry);
    // Words alone are a sentence and may fill a line.
    const roomPx = entry.mark === 'none' ? widthPx : ENTRY_AT_MOST_PX;
    const text = fitted(entry.text, Math.min(roomPx, widthPx) - markPx, style);
    const entryPx = markPx + textWidth(text, style);
    if (leftPx > 0 && leftPx + entryPx > widthPx) {
      leftPx = 0;
      topPx += LINE_PX;
    }
    places.push({ entry, text, leftPx: Math.round(leftPx), topPx });
    leftPx += entryPx + GAP_PX;
  }
  return { places, heightPx: places.length > 0 ? topPx + LINE_PX : 0 };
}

/** Draw a legend from the surface's origin. */
export function paintLegend(
  surface: ISurface,
  legend: Legend,
  theme: Theme
): void {
  for (const { entry, text, leftPx, topPx } of legend.places) {
    const middle = topPx + LINE_PX / 2;
    const color = toCss(entry.color);
    if (entry.mark === 'ramp') {
      surface.bars([ramp(entry.color)], [-RAMP_PX / 2, RAMP_PX / 2])(
        0,
        leftPx,
        middle,
        MARK_PX.ramp
      );
    } else if (entry.mark === 'dot') {
      const radius = MARK_PX.dot / 2;
      surface.circle(leftPx + radius, middle, radius, color, color, 0);
    } else if (entry.mark === 'ring') {
      const radius = MARK_PX.ring / 2;
      const at = leftPx + radius;
      surface.circle(at, middle, radius - RING_PX / 2, null, color, RING_PX);
    }
    surface.text(text, leftPx + textLeft(entry), middle, {
      color: entry.mark === 'none' ? theme.quiet : theme.text,
      sizePx: TEXT_PX,
      font: theme.font,
      align: 'left'
    });
  }
}

function textLeft({ mark }: LegendEntry): number {
  return mark === 'none' ? 0 : MARK_PX[mark] + MARK_GAP_PX;
}

/** From clear to opaque. */
function ramp([red, green, blue]: Rgb): Bins {
  const count = MARK_PX.ramp / 2;
  const rgba = new Uint32Array(count);
  const bytes = new Uint8ClampedArray(rgba.buffer);
  for (let bin = 0; bin < count; bin++) {
    bytes.set([red, green, blue, ((bin + 1) / count) * 255], 4 * bin);
  }
  return { count, rgba };
}
