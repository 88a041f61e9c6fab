import type { Distribution } from '../core/distribution';
import type { Extent } from '../core/extent';
import {
  extentOf,
  fittedNeuronExtent,
  neuronExtent,
  NO_EXTENT,
  union
} from '../core/extent';
import { orderNeurons } from '../core/order';
import type { Recent } from '../core/recent';
import { keepRecent } from '../core/recent';
import type { Instance } from '../core/recording';
import type { Quantity } from '../core/scores';
import { orderItems, rankNeurons, scoreNeurons } from '../core/scores';
import type { LayerInfo, RecordingInfo } from '../worker/protocol';
import type { Columns } from './columns';
import { columnsOver } from './columns';
import { factsOf } from './facts';
import { fixedFormat } from './format';
import type { Neurons } from './neurons';
import type { NeuronMarks, ViewState } from './state';
import { marksOf } from './state';

/** One layer's graph in data units: which rows in which order, and what each shows. */
export type LayerFigure = {
  readonly layer: LayerInfo;
  readonly layerIndex: number;
  /** Neuron of each row, top to bottom. */
  readonly rows: Uint32Array;
  /** Sort value of each neuron, NaN = none. */
  readonly scores: Float64Array;
  /** Text of a sort value: the same decimals in the whole layer. */
  readonly formatScore: (score: number) => string;
  readonly classes: readonly ClassSeries[];
  readonly instances: readonly InstanceSeries[];
  readonly hidden: Neurons;
  readonly marked: Neurons;
  /** Columns of a neuron's row; the same for all rows when the axis is the layer's. */
  readonly columnsOf: (neuron: number) => Columns;
  /** Figures with the same key have the same classes on the same columns. */
  readonly key: string;
  readonly sharedAxis: boolean;
  readonly zerosApart: boolean;
  /** Share of exact zeros among the shown values, 0 … 1. */
  readonly zeroShare: number;
  readonly nonFinite: number;
  /** Distributions still on their way. */
  readonly pending: boolean;
};

export type ClassSeries = {
  readonly index: number;
  readonly name: string;
  readonly distribution: Distribution;
};

export type InstanceSeries = {
  readonly instance: Instance;
  /** Value of each neuron. */
  readonly values: Float32Array;
};

export type DistributionOf = (
  layer: number,
  classIndex: number
) => Distribution | null;

/** Classes whose distributions a view needs: those shown and those sorted by. */
export function neededClasses(view: ViewState): number[] {
  const sorted = orderItems(view.order).flatMap(item =>
    'class' in item ? [item.class] : []
  );
  return [...new Set([...view.classes, ...sorted])];
}

export function instanceValues(
  info: RecordingInfo,
  layerIndex: number,
  id: string
): Float32Array | null {
  const row = info.instances.findIndex(i => i.id === id);
  const layer = info.layers[layerIndex];
  return layer && row >= 0
    ? layer.instances.subarray(row * layer.neurons, (row + 1) * layer.neurons)
    : null;
}

/** The graph of one layer. Classes whose distribution is not there yet are left out and `pending` says so. */
export function layerFigure(
  info: RecordingInfo,
  layer: LayerInfo,
  view: ViewState,
  distributionOf: DistributionOf
): LayerFigure {
  const layerIndex = info.layers.indexOf(layer);
  const classes = view.classes.flatMap(index => {
    const distribution = distributionOf(layerIndex, index);
    const name = info.classes[index]?.name ?? '';
    return distribution ? [{ index, name, distribution }] : [];
  });
  const instances = view.instances.flatMap(id => {
    const instance = info.instances.find(i => i.id === id);
    const values = instanceValues(info, layerIndex, id);
    return instance && values ? [{ instance, values }] : [];
  });
  const { hidden, marked } = marksOf(view, layer.name);
  const sorted = orderedNeurons(info, layerIndex, view, distributionOf);
  return {
    layer,
    layerIndex,
    ...sorted,
    rows: shownRows(sorted.rows, view, { hidden, marked }),
    classes,
    instances,
    hidden,
    marked,
    columnsOf: columnsFor(view, classes, instances),
    key: JSON.stringify([
      classes.map(c => factsOf(c.distribution).id),
      view.instances,
      [view.axis, view.extent, view.bins, view.zeros]
    ]),
    sharedAxis: view.axis === 'layer',
    zerosApart: view.zeros === 'apart',
    ...shares(classes, layer.neurons),
    pending: neededClasses(view).some(c => !distributionOf(layerIndex, c))
  };
}

/** The layers that a view shows, in the recording's order. */
export function shownLayers(
  { layers }: RecordingInfo,
  view: ViewState
): LayerInfo[] {
  return layers.filter(({ name }) => view.layers.includes(name));
}

