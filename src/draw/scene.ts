import type { Columns } from '../view/columns';
import { columnsMax, columnsMin } from '../view/columns';
import type { LayerFigure } from '../view/figure';
import type { Opacity } from '../view/bars';
import { neuronName } from '../view/format';
import { sameJson } from '../view/json';
import type { Brushed } from './brackets';
import { brushedOn } from './brackets';
import type { RowBars } from './rowBars';
import { rowBars } from './rowBars';

/** What a graph looks like in CSS pixels: the visible rows only. A pure function of its inputs. */
export type Scene = {
  readonly layout: GraphLayout;
  /** Height of the window onto the rows. */
  readonly heightPx: number;
  readonly rows: readonly SceneRow[];
  /** Where each class stands within a row, as shares of its height. */
  readonly bands: readonly Band[];
};

export type Band = readonly [top: number, bottom: number];

export type SceneRow = {
  /** Position in the order, from 0. */
  readonly row: number;
  readonly neuron: number;
  /** Relative to the window. */
  readonly topPx: number;
  readonly label: string;
  readonly value: string;
  readonly hidden: boolean;
  readonly marked: boolean;
  /** Per class; NaN = none. */
  readonly mediansPx: Float32Array;
  /** Share of exact zeros per class when they stand apart, else empty. */
  readonly zeroShares: Float32Array;
  /** Per instance; NaN = none. */
  readonly dotsPx: Float32Array;
  readonly nonFinite: boolean;
  /** Ranges of the neuron that are brushed. */
  readonly brushed: readonly Brushed[];
} & RowBars;

/** Where things stand across a graph, in CSS pixels. */
export type GraphLayout = {
  readonly widthPx: number;
  readonly labelPx: number;
  readonly plotLeftPx: number;
  readonly plotWidthPx: number;
  readonly valueLeftPx: number;
  readonly rowHeightPx: number;
};

export type SceneOptions = {
  readonly layout: GraphLayout;
  readonly heightPx: number;
  readonly scrollPx: number;
  readonly opacity: Opacity;
  readonly scale: 'row' | 'layer';
  readonly classesAs: 'overlay' | 'lanes';
};

/** Room for zero ticks left of the plot and for edge arrows right of it. */
export const ZEROS_PX = 14;
const ARROWS_PX = 9;
const VALUE_PX = 58;
const STAR_PX = 14;
/** The word above the names of the neurons. */
const HEADING_PX = 48;

const BASE_PX = { compact: 10, normal: 15, roomy: 22 } as const;
const LANE_PX = { compact: 3, normal: 5, roomy: 8 } as const;

/** Lanes need room of their own. */
export function rowHeightPx(
  density: keyof typeof BASE_PX,
  classesAs: 'overlay' | 'lanes',
  classes: number
): number {
  const base = BASE_PX[density];
  return classesAs === 'lanes'
    ? Math.max(base, classes * LANE_PX[density] + 3)
    : base;
}

export function graphLayout(
  figure: LayerFigure,
  widthPx: number,
  rowHeightPx: number
): GraphLayout {
  const labelPx = Math.max(HEADING_PX, STAR_PX + 8 + longestName(figure) * 7);
  const plotLeftPx = labelPx + ZEROS_PX;
  return {
    widthPx,
    labelPx,
    plotLeftPx,
    plotWidthPx: Math.max(20, widthPx - plotLeftPx - ARROWS_PX - VALUE_PX),
    valueLeftPx: widthPx - VALUE_PX,
    rowHeightPx
  };
}

const LONGEST_NAME = 16;

/** Characters that the names of a layer's neurons may take. */
function longestName({ layer }: LayerFigure): number {
  const names = layer.neuronNames;
  return names === null
    ? String(layer.neurons - 1).length
    : names.some(name => name.length >= LONGEST_NAME)
      ? LONGEST_NAME
      : names.reduce((most, name) => Math.max(most, name.length), 0);
}

/** Position of a value on a row; the columns span the plot. */
export function valueToPx(
  value: number,
  columns: Columns,
  layout: GraphLayout
): number {
  const min = columnsMin(columns);
  const max = columnsMax(columns);
  return layout.plotLeftPx + ((value - min) / (max - min)) * layout.plotWidthPx;
}

/** An edge of the columns, chosen by `round`; null beside the plot, where there may be values beyond the axis. */
export function pxToEdge(
  xPx: number,
  columns: Columns,
  layout: GraphLayout,
  round: (column: number) => number
): number | null {
  const share = (xPx - layout.plotLeftPx) / layout.plotWidthPx;
  return share < 0 || share > 1
    ? null
    : (columns.first + round(share * columns.count)) * 2 ** columns.exponent;
}

