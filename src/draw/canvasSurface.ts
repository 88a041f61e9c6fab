import type { Bins, BarPainter, ISurface, Point, TextStyle } from './surface';
import { BASELINE } from './surface';

/** A surface of `devicePixels` canvas pixels a CSS pixel. What was on the canvas is cleared. */
export function canvasSurface(
  context: CanvasRenderingContext2D,
  devicePixels: number
): ISurface {
  context.setTransform(devicePixels, 0, 0, devicePixels, 0, 0);
  context.clearRect(
    0,
    0,
    context.canvas.width / devicePixels,
    context.canvas.height / devicePixels
  );
  context.textBaseline = 'alphabetic';
  context.imageSmoothingEnabled = false;
  return new CanvasSurface(context, devicePixels);
}

class CanvasSurface implements ISurface {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly devicePixels: number
  ) {}

  snap(px: number): number {
    return Math.round(px * this.devicePixels) / this.devicePixels;
  }

  rect(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string,
    opacity = 1
  ): void {
    this.fill(color, opacity);
    this.context.fillRect(left, top, width, height);
  }

  /** A colour is parsed whenever it is set, as is a font. */
  private fill(color: string, opacity = 1): void {
    if (color !== this.color) {
      this.color = color;
      this.context.fillStyle = color;
    }
    this.fade(opacity);
  }

  private fade(opacity: number): void {
    if (opacity !== this.opacity) {
      this.opacity = opacity;
      this.context.globalAlpha = opacity;
    }
  }

  frame(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string
  ): void {
    this.fade(1);
    this.context.strokeStyle = color;
    this.context.lineWidth = 1;
    this.context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  }

  polygon(points: readonly Point[], color: string, opacity = 1): void {
    const { context } = this;
    this.fill(color, opacity);
    context.beginPath();
    points.forEach(([x, y]) => context.lineTo(x, y));
    context.fill();
  }

  circle(
    x: number,
    y: number,
    radius: number,
    fill: string | null,
    stroke: string,
    strokePx: number
  ): void {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill !== null) {
      this.fill(fill);
      context.fill();
    }
    context.lineWidth = strokePx;
    context.strokeStyle = stroke;
    context.stroke();
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    const { context } = this;
    const font = fontOf(style);
    if (font !== this.font) {
      this.font = font;
      context.font = font;
    }
    context.textAlign = style.align === 'middle' ? 'center' : style.align;
    this.fill(style.color);
    context.fillText(text, x, y + BASELINE * style.sizePx);
  }

  /** Rows as a picture, a pixel a bin and as high as they are, of which each is stretched over its width. */
  bars(rows: readonly Bins[], edges: readonly number[]): BarPainter {
    const { context, devicePixels } = this;
    const pixels = edges.map(edge => Math.round(edge * devicePixels));
    const top = edges[0];
    const heightPx = edges[edges.length - 1] - top;
    const height = pixels[pixels.length - 1] - pixels[0];
    const atOnce = Math.max(1, Math.floor(PICTURE_PX / height));
    let first = 0;
    let picture: HTMLCanvasElement | null = null;
    return (row, left, rowTop, width) => {
      if (!picture || row < first || row >= first + atOnce) {
        first = row;
        picture = pictureOf(rows.slice(row, row + atOnce), pixels);
      }
      this.fade(1);
      context.drawImage(
        picture,
        0,
        (row - first) * height,
        rows[row].count,
        height,
        left,
        rowTop + top,
        width,
        heightPx
      );
    };
  }

  shifted(left: number, top: number, draw: () => void): void {
    this.context.save();
    this.context.translate(left, top);
    draw();
    this.context.restore();
    this.font = '';
    this.color = '';
    this.opacity = NaN;
  }

  private font = '';
  private color = '';
  private opacity = NaN;
}

/** The picture that bars are drawn from, and its pixels: making another each time would cost as much as drawing. */
let picture: HTMLCanvasElement | undefined;
let pixels = new Uint32Array(0);
/** How high it is, unless a row is higher. */
const PICTURE_PX = 1024;

/** A picture of rows of bins below each other, a pixel a bin, until the next is asked for. Lines are as high as their edges tell. */
function pictureOf(
  rows: readonly Bins[],
  edges: readonly number[]
): HTMLCanvasElement {
  const width = Math.max(...rows.map(r => r.count));
  const height = rows.length * (edges[edges.length - 1] - edges[0]);
  picture ??= document.createElement('canvas');
  if (width > picture.width || height > picture.height) {
    picture.width = Math.max(width, picture.width);
    picture.height = Math.max(height, picture.height);
  }
  if (width * height > pixels.length) {
    pixels = new Uint32Array(width * height);
  }
  let at = 0;
  for (const { count, rgba } of rows) {
    for (let line = 1; line < edges.length; line++) {
      const colors = rgba.subarray((line - 1) * count, line * count);
      for (let y = edges[line - 1]; y < edges[line]; y++) {
        pixels.set(colors, at);
        at += width;
      }
    }
  }
  const bytes = new Uint8ClampedArray(pixels.buffer, 0, 4 * width * height);
  picture
    .getContext('2d')
    ?.putImageData(new ImageData(bytes, width, height), 0, 0);
  return picture;
}

/** The value of CSS's `font` property. */
export function fontOf({ bold, sizePx, font }: TextStyle): string {
  return `${bold === true ? '600 ' : ''}${sizePx}px ${font}`;
}
