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
import {
  orderItems,
  orderQuantities,
  rankNeurons,
  scoreNeurons
} from '../core/scores';
import type { Compared, LayerInfo, RecordingInfo } from '../worker/protocol';
import { heldIn, isAwaited, recordedOf } from './added';
import type { BrushedRange } from './brush';
import { rangesIn } from './brush';
import type { Columns } from './columns';
import { columnsOver } from './columns';
import { factsOf } from './facts';
import { scoreFormat } from './format';
import type { Answers, Series } from './needs';
import {
  axisSubsets,
  isComparison,
  needOf,
  needsOf,
  shownSeries
} from './needs';
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
  /** Largest error of each divergence, 0 = exact, NaN = not known; null when no divergence is sorted by. */
  readonly bounds: Float64Array | null;
  /** What the divergences were computed from. */
  readonly from: Compared['from'] | null;
  readonly classes: readonly ClassSeries[];
  readonly instances: readonly InstanceSeries[];
  readonly hidden: Neurons;
  readonly marked: Neurons;
  /** The ranges of each neuron that are brushed. */
  readonly brushed: ReadonlyMap<number, readonly BrushedRange[]>;
  /** Columns of a neuron's row; the same for all rows when the axis is the layer's. */
  readonly columnsOf: (neuron: number) => Columns;
  /** Figures with the same key have the same classes on the same columns. */
  readonly key: string;
  readonly sharedAxis: boolean;
  readonly zerosApart: boolean;
  /** Share of exact zeros among the shown values, 0 … 1. */
  readonly zeroShare: number;
  readonly nonFinite: number;
  /** Distributions, or activations of instances, still on their way. */
  readonly pending: boolean;
};

/** A class or a group. */
export type ClassSeries = Pick<Series, 'index' | 'name' | 'color'> & {
  readonly distribution: Distribution;
};

export type InstanceSeries = {
  readonly instance: Instance;
  /** Value of each neuron. */
  readonly values: Float32Array;
};

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

/** The graph of one layer. What is not here is left out; `pending` says whether it is on its way. */
export function layerFigure(
  info: RecordingInfo,
  layer: LayerInfo,
  view: ViewState,
  answers: Answers
): LayerFigure {
  const layerIndex = info.layers.indexOf(layer);
  const classes = shownSeries(info, view).flatMap(
    ({ index, name, color, subset }) => {
      const distribution = answers.distributionOf(layerIndex, subset);
      return distribution ? [{ index, name, color, distribution }] : [];
    }
  );
  const onAxis = axisSubsets(info, view).flatMap(
    subset => answers.distributionOf(layerIndex, subset) ?? []
  );
  const instances = view.instances.flatMap(id => {
    const instance = info.instances.find(i => i.id === id);
    const values = instanceValues(info, layerIndex, id);
    return instance && values ? [{ instance, values }] : [];
  });
  const { hidden, marked } = marksOf(view, layer.name);
  const sorted = orderedNeurons(info, layerIndex, view, answers);
  return {
    layer,
    layerIndex,
    ...sorted,
    rows: shownRows(sorted.rows, view, { hidden, marked }),
    classes,
    instances,
    hidden,
    marked,
    brushed: rangesIn(view, layer.name),
    columnsOf: columnsFor(view, onAxis, instances),
    key: JSON.stringify([
      [...classes.map(c => c.distribution), ...onAxis].map(d => factsOf(d).id),
      view.instances,
      [view.axis, view.extent, view.bins, view.zeros]
    ]),
    sharedAxis: view.axis === 'layer',
    zerosApart: view.zeros === 'apart',
    ...shares(classes, layer.neurons),
    pending: isPending(info, layerIndex, view, answers)
  };
}

/** The layers that a view shows, in the recording's order. */
export function shownLayers(
  { layers }: RecordingInfo,
  view: ViewState
): LayerInfo[] {
  return layers.filter(({ name }) => view.layers.includes(name));
}

