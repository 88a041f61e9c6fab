import type { DivergenceKey } from '../core/divergence';
import { DEFAULT_GROUP_KEY, DIVERGENCES } from '../core/divergence';
import { correctFalseDiscovery } from '../core/divergence/falseDiscovery';
import { orderNeurons } from '../core/order';
import type { Contrast } from '../core/scores';
import type { Compared, Estimated, RecordingInfo } from '../worker/protocol';
import { isPossibleOrder } from './groups';
import { shownInstance, shownMany } from './items';
import type { ViewState } from './state';

/**
 * What is looked for among the neurons of all layers: those where b differs most from a; those where it does
 * not, though their medians differ; those that single out one class from all others.
 */
export const QUESTIONS = ['most', 'alike', 'singled'] as const;
export type FindingsQuestion = (typeof QUESTIONS)[number];

/** Neurons with a corrected p of this and more do not count as diverging. */
export const ALIKE_FROM_P = 0.05;

/** Percentiles tie at both ends, where the most surprising neurons are; z does not. */
const FIRST_INSTANCE_KEY: DivergenceKey = 'z';

/** Quartiles of the items in each neuron; of an instance all are its value. */
export type Quartiles = {
  readonly q25: ArrayLike<number>;
  readonly median: ArrayLike<number>;
  readonly q75: ArrayLike<number>;
};

/** What is known of a layer. Arrays are per neuron. */
export type Evidence = {
  /** By its place in the recording. */
  readonly layer: number;
  readonly compared: Pick<Compared, 'values' | 'bounds' | 'p' | 'from'>;
  readonly quartiles: readonly [a: Quartiles, b: Quartiles] | null;
  /** The class that each neuron singles out, when that is the question; −1 = none. */
  readonly singled: Int32Array | null;
};

/** One neuron. NaN where there is no number. */
export type Finding = {
  /** From 1. */
  readonly rank: number;
  readonly layer: number;
  readonly neuron: number;
  readonly value: number;
  readonly bound: number;
  readonly from: Compared['from'];
  readonly medians: readonly [a: number, b: number];
  /** How far the medians are apart, in quartile distances. */
  readonly gap: number;
  readonly p: number;
  /** p by Benjamini and Hochberg, over all neurons that were tested. */
  readonly corrected: number;
  /** The class that it singles out, −1 = none. */
  readonly singled: number;
};

/** Findings in their order. */
export type Findings = {
  readonly count: number;
  /** Neurons that were looked at, and how many of them a test tells from chance. */
  readonly neurons: number;
  readonly tested: number;
  readonly significant: number;
  readonly at: (row: number) => Finding;
};

/** What a view is about: what it is sorted by, the shown items, the attacked instance and its predicted class. */
export function contrastOf(
  info: RecordingInfo,
  view: ViewState
): Contrast | null {
  if (view.order.by === 'divergence') {
    const { divergence, a, b } = view.order;
    return { divergence, a, b };
  }
  const [a, b] = shownMany(info, view);
  if (a && b) {
    return { divergence: DEFAULT_GROUP_KEY, a, b };
  }
  const instance = shownInstance(info, view);
  const predicted = instance?.prediction ?? null;
  if (instance && (a || predicted !== null)) {
    return {
      divergence: FIRST_INSTANCE_KEY,
      a: predicted !== null ? { class: predicted } : a,
      b: { instance: instance.id }
    };
  }
  if (info.classes.length > 1) {
    return {
      divergence: DEFAULT_GROUP_KEY,
      a: a ?? { class: 0 },
      b: a ? { rest: true } : { class: 1 }
    };
  }
  return null;
}

/** Whether there still is all that a contrast is about. */
export function isPossible(
  contrast: Contrast,
  info: RecordingInfo,
  view: Pick<ViewState, 'groups' | 'brush'>
): boolean {
  return isPossibleOrder(
    { by: 'divergence', ...contrast, absolute: true },
    info,
    view
  );
}

/** The divergence that two items begin with. */
export function firstDivergence(isInstance: boolean): DivergenceKey {
  return isInstance ? FIRST_INSTANCE_KEY : DEFAULT_GROUP_KEY;
}

