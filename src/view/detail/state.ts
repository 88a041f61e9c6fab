import type { RecordingInfo } from '../../worker/protocol';
import type { AnyItem } from '../items';
import type { ViewState } from '../state';

/** A neuron of a recording. */
export type NeuronPlace = {
  readonly layerIndex: number;
  readonly neuron: number;
};

/** What is looked at in one neuron. Immutable. */
export type DetailState = NeuronPlace & {
  readonly curve: 'histogram' | 'ecdf';
  readonly logX: boolean;
  readonly logY: boolean;
  /** All values, or without the tails. */
  readonly isFull: boolean;
  /** Most bins across the axis; null: as many as the samples fill. */
  readonly bins: number | null;
  /** Which samples are shown. */
  readonly pick: 'most' | 'least' | 'near';
  /** The value that was chosen on the axis. */
  readonly near: number | null;
  /** Divergences are of a → b; null: what the view shows decides. */
  readonly a: AnyItem | null;
  readonly b: AnyItem | null;
  /** The neuron that is kept to compare others with. */
  readonly against: NeuronPlace | null;
  /** Samples that were picked, in this order. */
  readonly samples: readonly number[];
};

export function startDetail(
  place: NeuronPlace,
  { extent }: Pick<ViewState, 'extent'>
): DetailState {
  return {
    ...place,
    curve: 'histogram',
    logX: false,
    logY: false,
    isFull: extent === 'full',
    bins: null,
    pick: 'most',
    near: null,
    a: null,
    b: null,
    against: null,
    samples: []
  };
}

/** Another neuron: what was chosen on the old one's axis means nothing here. */
export function atNeuron(state: DetailState, place: NeuronPlace): DetailState {
  const { layerIndex, neuron } = place;
  return {
    ...state,
    layerIndex,
    neuron,
    near: null,
    pick: state.pick === 'near' ? 'most' : state.pick
  };
}

/** Picks a sample, or lets go of it. */
export function toggleSample(state: DetailState, sample: number): DetailState {
  const { samples } = state;
  return {
    ...state,
    samples: samples.includes(sample)
      ? samples.filter(other => other !== sample)
      : [...samples, sample]
  };
}

/**
 * What is compared: what was chosen, else what the view is sorted by, else the first two shown, else all others
 * and the first.
 */
export function comparedItems(
  { a, b }: Pick<DetailState, 'a' | 'b'>,
  { order }: Pick<ViewState, 'order'>,
  shown: readonly AnyItem[],
  { classes }: Pick<RecordingInfo, 'classes'>
): readonly [a: AnyItem, b: AnyItem] {
  if (order.by === 'divergence') {
    return [a ?? order.a, b ?? order.b];
  }
  const first: AnyItem = shown[0] ?? { class: 0 };
  const second = shown.at(1);
  return second !== undefined || classes.length < 2
    ? [a ?? first, b ?? second ?? first]
    : [a ?? { rest: true }, b ?? first];
}

/** The neuron `step` places further along the order, at its ends the last one. */
export function neighbour(
  rows: ArrayLike<number>,
  neuron: number,
  step: number
): number {
  const at = Array.prototype.indexOf.call(rows, neuron);
  const next = Math.min(Math.max(at + step, 0), rows.length - 1);
  return at < 0 || rows.length === 0 ? neuron : rows[next];
}
