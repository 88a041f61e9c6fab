import type { Columns } from '../view/extent';
import { columnsMax, columnsMin } from '../view/extent';
import type { LayerFigure } from '../view/figure';
import type { Opacity } from '../view/bars';
import { barOf, layerPeaks, opacityOf, peakOf } from '../view/bars';
import { formatValue, neuronName } from '../view/format';

/** What a graph looks like in CSS pixels: the visible rows only. A pure function of its inputs. */
export type Scene = {
  readonly layout: GraphLayout;
  /** Height of the window onto the rows. */
  readonly heightPx: number;
  readonly rows: readonly SceneRow[];
  readonly lanes: number;
};

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
  readonly columns: Columns;
  /** Opacity of each bin, row-major [classes, columns]. */
  readonly opacities: Float32Array;
  /** Per class; NaN = none. */
  readonly mediansPx: Float32Array;
  /** Share of exact zeros per class when they stand apart, else empty. */
  readonly zeroShares: Float32Array;
  /** Per class: finite values left and right of the axis. */
  readonly below: Float32Array;
  readonly above: Float32Array;
  /** Per instance; NaN = none. */
  readonly dotsPx: Float32Array;
  readonly nonFinite: boolean;
};

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
export const ZEROS_PX = 12;
const ARROWS_PX = 9;
const VALUE_PX = 58;
const STAR_PX = 14;

export function graphLayout(
  figure: LayerFigure,
  widthPx: number,
  rowHeightPx: number
): GraphLayout {
  const longest = figure.layer.neuronNames
    ? Math.min(16, Math.max(...figure.layer.neuronNames.map(n => n.length)))
    : String(figure.layer.neurons - 1).length;
  const labelPx = STAR_PX + 8 + longest * 7;
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

/** Position of a value on a row; the columns span the plot. */
export function valueToPx(
  value: number,
  columns: Columns,
  layout: GraphLayout
): number {
  const min = columnsMin(columns);
  const max = columnsMax(columns);
  return (
    layout.plotLeftPx + ((value - min) / (max - min)) * layout.plotWidthPx
  );
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
  const rows: SceneRow[] = [];
  for (let row = first; row < last; row++) {
    const topPx = row * layout.rowHeightPx - scrollPx;
    rows.push(sceneRow(figure, row, topPx, options));
  }
  const lanes =
    options.classesAs === 'lanes' ? Math.max(1, figure.classes.length) : 1;
  return { layout, heightPx, rows, lanes };
}

function sceneRow(
  figure: LayerFigure,
  row: number,
  topPx: number,
  options: SceneOptions
): SceneRow {
  const neuron = figure.rows[row] ?? 0;
  const columns = figure.columnsOf(neuron);
  const classes = figure.classes.map(c => c.distribution);
  const bars = classes.map(d => barOf(d, neuron, columns, figure.zerosApart));
  const opacities = new Float32Array(classes.length * columns.count);
  bars.forEach(({ density }, k) => {
    const peak =
      options.scale === 'row'
        ? peakOf(density)
        : (layerPeaks(figure)[k] ?? 0);
    for (let c = 0; c < columns.count; c++) {
      opacities[k * columns.count + c] = opacityOf(
        density[c] ?? 0,
        peak,
        options.opacity
      );
    }
  });
  const inPlot = (value: number) => {
    const inside = value >= columnsMin(columns) && value <= columnsMax(columns);
    return inside ? valueToPx(value, columns, options.layout) : NaN;
  };
  return {
    row,
    neuron,
    topPx,
    label: neuronName(figure.layer, neuron),
    value: formatValue(figure.scores[neuron] ?? NaN),
    hidden: figure.hidden.has(neuron),
    marked: figure.marked.has(neuron),
    columns,
    opacities,
    mediansPx: Float32Array.from(classes, d => inPlot(d.median[neuron] ?? NaN)),
    zeroShares: figure.zerosApart
      ? Float32Array.from(classes, d =>
          d.size > 0 ? (d.zeros[neuron] ?? 0) / d.size : 0
        )
      : new Float32Array(0),
    below: Float32Array.from(bars, b => b.below),
    above: Float32Array.from(bars, b => b.above),
    dotsPx: Float32Array.from(figure.instances, i => inPlot(i.values[neuron] ?? NaN)),
    nonFinite: classes.some(
      d => (d.nan[neuron] ?? 0) + (d.posinf[neuron] ?? 0) + (d.neginf[neuron] ?? 0) > 0
    )
  };
}
