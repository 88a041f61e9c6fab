import type { Distribution } from '../core/distribution';
import { percentileFromCounts } from '../core/percentile';
import type { Instance } from '../core/recording';
import { barOf } from './bars';
import type { Columns } from './columns';
import type { LayerFigure } from './figure';

/** The numbers behind one bin of one row. */
export type Hover = {
  /** Half-open range of the bin. */
  readonly range: readonly [from: number, to: number];
  readonly classes: readonly ClassHover[];
  readonly instances: readonly InstanceHover[];
  /** What the neuron is sorted by, when it is a divergence. */
  readonly divergence: DivergenceHover | null;
};

export type DivergenceHover = {
  readonly text: string;
  /** Largest error; NaN: not known. */
  readonly bound: number;
  readonly from: 'values' | 'counts';
};

/** count + zeros (when they stand apart) + outside the axis + other bins + nonFinite = size. */
export type ClassHover = {
  readonly index: number;
  readonly name: string;
  readonly color: string | null;
  readonly size: number;
  readonly count: number;
  readonly median: number;
  readonly zeros: number;
  readonly below: number;
  readonly above: number;
  readonly nonFinite: number;
};

export type InstanceHover = {
  readonly instance: Instance;
  readonly value: number;
  /** Mid-rank percentile, 0 … 100, in each shown class. */
  readonly percentiles: readonly {
    readonly index: number;
    readonly name: string;
    readonly percentile: number;
  }[];
};

export function hoverOf(
  figure: LayerFigure,
  neuron: number,
  column: number
): Hover {
  const columns = ownBins(figure, neuron, figure.columnsOf(neuron));
  const shown = figure.columnsOf(neuron);
  const from = (shown.first + column) * 2 ** shown.exponent;
  const bin = Math.floor(from / 2 ** columns.exponent);
  return {
    range: [bin * 2 ** columns.exponent, (bin + 1) * 2 ** columns.exponent],
    classes: figure.classes.map(({ index, name, color, distribution: d }) => ({
      index,
      name,
      color,
      size: d.size,
      count: countIn(d, neuron, { ...columns, first: bin, count: 1 }, figure),
      median: d.median[neuron],
      zeros: d.zeros[neuron],
      below: barOf(d, neuron, shown, figure.zerosApart).below,
      above: barOf(d, neuron, shown, figure.zerosApart).above,
      nonFinite: d.nan[neuron] + d.posinf[neuron] + d.neginf[neuron]
    })),
    instances: figure.instances.map(({ instance, values }) => {
      const value = values[neuron];
      return {
        instance,
        value,
        percentiles: figure.classes.map(({ index, name, distribution }) => ({
          index,
          name,
          percentile: percentileFromCounts(distribution, neuron, value)
        }))
      };
    }),
    divergence: divergenceOf(figure, neuron)
  };
}

function divergenceOf(
  { scores, formatScore, bounds, from }: LayerFigure,
  neuron: number
): DivergenceHover | null {
  return bounds && from
    ? { text: formatScore(scores[neuron]), bound: bounds[neuron], from }
    : null;
}

/** The shown columns, or the neuron's own bins where those are wider. */
function ownBins(
  figure: LayerFigure,
  neuron: number,
  columns: Columns
): Columns {
  const own = Math.max(
    columns.exponent,
    ...figure.classes.map(c => c.distribution.grid[2 * neuron])
  );
  return { ...columns, exponent: own };
}

function countIn(
  distribution: Distribution,
  neuron: number,
  bin: Columns,
  figure: LayerFigure
): number {
  return barOf(distribution, neuron, bin, figure.zerosApart).density[0];
}
