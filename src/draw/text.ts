import { keepRecent } from '../core/recent';
import { fontOf } from './canvasSurface';
import type { TextStyle } from './surface';

/** Longer texts are cut before they are measured. */
const MEASURED_AT_MOST = 400;
/** No glyph of a usual font is wider, as a share of the size; and how wide one is on average. */
const WIDEST = 1.3;
const AVERAGE = 0.56;

/** Width of a text in CSS pixels; an estimate where there is no canvas. */
export function textWidth(
  text: string,
  style: Pick<TextStyle, 'sizePx' | 'font' | 'bold'>
): number {
  const context = measuring();
  if (!context) {
    return text.length * style.sizePx * AVERAGE;
  }
  const font = fontOf({ color: '', align: 'left', ...style });
  if (font !== measuredFont) {
    measuredFont = font;
    context.font = font;
  }
  return context.measureText(text).width;
}

/**
 * The text, cut to `widthPx` where it is wider: at its end, or in the middle, because names of neurons
 * differ at their ends.
 */
export function fitted(
  text: string,
  widthPx: number,
  style: Pick<TextStyle, 'sizePx' | 'font' | 'bold'>,
  cutAt: 'end' | 'middle' = 'end'
): string {
  if (text.length * style.sizePx * WIDEST <= widthPx) {
    return text;
  }
  const font = fontOf({ color: '', align: 'left', ...style });
  const key = `${cutAt} ${widthPx} ${font} ${text.length} ${shortened(text)}`;
  return cuts.get(key, 2 * key.length, () =>
    cutTo(text, widthPx, style, cutAt)
  );
}

/** The same names are fitted in every paint. */
const cuts = keepRecent<string, string>(2 ** 21);

function cutTo(
  text: string,
  widthPx: number,
  style: Pick<TextStyle, 'sizePx' | 'font' | 'bold'>,
  cutAt: 'end' | 'middle'
): string {
  const isShort = text.length <= MEASURED_AT_MOST;
  if (isShort && textWidth(text, style) <= widthPx) {
    return text;
  }
  const characters = Array.from(shortened(text));
  let fits = 0;
  let tooMany = characters.length;
  while (tooMany - fits > 1) {
    const kept = Math.floor((fits + tooMany) / 2);
    if (textWidth(cut(characters, kept, cutAt), style) <= widthPx) {
      fits = kept;
    } else {
      tooMany = kept;
    }
  }
  return cut(characters, fits, cutAt);
}

function shortened(text: string): string {
  return text.length <= MEASURED_AT_MOST
    ? text
    : text.slice(0, MEASURED_AT_MOST / 2) + text.slice(-MEASURED_AT_MOST / 2);
}

function cut(
  characters: readonly string[],
  kept: number,
  cutAt: 'end' | 'middle'
): string {
  const tail = cutAt === 'middle' ? Math.floor(kept / 2) : 0;
  return [
    ...characters.slice(0, kept - tail),
    '…',
    ...(tail > 0 ? characters.slice(-tail) : [])
  ].join('');
}

let measuredFont = '';
let measurer: CanvasRenderingContext2D | null | undefined;

function measuring(): CanvasRenderingContext2D | null {
  if (measurer === undefined) {
    measurer =
      typeof document === 'undefined'
        ? null
        : document.createElement('canvas').getContext('2d');
  }
  return measurer;
}
