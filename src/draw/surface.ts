/**
 * What a scene is painted on. Positions are CSS pixels; `canvasSurface` makes pixels of them and
 * `svgSurface` vectors, so that what is exported is what is on screen.
 */
export interface ISurface {
  /** The nearest position at which an edge is sharp. */
  snap(px: number): number;
  rect(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string,
    opacity?: number
  ): void;
  /** A line of one pixel just inside a rectangle. */
  frame(
    left: number,
    top: number,
    width: number,
    height: number,
    color: string
  ): void;
  polygon(points: readonly Point[], color: string, opacity?: number): void;
  /** Without `fill` its line alone. */
  circle(
    x: number,
    y: number,
    radius: number,
    fill: string | null,
    stroke: string,
    strokePx: number
  ): void;
  /** One line of text; `y` is its middle. */
  text(text: string, x: number, y: number, style: TextStyle): void;
  /** A painter of rows of bins. The lines of a row lie between `edges`, from its top down, at sharp positions. */
  bars(rows: readonly Bins[], edges: readonly number[]): BarPainter;
  /** What `draw` paints, moved. */
  shifted(left: number, top: number, draw: () => void): void;
}

export type Point = readonly [x: number, y: number];

export type TextStyle = {
  readonly color: string;
  readonly sizePx: number;
  readonly font: string;
  readonly bold?: boolean;
  /** The side of the text at which x is. */
  readonly align: 'left' | 'middle' | 'right';
};

/** Colours of the bins of a row, RGBA as in memory, row-major [lines, count]. */
export type Bins = {
  readonly count: number;
  readonly rgba: Uint32Array;
};

/** Paints a row: its bins side by side over a width. */
export type BarPainter = (
  row: number,
  left: number,
  top: number,
  width: number
) => void;

/** From the middle of a line of text down to its baseline, as a share of its size. */
export const BASELINE = 0.35;