export function pxToColumn(
  xPx: number,
  columns: Columns,
  layout: GraphLayout
): number | null {
  const share = (xPx - layout.plotLeftPx) / layout.plotWidthPx;
  const column = Math.floor(share * columns.count);
  return column >= 0 && column < columns.count ? column : null;
}

export function sceneOf(figure: LayerFigure, options: SceneOptions): Scene {
  const { layout, heightPx, scrollPx } = options;
  const first = Math.max(0, Math.floor(scrollPx / layout.rowHeightPx));
  const last = Math.min(
    figure.rows.length,
    Math.ceil((scrollPx + heightPx) / layout.rowHeightPx)
  );
  const barsOf = rowBars(figure, options);
  const rows: SceneRow[] = [];
  for (let row = first; row < last; row++) {
    const topPx = row * layout.rowHeightPx - scrollPx;
    rows.push(sceneRow(figure, row, topPx, layout, barsOf(figure.rows[row])));
  }
  const bands = bandsOf(figure.classes.length, options.classesAs);
  return { layout, heightPx, rows, bands };
}

/**
 * Lanes divide the row. Overlaid bands are staggered: each class shows its own colour at one edge
 * and the mixture in the middle, so that two dense bars stay two.
 */
function bandsOf(classes: number, classesAs: 'overlay' | 'lanes'): Band[] {
  const height =
    classes === 1 ? 1 : classesAs === 'lanes' ? 1 / classes : OVERLAID_HEIGHT;
  const step = classes === 1 ? 0 : (1 - height) / (classes - 1);
  return Array.from({ length: classes }, (_, k) => [
    k * step,
    k * step + height
  ]);
}

const OVERLAID_HEIGHT = 0.64;

function sceneRow(
  figure: LayerFigure,
  row: number,
  topPx: number,
  layout: GraphLayout,
  bars: RowBars
): SceneRow {
  const neuron = figure.rows[row];
  const { columns } = bars;
  const classes = figure.classes.map(c => c.distribution);
  const inPlot = (value: number) => {
    const inside = value >= columnsMin(columns) && value <= columnsMax(columns);
    return inside ? valueToPx(value, columns, layout) : NaN;
  };
  return {
    row,
    neuron,
    topPx,
    label: neuronName(figure.layer, neuron),
    value: figure.formatScore(figure.scores[neuron]),
    hidden: figure.hidden.has(neuron),
    marked: figure.marked.has(neuron),
    ...bars,
    mediansPx: Float32Array.from(classes, d => inPlot(d.median[neuron])),
    zeroShares: figure.zerosApart
      ? Float32Array.from(classes, d =>
          d.size > 0 ? d.zeros[neuron] / d.size : 0
        )
      : new Float32Array(0),
    dotsPx: Float32Array.from(figure.instances, i => inPlot(i.values[neuron])),
    nonFinite: classes.some(
      d => d.nan[neuron] + d.posinf[neuron] + d.neginf[neuron] > 0
    ),
    brushed: brushedOn(figure.brushed.get(neuron) ?? [], columns, layout)
  };
}

/** Whether two scenes look the same, but for dots after so many of each row. */
export function isSameScene(a: Scene, b: Scene, dots: number): boolean {
  return (
    sameJson(
      [a.layout, a.heightPx, a.bands],
      [b.layout, b.heightPx, b.bands]
    ) &&
    a.rows.length === b.rows.length &&
    a.rows.every((row, k) => isSameRow(row, b.rows[k], dots))
  );
}

function isSameRow(
  { mediansPx, zeroShares, dotsPx, brushed, ...a }: SceneRow,
  b: SceneRow,
  dots: number
): boolean {
  return (
    (Object.keys(a) as (keyof typeof a)[]).every(key => a[key] === b[key]) &&
    isSameArray(mediansPx, b.mediansPx) &&
    isSameArray(zeroShares, b.zeroShares) &&
    isSameArray(dotsPx.subarray(0, dots), b.dotsPx.subarray(0, dots)) &&
    sameJson(brushed, b.brushed)
  );
}

/** NaN is the same as NaN. */
function isSameArray(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** The row at a height of the scene; null beside all. */
export function rowAt({ rows, layout }: Scene, yPx: number): SceneRow | null {
  const { rowHeightPx } = layout;
  return rows.find(r => yPx >= r.topPx && yPx < r.topPx + rowHeightPx) ?? null;
}