function isPending(
  info: RecordingInfo,
  layer: number,
  view: ViewState,
  answers: Answers
): boolean {
  if (instancesOf(view).some(id => isAwaited(info, id))) {
    return true;
  }
  return [...needsOf(info, view).values()].some(need => {
    const answer = isComparison(need)
      ? answers.comparedOf(layer, need)
      : answers.distributionOf(layer, need);
    return answer === null && !answers.isRefused(layer, need);
  });
}

/** Those that are shown, and those that are sorted by. */
function instancesOf({ instances, order }: ViewState): readonly string[] {
  const sorted = orderItems(order).flatMap(item =>
    'instance' in item ? [item.instance] : []
  );
  return [...instances, ...sorted];
}

type Sorted = Pick<
  LayerFigure,
  'rows' | 'scores' | 'formatScore' | 'bounds' | 'from'
>;

/** All neurons in order. Kept, because most changes of a view leave the order as it is. */
function orderedNeurons(
  info: RecordingInfo,
  layerIndex: number,
  view: ViewState,
  answers: Answers
): Sorted {
  const layer = info.layers[layerIndex];
  const { order, descending } = view;
  const sourceOf = (quantity: Quantity): Source | null => {
    const need = needOf(quantity, info, view);
    if (need === null) {
      return null;
    }
    return isComparison(need)
      ? answers.comparedOf(layerIndex, need)
      : answers.distributionOf(layerIndex, need);
  };
  const valuesOf = (quantity: Quantity) => {
    if ('instance' in quantity) {
      return instanceValues(info, layerIndex, quantity.instance);
    }
    const source = sourceOf(quantity);
    return source && ('values' in source ? source.values : source.median);
  };
  const sources = orderQuantities(order).map(sourceOf);
  const activations = orderItems(order).map(item =>
    'instance' in item ? heldIn(info, layerIndex, item.instance) : null
  );
  const ids = [...sources, ...activations].map(idOf);
  const key = JSON.stringify([order, descending, ids]);
  const [first] = sources;
  const compared = first && 'from' in first ? first : null;
  // Instances come and go: the layer of the recording itself stays.
  const recorded = recordedOf(info).layers[layerIndex];
  return sortedOf(recorded).get(key, BYTES_A_NEURON * layer.neurons, () => {
    const scores = scoreNeurons(order, valuesOf, layer.neurons);
    return {
      scores,
      rows: orderNeurons(rankNeurons(order, scores), descending),
      formatScore: scoreFormat(order, scores),
      bounds: compared && compared.bounds,
      from: compared && compared.from
    };
  });
}

type Source = Distribution | Compared;

/** Tells an answer, or activations, from all others; null for none. */
function idOf(source: Source | Float32Array | null): number | null {
  if (source === null) {
    return null;
  }
  const id = ids.get(source) ?? nextId++;
  ids.set(source, id);
  return id;
}

const ids = new WeakMap<Source | Float32Array, number>();
let nextId = 0;

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

function columnsFor(
  view: ViewState,
  shown: readonly Distribution[],
  instances: readonly InstanceSeries[]
): (neuron: number) => Columns {
  const fit = view.extent === 'fit';
  if (view.axis === 'layer') {
    const extent = [
      ...shown.map(d => (fit ? d.fitted : factsOf(d).full)),
      ...instances.map(i => extentOf(i.values))
    ].reduce(union, NO_EXTENT);
    const columns = columnsOver(extent, view.bins, finestExponent(shown));
    return () => columns;
  }
  const ofNeuron = fit ? fittedNeuronExtent : neuronExtent;
  return neuron => {
    const extent = [
      ...shown.map(d => ofNeuron(d, neuron)),
      ...instances.map(i => extentOf([i.values[neuron]]))
    ].reduce(union, NO_EXTENT);
    const finest = Math.max(...shown.map(d => d.grid[2 * neuron]));
    return columnsOver(
      extent,
      view.bins,
      Number.isFinite(finest) ? finest : floatExponent(extent)
    );
  };
}

/** The finest grid among the shown neurons: finer columns would show nothing more. */
function finestExponent(shown: readonly Distribution[]): number {
  const finest = Math.min(...shown.map(d => factsOf(d).finest));
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
