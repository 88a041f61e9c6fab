import type { Distribution } from '../core/distribution';
import { occupiedBins } from '../core/extent';
import { keepRecent } from '../core/recent';
import type { Columns } from './columns';

import type { LayerFigure } from './figure';

/** One class on one neuron's row. */
export type Bar = {
  /** Values per column; where the neuron's own bins are wider than a column, the bin's count spread evenly. */
  readonly density: Float64Array;
  /** Finite values left and right of the columns. */
  readonly below: number;
  readonly above: number;
};

/**
 * The counts of one neuron on `columns`. Exact wherever columns are at least as wide as the neuron's bins,
 * because both are dyadic. With `zerosApart` exact zeros are left out.
 */
export function barOf(
  distribution: Distribution,
  neuron: number,
  columns: Columns,
  zerosApart: boolean
): Bar {
  const { bins, grid, counts } = distribution;
  const exponent = grid[2 * neuron];
  const origin = grid[2 * neuron + 1];
  const width = 2 ** (exponent - columns.exponent);
  const zeroBin = -origin;
  const zeros = zerosApart ? distribution.zeros[neuron] : 0;
  const density = new Float64Array(columns.count);
  const [firstBin, endBin] = occupiedBins(distribution, neuron);
  const spread = Math.max(1, width);
  let below = 0;
  let above = 0;
  for (let bin = firstBin; bin < endBin; bin++) {
    const count = counts[neuron * bins + bin] - (bin === zeroBin ? zeros : 0);
    if (count === 0) {
      continue;
    }
    const from = Math.floor((origin + bin) * width) - columns.first;
    const to = from + spread;
    const start = Math.max(from, 0);
    const end = Math.min(to, columns.count);
    for (let c = start; c < end; c++) {
      density[c] += count / spread;
    }
    if (from < 0) {
      below += (count * (Math.min(to, 0) - from)) / spread;
    }
    if (to > columns.count) {
      above += (count * (to - Math.max(from, columns.count))) / spread;
    }
  }
  return { density, below, above };
}

const peakCache = new WeakMap<LayerFigure, Float64Array>();

/** Largest density of each shown class over all rows of the layer; for bars scaled by the layer. */
export function layerPeaks(figure: LayerFigure): Float64Array {
  const known = peakCache.get(figure);
  if (known) {
    return known;
  }
  const { classes, rows, layer } = figure;
  const ofNeurons = neuronPeaks.get(
    `${figure.layerIndex} ${figure.key}`,
    8 * classes.length * layer.neurons,
    () => peaksOfNeurons(figure)
  );
  const peaks = new Float64Array(classes.length);
  for (const neuron of rows) {
    for (let k = 0; k < peaks.length; k++) {
      peaks[k] = Math.max(peaks[k], ofNeurons[neuron * peaks.length + k]);
    }
  }
  peakCache.set(figure, peaks);
  return peaks;
}

/** They stay while neurons are sorted, hidden and marked. */
const neuronPeaks = keepRecent<string, Float64Array>(2 ** 25);

/** Largest density of each class on each neuron's row, row-major [neurons, classes]. */
function peaksOfNeurons({
  layer,
  classes,
  columnsOf,
  zerosApart
}: LayerFigure): Float64Array {
  const peaks = new Float64Array(layer.neurons * classes.length);
  for (let neuron = 0; neuron < layer.neurons; neuron++) {
    // An axis of its own looks at every class: once a neuron.
    const columns = columnsOf(neuron);
    classes.forEach(({ distribution }, k) => {
      peaks[neuron * classes.length + k] = peakOn(
        distribution,
        neuron,
        columns,
        zerosApart
      );
    });
  }
  return peaks;
}

/** The largest density of `barOf`, without a place for the others. */
function peakOn(
  distribution: Distribution,
  neuron: number,
  { exponent, first, count: columns }: Columns,
  zerosApart: boolean
): number {
  const { bins, grid, counts, zeros } = distribution;
  const origin = grid[2 * neuron + 1];
  const width = 2 ** (grid[2 * neuron] - exponent);
  const spread = Math.max(1, width);
  const [from, to] = occupiedBins(distribution, neuron);
  let peak = 0;
  let density = 0;
  let at = NaN;
  for (let bin = from; bin < to; bin++) {
    let count = counts[neuron * bins + bin];
    if (zerosApart && bin === -origin) {
      count -= zeros[neuron];
    }
    if (count > 0) {
      const column = Math.floor((origin + bin) * width) - first;
      if (column + spread > 0 && column < columns) {
        density = (column === at ? density : 0) + count / spread;
        at = column;
        peak = Math.max(peak, density);
      }
    }
  }
  return peak;
}

export function peakOf(density: Float64Array): number {
  let peak = 0;
  for (const value of density) {
    peak = Math.max(peak, value);
  }
  return peak;
}

export type Opacity = 'linear' | 'sqrt' | 'log';

/** Opacity, 0 … 1, of a bin with `density` on a row whose fullest bin has `peak`. Zero where there is nothing. */
export function opacityOf(
  density: number,
  peak: number,
  opacity: Opacity
): number {
  if (!(density > 0 && peak > 0)) {
    return 0;
  }
  const share = Math.min(1, density / peak);
  switch (opacity) {
    case 'linear':
      return share;
    case 'sqrt':
      return Math.sqrt(share);
    case 'log':
      return Math.min(1, Math.log1p(density) / Math.log1p(peak));
  }
}
