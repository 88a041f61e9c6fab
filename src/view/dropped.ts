import { parseOrder } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { recordedOf } from './added';
import { parseBrush } from './brush';
import { parseDetail } from './detail/state';
import { parseFindings } from './findingsState';
import { findGroup, isPossibleOrder, parseGroups } from './groups';
import type { JsonObject } from './json';
import { isObject, unknownVersion } from './json';
import type { KeptImage } from './keptImages';
import { withAddedNames } from './keptImages';
import { sampleId } from './samples';
import { parseAdded } from './state';

/** A part of a view that a recording has no place for. */
export type Dropped =
  | { readonly part: 'layer' | 'instance' | 'group'; readonly name: string }
  | { readonly part: 'class' | 'sample'; readonly index: number }
  | { readonly part: 'neurons'; readonly layer: string; readonly count: number }
  | { readonly part: 'order' | 'membership' | 'brush' }
  /** The open neuron, or what is looked at in it. */
  | { readonly part: 'detail'; readonly of: 'neuron' | DetailPart }
  | { readonly part: 'findings'; readonly of: FindingsPart }
  /** All of a view, or all views of a cell: another version wrote them. */
  | { readonly part: 'view' | 'views'; readonly version: unknown };

const DETAIL_PARTS = ['a', 'b', 'against'] as const;
type DetailPart = (typeof DETAIL_PARTS)[number];
const FINDINGS_PARTS = ['contrast', 'layer', 'follow', 'matrix'] as const;
type FindingsPart = (typeof FINDINGS_PARTS)[number] | 'detector';

/** What `parseView` leaves out of a view because the recording does not have it. Never throws. */
export function droppedParts(json: unknown, known: RecordingInfo): Dropped[] {
  if (!isObject(json)) {
    return [];
  }
  const recorded = recordedOf(known);
  const added = parseAdded(json, recorded);
  const info = withAddedNames(recorded, added);
  const version = unknownVersion(json);
  if (version !== undefined) {
    return [{ part: 'view', version }];
  }
  return [
    ...layers(json, info),
    ...classes(json, info),
    ...samples(json, added.samples),
    ...kept(json, added.kept),
    ...instances(json, info),
    ...groups(json, info),
    ...brush(json, info),
    ...detail(json, info),
    ...findings(json, info),
    ...order(json, info),
    ...membership(json, info),
    ...neurons(json, info)
  ];
}

function layers(json: JsonObject, info: RecordingInfo): Dropped[] {
  const known = new Set<unknown>(info.layers.map(l => l.name));
  return listOf(json['layers']).flatMap(name =>
    typeof name === 'string' && !known.has(name)
      ? [{ part: 'layer', name } as const]
      : []
  );
}

function samples(json: JsonObject, kept: readonly number[]): Dropped[] {
  return listOf(json['samples']).flatMap(index =>
    typeof index === 'number' && !kept.includes(index)
      ? [{ part: 'sample', index } as const]
      : []
  );
}

function kept(json: JsonObject, left: readonly KeptImage[]): Dropped[] {
  return entriesOf(json['kept']).flatMap(({ id, name }) =>
    typeof id === 'string' && !left.some(one => one.id === id)
      ? [
          {
            part: 'instance',
            name: typeof name === 'string' ? name : id
          } as const
        ]
      : []
  );
}

/** Those of samples are told as samples, and those that are kept by their names. */
function instances(json: JsonObject, info: RecordingInfo): Dropped[] {
  const known = new Set<unknown>([
    ...info.instances.map(i => i.id),
    ...listOf(json['samples']).map(sample => sampleId(sample as number)),
    ...entriesOf(json['kept']).map(({ id }) => id)
  ]);
  return listOf(json['instances']).flatMap(name =>
    typeof name === 'string' && !known.has(name)
      ? [{ part: 'instance', name } as const]
      : []
  );
}

function classes(json: JsonObject, info: RecordingInfo): Dropped[] {
  return listOf(json['classes']).flatMap(index =>
    typeof index === 'number' && !(index in info.classes)
      ? [{ part: 'class', index } as const]
      : []
  );
}

