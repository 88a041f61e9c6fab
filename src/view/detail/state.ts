import type { RecordingInfo } from '../../worker/protocol';
import type { AnyItem } from '../items';
import { parseAnyItem } from '../items';
import type { JsonObject } from '../json';
import { isObject } from '../json';
import type { ViewState } from '../state';
import { BIN_CHOICES } from './bins';

/** A neuron of a recording: the name of its layer, and its index in the data. */
export type NeuronPlace = {
  readonly layer: string;
  readonly neuron: number;
};

/** Allowed values of each choice; the first is the default. */
const CHOICES = {
  curve: ['histogram', 'ecdf'],
  /** Without the tails, or all values. */
  extent: ['fit', 'full'],
  /** Which samples are shown. */
  pick: ['most', 'least', 'near']
} as const;

type DetailChoices = {
  readonly [K in keyof typeof CHOICES]: (typeof CHOICES)[K][number];
};

/** What is looked at in one neuron. Immutable; JSON as `docs/format.md` defines it. */
export type DetailState = NeuronPlace &
  DetailChoices & {
    readonly logX: boolean;
    readonly logY: boolean;
    /** Most bins across the axis; null: as many as the samples fill. */
    readonly bins: number | null;
    /** The value that was chosen on the axis. */
    readonly near: number | null;
    /** Divergences are of a → b; null: what the view shows decides. */
    readonly a: AnyItem | null;
    readonly b: AnyItem | null;
    /** The neuron that is kept to compare others with. */
    readonly against: NeuronPlace | null;
  };

export function startDetail(
  { layer, neuron }: NeuronPlace,
  { extent }: Pick<ViewState, 'extent'>
): DetailState {
  return {
    layer,
    neuron,
    curve: 'histogram',
    logX: false,
    logY: false,
    extent,
    bins: null,
    pick: 'most',
    near: null,
    a: null,
    b: null,
    against: null
  };
}

/** What the items of a detail may be about. */
type Around = Pick<ViewState, 'groups' | 'brush' | 'extent'>;

/**
 * The parts of `json` that are possible for this recording; null where its neuron is not there. Never throws:
 * other impossible parts are dropped one by one.
 */
export function parseDetail(
  json: unknown,
  info: RecordingInfo,
  view: Around
): DetailState | null {
  const place = parsePlace(json, info);
  if (place === null || !isObject(json)) {
    return null;
  }
  const { near, bins } = json;
  const item = (end: 'a' | 'b') => parseAnyItem(json[end], info, view);
  const [a, b] = [item('a'), item('b')];
  return {
    ...startDetail(place, view),
    ...parseChoices(json),
    logX: json['logX'] === true,
    logY: json['logY'] === true,
    bins: BIN_CHOICES.find(count => count === bins) ?? null,
    near: typeof near === 'number' && Number.isFinite(near) ? near : null,
    a: a && 'instance' in a ? null : a,
    b,
    against: parsePlace(json['against'], info)
  };
}

function parseChoices(json: JsonObject): Partial<DetailChoices> {
  const found = Object.entries(CHOICES).filter(([key, allowed]) =>
    (allowed as readonly unknown[]).includes(json[key])
  );
  return Object.fromEntries(found.map(([key]) => [key, json[key]]));
}

function parsePlace(
  json: unknown,
  { layers }: Pick<RecordingInfo, 'layers'>
): NeuronPlace | null {
  const { layer, neuron } = isObject(json) ? json : {};
  const found = layers.find(({ name }) => name === layer);
  return found && isBelow(neuron, found.neurons)
    ? { layer: found.name, neuron }
    : null;
}

function isBelow(value: unknown, end: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < end;
}

/** Another neuron: what was chosen on the old one's axis means nothing here. */
export function atNeuron(state: DetailState, place: NeuronPlace): DetailState {
  const { layer, neuron } = place;
  return {
    ...state,
    layer,
    neuron,
    near: null,
    pick: state.pick === 'near' ? 'most' : state.pick
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
