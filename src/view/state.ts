import type { Group } from '../core/condition';
import { FINE_BINS } from '../core/distribution';
import type { Order } from '../core/scores';
import { parseOrder } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { recordedOf } from './added';
import type { Brush } from './brush';
import { parseBrush } from './brush';
import { CHOICES, type Choices } from './choices';
import type { DetailState } from './detail/state';
import { parseDetail } from './detail/state';
import type { FindingsState } from './findingsState';
import { parseFindings } from './findingsState';
import { findGroup, isPossibleOrder, parseGroups } from './groups';
import type { JsonObject } from './json';
import { isObject, unknownVersion } from './json';
import type { KeptImage } from './keptImages';
import { parseKept, withAddedNames } from './keptImages';
import type { ModelFile } from './modelFile';
import { parseModelFile } from './modelFile';
import type { Neurons } from './neurons';
import { parseSamples, sampleId, withSampleNames } from './samples';

/**
 * What is looked at. Everything on screen follows from a recording and this value.
 * Immutable; `update.ts` makes the next one. `docs/format.md` defines the JSON.
 */
export type ViewState = {
  readonly layers: readonly string[];
  readonly classes: readonly number[];
  /** Ids of the instances that are shown. */
  readonly instances: readonly string[];
  /** Samples that are instances as well, by the author's numbers. */
  readonly samples: readonly number[];
  /** Changed pictures that are instances as well. */
  readonly kept: readonly KeptImage[];
  /** Groups that the view defines, beside those of the recording. */
  readonly groups: readonly Group[];
  /** Ids of the groups that are shown, in the order of all groups. */
  readonly shownGroups: readonly string[];
  /** A selection that is shown in place of these; null: none. */
  readonly brush: Brush | null;
  /** The neuron that is open in detail; null: none. */
  readonly detail: DetailState | null;
  /** What is looked for among all layers; null: the findings are closed. */
  readonly findings: FindingsState | null;
  /** What runs changed pictures, where the recording holds no model; null: none. */
  readonly model: ModelFile | null;
  readonly order: Order;
  readonly descending: boolean;
  readonly neurons: ReadonlyMap<string, NeuronMarks>;
  /** Most bins across an axis, 1 … 256. */
  readonly bins: number;
} & Choices &
  Switches;

/** Neurons of one layer, by index in the data. */
export type NeuronMarks = {
  readonly hidden: Neurons;
  readonly marked: Neurons;
};

export type Switches = { readonly markedOnly: boolean };

export const NO_MARKS: NeuronMarks = { hidden: new Set(), marked: new Set() };

export function marksOf(view: ViewState, layer: string): NeuronMarks {
  return view.neurons.get(layer) ?? NO_MARKS;
}

/** How a user likes views to begin. */
export type Wishes = Partial<Choices & Pick<ViewState, 'bins'>> & {
  /** How many of the last hidden layers are shown; 0 = all layers. */
  readonly lastLayers?: number;
};

/**
 * The view to start with: the recording's own wishes where they are possible, the user's, the default elsewhere.
 */
export function initialView(
  info: RecordingInfo,
  wishes: Wishes = {}
): ViewState {
  return parseView(info.view, info, defaultView(info, wishes));
}

/** The last two hidden layers, the first pair with its two classes, sorted by the attacked image. */
export function defaultView(
  known: RecordingInfo,
  { lastLayers = 2, ...wishes }: Wishes = {}
): ViewState {
  const info = recordedOf(known);
  const attacked = info.instances.find(i => i.role === 'attacked');
  const shown = attacked
    ? info.instances.filter(i => i === attacked || isTwin(i, attacked))
    : info.instances.slice(0, 1);
  const classes = defaultClasses(info, attacked ?? shown[0]);
  const first = shown.find(i => i === attacked) ?? shown[0];
  return {
    layers: defaultLayers(info, lastLayers),
    classes,
    instances: shown.map(i => i.id),
    samples: [],
    kept: [],
    groups: [],
    shownGroups: [],
    brush: null,
    detail: null,
    findings: null,
    model: null,
    order: first ? { by: 'value', instance: first.id } : { by: 'index' },
    descending: first !== undefined,
    neurons: new Map(),
    bins: 64,
    axis: 'layer',
    extent: 'fit',
    opacity: 'linear',
    scale: 'row',
    membership: info.classSizes.label ? 'label' : 'prediction',
    hidden: 'dim',
    classesAs: classes.length > 2 ? 'lanes' : 'overlay',
    zeros: 'apart',
    rowHeight: 'normal',
    scroll: 'own',
    markedOnly: false,
    ...wishes
  };
}

function isTwin(
  a: RecordingInfo['instances'][number],
  b: RecordingInfo['instances'][number]
): boolean {
  return a.pair !== null && a.pair === b.pair;
}

function defaultLayers(info: RecordingInfo, lastLayers: number): string[] {
  if (lastLayers === 0) {
    return info.layers.map(l => l.name);
  }
  const inner = info.layers.filter(l => l.neurons !== info.classes.length);
  const candidates = inner.length > 0 ? inner : info.layers;
  return candidates.slice(-lastLayers).map(l => l.name);
}