/** Groups that cannot be, and shown ones that are nowhere. */
function groups(json: JsonObject, info: RecordingInfo): Dropped[] {
  const own = ownGroups(json, info);
  const isKept = new Set(own.map(g => g.id));
  const lost = listOf(json['groups']).flatMap(entry => {
    const { id, name } = isObject(entry) ? entry : {};
    const isLost = typeof id === 'string' && !isKept.has(id);
    return isLost ? [{ id, name: typeof name === 'string' ? name : id }] : [];
  });
  const unknown = listOf(json['shownGroups']).filter(
    (id): id is string =>
      typeof id === 'string' &&
      findGroup(info, { groups: own }, id) === null &&
      !lost.some(g => g.id === id)
  );
  return [...lost.map(g => g.name), ...unknown].map(
    name => ({ part: 'group', name }) as const
  );
}

/** `null` and `{}` say that there is none. */
function brush(json: JsonObject, info: RecordingInfo): Dropped[] {
  const wanted = json['brush'];
  const isWanted = isObject(wanted)
    ? 'where' in wanted
    : (wanted ?? null) !== null;
  return isWanted && parseBrush(wanted, info) === null
    ? [{ part: 'brush' }]
    : [];
}

/** `null` and `{}` say that none is open. */
function detail(json: JsonObject, info: RecordingInfo): Dropped[] {
  const wanted = json['detail'] ?? {};
  if (isObject(wanted) && Object.keys(wanted).length === 0) {
    return [];
  }
  const around = { ...itemsIn(json, info), extent: 'fit' } as const;
  const found = parseDetail(wanted, info, around);
  if (!found || !isObject(wanted)) {
    return [{ part: 'detail', of: 'neuron' }];
  }
  return lostParts(DETAIL_PARTS, wanted, found).map(
    of => ({ part: 'detail', of }) as const
  );
}

/** What is looked for and is not there; of the detector its layer. */
function findings(json: JsonObject, info: RecordingInfo): Dropped[] {
  const wanted = json['findings'];
  const found = parseFindings(wanted, info, itemsIn(json, info));
  if (!found || !isObject(wanted)) {
    return [];
  }
  const { detector } = wanted;
  const isDetectorLost =
    isObject(detector) &&
    lostParts(['layer'], detector, found.detector ?? {}).length > 0;
  return [
    ...lostParts(FINDINGS_PARTS, wanted, found),
    ...(isDetectorLost ? (['detector'] as const) : [])
  ].map(of => ({ part: 'findings', of }) as const);
}

function lostParts<K extends string>(
  parts: readonly K[],
  wanted: JsonObject,
  found: { readonly [P in K]?: unknown }
): K[] {
  const isThere = (value: unknown) => (value ?? null) !== null;
  return parts.filter(of => isThere(wanted[of]) && !isThere(found[of]));
}

/** What items of the view itself there are. */
function itemsIn(json: JsonObject, info: RecordingInfo) {
  return {
    groups: ownGroups(json, info),
    brush: parseBrush(json['brush'], info)
  };
}

function ownGroups(json: JsonObject, info: RecordingInfo) {
  return parseGroups(json['groups'], info) ?? [];
}

function order(json: JsonObject, info: RecordingInfo): Dropped[] {
  const parsed = parseOrder(json['order']);
  const isPossible =
    json['order'] === undefined ||
    (parsed !== null && isPossibleOrder(parsed, info, itemsIn(json, info)));
  return isPossible ? [] : [{ part: 'order' }];
}

function membership(json: JsonObject, info: RecordingInfo): Dropped[] {
  const wanted = json['membership'];
  const isPossible =
    wanted === undefined ||
    Object.entries(info.classSizes).some(
      ([name, sizes]) => name === wanted && sizes !== null
    );
  return isPossible ? [] : [{ part: 'membership' }];
}

/** Marks on layers and neurons that are not there. */
function neurons(json: JsonObject, info: RecordingInfo): Dropped[] {
  const marks = json['neurons'];
  if (!isObject(marks)) {
    return [];
  }
  const sizes = new Map(info.layers.map(l => [l.name, l.neurons]));
  return Object.entries(marks).flatMap(([layer, entry]) => {
    const listed = isObject(entry)
      ? [...listOf(entry['hidden']), ...listOf(entry['marked'])]
      : [];
    const count = new Set(
      listed.filter(n => typeof n === 'number' && n >= (sizes.get(layer) ?? 0))
    ).size;
    return count > 0 ? [{ part: 'neurons', layer, count } as const] : [];
  });
}

function entriesOf(value: unknown): readonly JsonObject[] {
  return listOf(value).filter(isObject);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? [...new Set<unknown>(value)] : [];
}
