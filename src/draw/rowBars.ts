import { keepRecent } from '../core/recent';
import type { Opacity } from '../view/bars';
import { barOf, layerPeaks, opacityOf, peakOf } from '../view/bars';
import type { Columns } from '../view/columns';
import { factsOf } from '../view/facts';
import type { LayerFigure } from '../view/figure';

/** What of a row depends on its counts and its axis alone. */
export type RowBars = {
  readonly columns: Columns;
  /** Opacity of each bin, row-major [classes, columns]. */
  readonly opacities: Float32Array;
  /** Per class: finite values left and right of the axis. */
  readonly below: Float32Array;
  readonly above: Float32Array;
};

export type BarOptions = {
  readonly opacity: Opacity;
  readonly scale: 'row' | 'layer';
};

/** The bars of each neuron of a figure; the same object as long as they were lately in sight. */
export function rowBars(
  figure: LayerFigure,
  { opacity, scale }: BarOptions
): (neuron: number) => RowBars {
  const { classes, zerosApart } = figure;
  const peaks = scale === 'row' ? null : layerPeaks(figure);
  const ids = classes.map(c => factsOf(c.distribution).id);
  const drawing = `${opacity} ${peaks?.join()} ${zerosApart} ${ids.join()}`;
  return neuron => {
    const columns = figure.columnsOf(neuron);
    const { exponent, first, count } = columns;
    const key = `${neuron} ${exponent} ${first} ${count} ${drawing}`;
    const sizeBytes = BYTES_A_BIN * ids.length * count + BYTES_A_ROW;
    return kept.get(key, sizeBytes, () =>
      makeBars(figure, neuron, columns, opacity, peaks)
    );
  };
}

const kept = keepRecent<string, RowBars>(2 ** 24);
/** The colours that are made of an opacity are kept with it. */
const BYTES_A_BIN = 16;
const BYTES_A_ROW = 1024;

function makeBars(
  figure: LayerFigure,
  neuron: number,
  columns: Columns,
  opacity: Opacity,
  peaks: Float64Array | null
): RowBars {
  const bars = figure.classes.map(c =>
    barOf(c.distribution, neuron, columns, figure.zerosApart)
  );
  const opacities = new Float32Array(bars.length * columns.count);
  bars.forEach(({ density }, k) => {
    const peak = peaks ? peaks[k] : peakOf(density);
    for (let c = 0; c < columns.count; c++) {
      if (density[c] > 0) {
        opacities[k * columns.count + c] = opacityOf(density[c], peak, opacity);
      }
    }
  });
  return {
    columns,
    opacities,
    below: Float32Array.from(bars, b => b.below),
    above: Float32Array.from(bars, b => b.above)
  };
}
