import { color as parsedColor } from 'd3';
import type { Bins, BarPainter, ISurface, Point, TextStyle } from './surface';
import { BASELINE } from './surface';

/** A surface whose marks are SVG elements; the whole as the text of a document. */
export class SvgSurface implements ISurface {
  snap(px: number): number {
    return px;
  }

  rect(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string,
    opacity = 1
  ): void {
    if (width > 0 && height > 0) {
      this.mark('rect', {
        x: left,
        y: top,
        width,
        height,
        ...paintOf('fill', color, opacity)
      });
    }
  }

  frame(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string
  ): void {
    this.mark('rect', {
      x: left + 0.5,
      y: top + 0.5,
      width: width - 1,
      height: height - 1,
      fill: 'none',
      ...paintOf('stroke', color)
    });
  }

  polygon(points: readonly Point[], color: string, opacity = 1): void {
    this.mark('polygon', {
      points: points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(' '),
      ...paintOf('fill', color, opacity)
    });
  }

  circle(
    x: number,
    y: number,
    radius: number,
    fill: string | null,
    stroke: string,
    strokePx: number
  ): void {
    this.mark('circle', {
      cx: x,
      cy: y,
      r: radius,
      ...(fill === null ? { fill: 'none' } : paintOf('fill', fill)),
      ...paintOf('stroke', stroke),
      'stroke-width': strokePx
    });
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    if (text === '') {
      return;
    }
    // The baseline is given in numbers: few programs know `dominant-baseline`.
    this.mark(
      'text',
      {
        x,
        y: y + BASELINE * style.sizePx,
        ...(style.align === 'left'
          ? {}
          : { 'text-anchor': style.align === 'right' ? 'end' : 'middle' }),
        'font-family': style.font,
        'font-size': style.sizePx,
        ...(style.bold === true ? { 'font-weight': 600 } : {}),
        ...paintOf('fill', style.color)
      },
      text
    );
  }

  /** A rectangle for each run of equal bins of a line. */
  bars(rows: readonly Bins[], edges: readonly number[]): BarPainter {
    return (row, left, top, across) => {
      const { count, rgba } = rows[row];
      const bytes = new Uint8ClampedArray(rgba.buffer);
      const binPx = across / count;
      edges.slice(1).forEach((bottom, line) => {
        const bins = rgba.subarray(line * count, (line + 1) * count);
        for (let from = 0; from < count;) {
          let to = from + 1;
          while (to < count && bins[to] === bins[from]) {
            to += 1;
          }
          const byte = 4 * (line * count + from);
          this.bin(bytes.subarray(byte, byte + 4), [
            left + from * binPx,
            top + edges[line],
            (to - from) * binPx,
            bottom - edges[line]
          ]);
          from = to;
        }
      });
    };
  }

  shifted(left: number, top: number, draw: () => void): void {
    this.parts.push(
      `<g transform="translate(${rounded(left)} ${rounded(top)})">\n`
    );
    draw();
    this.parts.push('</g>\n');
  }

  /** The document: all marks on a surface that is `widthPx` × `heightPx` large. */
  document(title: string, widthPx: number, heightPx: number): string {
    const width = rounded(widthPx);
    const height = rounded(heightPx);
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">\n`,
      `<title>${xmlText(title)}</title>\n`,
      ...this.parts,
      '</svg>\n'
    ].join('');
  }

  private bin(
    rgba: Uint8ClampedArray,
    [x, y, width, height]: readonly [number, number, number, number]
  ): void {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba;
    if (alpha > 0) {
      const code = (red << 16) | (green << 8) | blue;
      this.mark('rect', {
        x,
        y,
        width,
        height,
        fill: `#${code.toString(16).padStart(6, '0')}`,
        ...(alpha < 255 ? { 'fill-opacity': alpha / 255 } : {}),
        // Neighbours share an edge that is not on a pixel; smoothed, it would show as a line.
        'shape-rendering': 'crispEdges'
      });
    }
  }

  private mark(
    tag: string,
    attributes: Readonly<Record<string, string | number>>,
    text?: string
  ): void {
    const written = Object.entries(attributes)
      .map(
        ([name, value]) =>
          ` ${name}="${typeof value === 'number' ? rounded(value) : xmlText(value)}"`
      )
      .join('');
    this.parts.push(
      text === undefined
        ? `<${tag}${written}/>\n`
        : `<${tag}${written}>${xmlText(text)}</${tag}>\n`
    );
  }

  private readonly parts: string[] = [];
}

/** Text as it may stand in an attribute or an element. Characters that XML cannot hold are left out. */
export function xmlText(text: string): string {
  return Array.from(text, character =>
    isXmlCharacter(character.codePointAt(0) ?? 0)
      ? (ESCAPES.get(character) ?? character)
      : ''
  ).join('');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;']
]);

/** Production `Char` of XML 1.0, without the characters that it discourages. */
function isXmlCharacter(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xffff && code < 0xfffe) ||
    (code >= 0x10000 && code <= 0x10ffff && (code & 0xfffe) !== 0xfffe)
  );
}

/** Colour and opacity apart: few programs know `rgba()`. */
function paintOf(
  name: 'fill' | 'stroke',
  css: string,
  opacity = 1
): Record<string, string | number> {
  const found = parsedColor(css)?.rgb();
  if (!found) {
    return { [name]: css };
  }
  const alpha = found.opacity * opacity;
  return {
    [name]: found.copy({ opacity: 1 }).formatHex(),
    ...(alpha < 1 ? { [`${name}-opacity`]: alpha } : {})
  };
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