function defaultClasses(
  info: RecordingInfo,
  instance: RecordingInfo['instances'][number] | undefined
): number[] {
  const wanted = [instance?.label, instance?.prediction].filter(
    (c): c is number => typeof c === 'number' && c in info.classes
  );
  const few = [...new Set(wanted)];
  const fallback =
    info.classes.length > 1 ? [0, 1] : info.classes.map((_, i) => i);
  return few.length > 0 ? few : fallback;
}

/**
 * The parts of `json` that are possible for this recording, over `base`.
 * Never throws: impossible parts are dropped one by one.
 */
export function parseView(
  json: unknown,
  known: RecordingInfo,
  base: ViewState
): ViewState {
  if (!isObject(json) || unknownVersion(json) !== undefined) {
    return base;
  }
  const recorded = recordedOf(known);
  const { samples, kept } = parseAdded(json, recorded, base);
  const info = withAddedNames(recorded, { samples, kept });
  const layerNames = new Set(info.layers.map(l => l.name));
  const instanceIds = new Set(info.instances.map(i => i.id));
  const more = [
    ...(json['samples'] === undefined ? [] : samples.map(sampleId)),
    ...(json['kept'] === undefined ? [] : kept.map(({ id }) => id))
  ];
  const groups = parseGroups(json['groups'], info) ?? base.groups;
  const brush =
    json['brush'] === undefined ? base.brush : parseBrush(json['brush'], info);
  const around = {
    groups,
    brush,
    extent: parseChoices(json).extent ?? base.extent
  };
  const hasGroup = (id: string) => findGroup(info, { groups }, id) !== null;
  const parsed = {
    ...base,
    ...parseChoices(json),
    bins: isBins(json['bins']) ? json['bins'] : base.bins,
    layers:
      listOf(json['layers'], isString)?.filter(l => layerNames.has(l)) ??
      base.layers,
    classes:
      listOf(json['classes'], isIndex)?.filter(c => c < info.classes.length) ??
      base.classes,
    instances: (
      listOf(json['instances'], isString) ?? [
        ...new Set([...base.instances, ...more])
      ]
    ).filter(id => instanceIds.has(id)),
    samples,
    kept,
    groups,
    shownGroups: (
      listOf(json['shownGroups'], isString) ?? base.shownGroups
    ).filter(hasGroup),
    brush,
    detail:
      json['detail'] === undefined
        ? base.detail
        : parseDetail(json['detail'], info, around),
    findings:
      json['findings'] === undefined
        ? base.findings
        : parseFindings(json['findings'], info, around),
    model:
      json['model'] === undefined ? base.model : parseModelFile(json['model']),
    order: possibleOrder(json['order'], info, around) ?? base.order,
    descending: booleanOr(json['descending'], base.descending),
    markedOnly: booleanOr(json['markedOnly'], base.markedOnly),
    neurons: parseNeurons(json['neurons'], info) ?? base.neurons
  };
  return info.classSizes[parsed.membership]
    ? parsed
    : { ...parsed, membership: base.membership };
}

/** The instances that a view adds; pictures that are kept go with their originals. */
export function parseAdded(
  json: JsonObject,
  recorded: RecordingInfo,
  base: Pick<ViewState, 'samples' | 'kept'> = NOTHING_ADDED
): Pick<ViewState, 'samples' | 'kept'> {
  const samples = parseSamples(json['samples'], recorded) ?? base.samples;
  const info = withSampleNames(recorded, { samples });
  const kept = parseKept(json['kept'] ?? base.kept, info) ?? base.kept;
  return { samples, kept };
}

const NOTHING_ADDED = { samples: [], kept: [] };

function parseChoices(json: JsonObject): Partial<Choices> {
  const found = Object.entries(CHOICES).filter(([key, allowed]) =>
    (allowed as readonly unknown[]).includes(json[key])
  );
  return Object.fromEntries(found.map(([key]) => [key, json[key]]));
}

function possibleOrder(
  json: unknown,
  info: RecordingInfo,
  around: Pick<ViewState, 'groups' | 'brush'>
): Order | null {
  const order = parseOrder(json);
  return order && isPossibleOrder(order, info, around) ? order : null;
}

function parseNeurons(
  json: unknown,
  info: RecordingInfo
): ReadonlyMap<string, NeuronMarks> | null {
  if (!isObject(json)) {
    return null;
  }
  const marks = new Map<string, NeuronMarks>();
  for (const layer of info.layers) {
    const entry = Object.hasOwn(json, layer.name) ? json[layer.name] : null;
    if (isObject(entry)) {
      const valid = (list: unknown) =>
        new Set((listOf(list, isIndex) ?? []).filter(n => n < layer.neurons));
      marks.set(layer.name, {
        hidden: valid(entry['hidden']),
        marked: valid(entry['marked'])
      });
    }
  }
  return marks;
}

function listOf<T>(
  value: unknown,
  is: (v: unknown) => v is T
): readonly T[] | null {
  return Array.isArray(value) ? [...new Set(value.filter(is))] : null;
}

function booleanOr(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function isBins(value: unknown): value is number {
  return isIndex(value) && value >= 1 && value <= FINE_BINS;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
