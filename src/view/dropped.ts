import { orderItems, parseOrder } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';

/** A part of a view that a recording has no place for. */
export type Dropped =
  | { readonly part: 'layer' | 'instance'; readonly name: string }
  | { readonly part: 'class'; readonly index: number }
  | { readonly part: 'neurons'; readonly layer: string; readonly count: number }
  | { readonly part: 'order' | 'membership' | 'version' };

/** What `parseView` leaves out of a view because the recording does not have it. Never throws. */
export function droppedParts(json: unknown, info: RecordingInfo): Dropped[] {
  if (!isObject(json)) {
    return [];
  }
  if (Object.hasOwn(json, 'version') && json['version'] !== 1) {
    return [{ part: 'version' }];
  }
  return [
    ...layers(json, info),
    ...classes(json, info),
    ...instances(json, info),
    ...order(json, info),
    ...membership(json, info),
    ...neurons(json, info)
  ];
}

function layers(json: Json, info: RecordingInfo): Dropped[] {
  const known = new Set<unknown>(info.layers.map(l => l.name));
  return listOf(json['layers']).flatMap(name =>
    typeof name === 'string' && !known.has(name)
      ? [{ part: 'layer', name } as const]
      : []
  );
}

function instances(json: Json, info: RecordingInfo): Dropped[] {
  const known = new Set<unknown>(info.instances.map(i => i.id));
  return listOf(json['instances']).flatMap(name =>
    typeof name === 'string' && !known.has(name)
      ? [{ part: 'instance', name } as const]
      : []
  );
}

function classes(json: Json, info: RecordingInfo): Dropped[] {
  return listOf(json['classes']).flatMap(index =>
    typeof index === 'number' && !(index in info.classes)
      ? [{ part: 'class', index } as const]
      : []
  );
}

function order(json: Json, info: RecordingInfo): Dropped[] {
  const known = new Set(info.instances.map(i => i.id));
  const parsed = parseOrder(json['order']);
  const isPossible =
    json['order'] === undefined ||
    (parsed !== null &&
      orderItems(parsed).every(item =>
        'class' in item ? item.class in info.classes : known.has(item.instance)
      ));
  return isPossible ? [] : [{ part: 'order' }];
}

function membership(json: Json, info: RecordingInfo): Dropped[] {
  const wanted = json['membership'];
  const isPossible =
    wanted === undefined ||
    Object.entries(info.classSizes).some(
      ([name, sizes]) => name === wanted && sizes !== null
    );
  return isPossible ? [] : [{ part: 'membership' }];
}

/** Marks of layers that are there, on neurons that are not. */
function neurons(json: Json, info: RecordingInfo): Dropped[] {
  const marks = json['neurons'];
  if (!isObject(marks)) {
    return [];
  }
  return info.layers.flatMap(layer => {
    const entry = Object.hasOwn(marks, layer.name) ? marks[layer.name] : null;
    const listed = isObject(entry)
      ? [...listOf(entry['hidden']), ...listOf(entry['marked'])]
      : [];
    const count = new Set(
      listed.filter(n => typeof n === 'number' && n >= layer.neurons)
    ).size;
    return count > 0
      ? [{ part: 'neurons', layer: layer.name, count } as const]
      : [];
  });
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? [...new Set<unknown>(value)] : [];
}