type Sorted = Pick<LayerFigure, 'rows' | 'scores' | 'formatScore'>;

/** All neurons in order. Kept, because most changes of a view leave the order as it is. */
function orderedNeurons(
  info: RecordingInfo,
  layerIndex: number,
  { order, descending }: ViewState,
  distributionOf: DistributionOf
): Sorted {
  const layer = info.layers[layerIndex];
  const sources = orderItems(order).map(item => {
    const source =
      'class' in item ? distributionOf(layerIndex, item.class) : null;
    return source && factsOf(source).id;
  });
  const key = JSON.stringify([order, descending, sources]);
  return sortedOf(layer).get(key, BYTES_A_NEURON * layer.neurons, () => {
    const scores = scoreNeurons(
      order,
      quantity => valuesOf(quantity, info, layerIndex, distributionOf),
      layer.neurons
    );
    return {
      scores,
      rows: orderNeurons(rankNeurons(order, scores), descending),
      formatScore: fixedFormat(scores, order.by)
    };
  });
}

const BYTES_A_NEURON = 12;
const SORTED_BYTES = 2 ** 23;

function sortedOf(layer: LayerInfo): Recent<string, Sorted> {
  const kept = sortedByLayer.get(layer) ?? keepRecent(SORTED_BYTES);
  sortedByLayer.set(layer, kept);
  return kept;
}

const sortedByLayer = new WeakMap<LayerInfo, Recent<string, Sorted>>();

function shownRows(
  rows: Uint32Array,
  view: Pick<ViewState, 'hidden' | 'markedOnly'>,
  { hidden, marked }: NeuronMarks
): Uint32Array {
  const leavesOut = view.hidden === 'collapse' && hidden.size > 0;
  if (!leavesOut && !view.markedOnly) {
    return rows;
  }
  const shown = new Uint32Array(rows.length);
  let count = 0;
  for (const neuron of rows) {
    if (
      !(leavesOut && hidden.has(neuron)) &&
      !(view.markedOnly && !marked.has(neuron))
    ) {
      shown[count] = neuron;
      count += 1;
    }
  }
  return shown.subarray(0, count);
}

function valuesOf(
  quantity: Quantity,
  info: RecordingInfo,
  layerIndex: number,
  distributionOf: DistributionOf
): Float32Array | Float64Array | null {
  if ('class' in quantity) {
    return distributionOf(layerIndex, quantity.class)?.median ?? null;
  }
  return 'instance' in quantity
    ? instanceValues(info, layerIndex, quantity.instance)
    : null;
}

function columnsFor(
  view: ViewState,
  classes: readonly ClassSeries[],
  instances: readonly InstanceSeries[]
): (neuron: number) => Columns {
  const fit = view.extent === 'fit';
  if (view.axis === 'layer') {
    const extent = [
      ...classes.map(c =>
        fit ? c.distribution.fitted : factsOf(c.distribution).full
      ),
      ...instances.map(i => extentOf(i.values))
    ].reduce(union, NO_EXTENT);
    const columns = columnsOver(extent, view.bins, finestExponent(classes));
    return () => columns;
  }
  const ofNeuron = fit ? fittedNeuronExtent : neuronExtent;
  return neuron => {
    const extent = [
      ...classes.map(c => ofNeuron(c.distribution, neuron)),
      ...instances.map(i => extentOf([i.values[neuron]]))
    ].reduce(union, NO_EXTENT);
    const finest = Math.max(
      ...classes.map(c => c.distribution.grid[2 * neuron])
    );
    return columnsOver(
      extent,
      view.bins,
      Number.isFinite(finest) ? finest : floatExponent(extent)
    );
  };
}

/** The finest grid among the shown neurons: finer columns would show nothing more. */
function finestExponent(classes: readonly ClassSeries[]): number {
  const finest = Math.min(...classes.map(c => factsOf(c.distribution).finest));
  return Number.isFinite(finest) ? finest : floatExponent(NO_EXTENT);
}

/** Bin width for values without a distribution: 1/256 of their size. */
function floatExponent([min, max]: Extent): number {
  const size = Math.max(Math.abs(min), Math.abs(max));
  return Number.isFinite(size) && size > 0
    ? Math.floor(Math.log2(size)) - 8
    : -8;
}

/** Of all shown values. */
function shares(
  classes: readonly ClassSeries[],
  neurons: number
): { zeroShare: number; nonFinite: number } {
  let zeros = 0;
  let nonFinite = 0;
  let values = 0;
  for (const { distribution } of classes) {
    const { totals } = factsOf(distribution);
    values += distribution.size * neurons;
    zeros += totals.zeros;
    nonFinite += totals.nonFinite;
  }
  return { zeroShare: values > 0 ? zeros / values : 0, nonFinite };
}
