import type { Distribution } from '../core/distribution';
import { orderNeurons } from '../core/order';
import type { Instance } from '../core/recording';
import type { Item } from '../core/scores';
import { orderItems, scoreNeurons } from '../core/scores';
import type { LayerInfo, RecordingInfo } from '../worker/protocol';
import type { Columns, Extent } from './extent';
import {
  columnsOver,
  extentOf,
  fittedExtent,
  fittedNeuronExtent,
  fullExtent,
  neuronExtent,
  NO_EXTENT,
  union
} from './extent';
import { fixedFormat } from './format';
import type { ViewState } from './state';
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
  readonly hidden: ReadonlySet<number>;
  readonly marked: ReadonlySet<number>;
  /** Columns of a neuron's row; the same for all rows when the axis is the layer's. */
  readonly columnsOf: (neuron: number) => Columns;
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
  const scores = scoreNeurons(
    view.order,
    item => itemValues(item, info, layerIndex, distributionOf),
    layer.neurons
  );
  return {
    layer,
    layerIndex,
    rows: orderNeurons(scores, view.descending).filter(
      neuron =>
        !(view.hidden === 'collapse' && hidden.has(neuron)) &&
        !(view.markedOnly && !marked.has(neuron))
    ),
    scores,
    formatScore: fixedFormat(scores, view.order.by),
    classes,
    instances,
    hidden,
    marked,
    columnsOf: columnsFor(layer, view, classes, instances),
    sharedAxis: view.axis === 'layer',
    zerosApart: view.zeros === 'apart',
    ...shares(classes, layer.neurons),
    pending: neededClasses(view).some(c => !distributionOf(layerIndex, c))
  };
}

function itemValues(
  item: Item,
  info: RecordingInfo,
  layerIndex: number,
  distributionOf: DistributionOf
): Float64Array | null {
  if ('class' in item) {
    return distributionOf(layerIndex, item.class)?.median ?? null;
  }
  const values = instanceValues(info, layerIndex, item.instance);
  return values && Float64Array.from(values);
}

function columnsFor(
  layer: LayerInfo,
  view: ViewState,
  classes: readonly ClassSeries[],
  instances: readonly InstanceSeries[]
): (neuron: number) => Columns {
  const fit = view.extent === 'fit';
  if (view.axis === 'layer') {
    const extent = [
      ...classes.map(c =>
        fit ? fitted(c.distribution) : fullExtent(c.distribution)
      ),
      ...instances.map(i => extentOf(i.values))
    ].reduce(union, NO_EXTENT);
    const columns = columnsOver(
      extent,
      view.bins,
      finestExponent(layer, classes)
    );
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
function finestExponent(
  layer: LayerInfo,
  classes: readonly ClassSeries[]
): number {
  let finest = Infinity;
  for (const { distribution } of classes) {
    for (let neuron = 0; neuron < layer.neurons; neuron++) {
      const spread = distribution.max[neuron] > distribution.min[neuron];
      if (spread) {
        finest = Math.min(finest, distribution.grid[2 * neuron]);
      }
    }
  }
  return Number.isFinite(finest) ? finest : floatExponent(NO_EXTENT);
}

/** Bin width for values without a distribution: 1/256 of their size. */
function floatExponent([min, max]: Extent): number {
  const size = Math.max(Math.abs(min), Math.abs(max));
  return Number.isFinite(size) && size > 0
    ? Math.floor(Math.log2(size)) - 8
    : -8;
}

const fittedCache = new WeakMap<Distribution, Extent>();

function fitted(distribution: Distribution): Extent {
  const known = fittedCache.get(distribution);
  if (known) {
    return known;
  }
  const extent = fittedExtent(distribution);
  fittedCache.set(distribution, extent);
  return extent;
}

function shares(
  classes: readonly ClassSeries[],
  neurons: number
): { zeroShare: number; nonFinite: number } {
  let zeros = 0;
  let nonFinite = 0;
  let values = 0;
  for (const { distribution: d } of classes) {
    values += d.size * neurons;
    for (let neuron = 0; neuron < neurons; neuron++) {
      zeros += d.zeros[neuron];
      nonFinite += d.nan[neuron] + d.posinf[neuron] + d.neginf[neuron];
    }
  }
  return { zeroShare: values > 0 ? zeros / values : 0, nonFinite };
}