/** Neurons of all layers in the order of what is looked for; ties stand as in the data. */
export function findingsOf(
  evidence: readonly Evidence[],
  question: FindingsQuestion,
  divergence: DivergenceKey
): Findings {
  const starts = startsOf(evidence);
  const neurons = starts[evidence.length];
  const p = new Float64Array(neurons).fill(NaN);
  evidence.forEach(({ compared }, k) => p.set(compared.p ?? [], starts[k]));
  const corrected = correctFalseDiscovery(p);
  const { neutral } = DIVERGENCES[divergence];
  const scores = new Float64Array(neurons);
  evidence.forEach((layer, k) => {
    const { values } = layer.compared;
    for (let neuron = 0; neuron < values.length; neuron++) {
      const place = starts[k] + neuron;
      scores[place] =
        question === 'alike'
          ? corrected[place] >= ALIKE_FROM_P
            ? positive(gapOf(layer, neuron))
            : NaN
          : Math.abs(values[neuron] - neutral);
    }
  });
  const order = orderNeurons(scores, true);
  const isSome = (ofNeuron: Float64Array, at: (x: number) => boolean) =>
    ofNeuron.reduce((count, x) => count + Number(at(x)), 0);
  return {
    count: isSome(scores, x => !Number.isNaN(x)),
    neurons,
    tested: isSome(p, x => !Number.isNaN(x)),
    significant: isSome(corrected, x => x < ALIKE_FROM_P),
    at: row => {
      const place = order[row];
      const k = layerAt(starts, place);
      const neuron = place - starts[k];
      const layer = evidence[k];
      const { values, bounds, from } = layer.compared;
      return {
        rank: row + 1,
        layer: layer.layer,
        neuron,
        value: values[neuron],
        bound: bounds[neuron],
        from,
        medians: mediansOf(layer, neuron),
        gap: gapOf(layer, neuron),
        p: p[place],
        corrected: corrected[place],
        singled: layer.singled?.[neuron] ?? -1
      };
    }
  };
}

/**
 * The class that each neuron singles out: that whose AUC against all others is furthest from ½, the first of
 * equal ones. Numbers are row-major [classes, neurons].
 */
export function singledOut(
  { values: all, bounds: errors }: Pick<Estimated, 'values' | 'bounds'>,
  neurons: number
): Pick<Estimated, 'values' | 'bounds'> & { readonly classes: Int32Array } {
  const classes = new Int32Array(neurons).fill(-1);
  const values = new Float64Array(neurons).fill(NaN);
  const bounds = new Float64Array(neurons).fill(NaN);
  all.forEach((value, at) => {
    const neuron = at % neurons;
    const distance = Math.abs(value - 0.5);
    if (
      !Number.isNaN(distance) &&
      !(distance <= Math.abs(values[neuron] - 0.5))
    ) {
      classes[neuron] = Math.floor(at / neurons);
      values[neuron] = value;
      bounds[neuron] = errors[at];
    }
  });
  return { classes, values, bounds };
}

/** |median b − median a| over the mean of both distances between the quartiles; NaN where those are 0. */
function gapOf({ quartiles }: Evidence, neuron: number): number {
  if (quartiles === null) {
    return NaN;
  }
  const [a, b] = quartiles;
  const spread =
    (a.q75[neuron] - a.q25[neuron] + b.q75[neuron] - b.q25[neuron]) / 2;
  const apart = Math.abs(b.median[neuron] - a.median[neuron]);
  return spread > 0 ? apart / spread : NaN;
}

function mediansOf(
  { quartiles }: Evidence,
  neuron: number
): readonly [number, number] {
  return quartiles === null
    ? [NaN, NaN]
    : [quartiles[0].median[neuron], quartiles[1].median[neuron]];
}

function positive(value: number): number {
  return value > 0 ? value : NaN;
}

/** First place of each layer among all neurons, and the number of them. */
function startsOf(evidence: readonly Evidence[]): Uint32Array {
  const starts = new Uint32Array(evidence.length + 1);
  evidence.forEach(({ compared }, k) => {
    starts[k + 1] = starts[k] + compared.values.length;
  });
  return starts;
}

function layerAt(starts: Uint32Array, place: number): number {
  let k = 0;
  while (starts[k + 1] <= place) {
    k += 1;
  }
  return k;
}
