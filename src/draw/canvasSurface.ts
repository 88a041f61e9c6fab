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
    const { context } = this;
    this.fill(color);
    if (opacity === 1) {
      context.fillRect(left, top, width, height);
    } else {
      context.globalAlpha = opacity;
      context.fillRect(left, top, width, height);
      context.globalAlpha = 1;
    }
  }

  /** A colour is parsed whenever it is set, as is a font. */
  private fill(color: string): void {
    if (color !== this.color) {
      this.color = color;
      this.context.fillStyle = color;
    }
  }

  frame(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string
  ): void {
    this.context.strokeStyle = color;
    this.context.lineWidth = 1;
    this.context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  }

  polygon(points: readonly Point[], color: string, opacity = 1): void {
    const { context } = this;
    this.fill(color);
    context.globalAlpha = opacity;
    context.beginPath();
    points.forEach(([x, y]) => context.lineTo(x, y));
    context.fill();
    context.globalAlpha = 1;
  }

  circle(
    x: number,
    y: number,
    radius: number,
    fill: string,
    stroke: string,
    strokePx: number
  ): void {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    this.fill(fill);
    context.fill();
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

  /** All bins as one picture, a pixel each, of which lines are stretched over their places. */
  bars({ width, lines, rgba }: Bins): BarPainter {
    const { context } = this;
    const picture = document.createElement('canvas');
    picture.width = width;
    picture.height = lines;
    picture
      .getContext('2d')
      ?.putImageData(new ImageData(rgba, width, lines), 0, 0);
    return (line, count, left, top, across, down) =>
      context.drawImage(picture, 0, line, count, 1, left, top, across, down);
  }

  shifted(left: number, top: number, draw: () => void): void {
    this.context.save();
    this.context.translate(left, top);
    draw();
    this.context.restore();
    this.font = '';
    this.color = '';
  }

  private font = '';
  private color = '';
}

/** The value of CSS's `font` property. */
export function fontOf({ bold, sizePx, font }: TextStyle): string {
  return `${bold === true ? '600 ' : ''}${sizePx}px ${font}`;
}
