import type { Group } from '../core/condition';
import { parseCondition } from '../core/parseCondition';
import type { Item, Order, Rest } from '../core/scores';
import { orderItems } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { isObject } from './json';
import type { ViewState } from './state';

type Grouped = Pick<ViewState, 'groups'>;
type Itemed = Pick<ViewState, 'groups' | 'brush'>;

/** Names are cut there. */
export const GROUP_NAME_CHARACTERS = 200;

/**
 * The groups of a view: those of the recording, then those that the view defines. Where classes and groups are
 * numbered together, as in figures, the group at place k has the index `info.classes.length + k`.
 */
export function groupsOf(
  info: RecordingInfo,
  { groups }: Grouped
): readonly Group[] {
  return [...recordedGroups(info), ...groups];
}

/** The same objects each time: what is known of a condition is known by its identity. */
function recordedGroups(info: RecordingInfo): readonly Group[] {
  const known = recorded.get(info.groups);
  const groups =
    known ??
    info.groups.map(({ id, name, color }) => ({
      id,
      name,
      color,
      where: { group: id }
    }));
  recorded.set(info.groups, groups);
  return groups;
}

const recorded = new WeakMap<RecordingInfo['groups'], readonly Group[]>();

/** The group of this id, and its index among classes and groups; null when there is none. */
export function findGroup(
  info: RecordingInfo,
  view: Grouped,
  id: string
): { readonly group: Group; readonly index: number } | null {
  const groups = groupsOf(info, view);
  const at = groups.findIndex(g => g.id === id);
  return at < 0 ? null : { group: groups[at], index: info.classes.length + at };
}

/** What people call an item; a side of the brush in plain English. */
export function itemName(
  item: Item,
  info: RecordingInfo,
  view: Grouped
): string {
  if ('class' in item) {
    return info.classes[item.class]?.name ?? String(item.class);
  }
  if ('brush' in item) {
    return item.brush === 'rest' ? 'the rest' : 'selection';
  }
  return 'group' in item
    ? (findGroup(info, view, item.group)?.group.name ?? item.group)
    : (info.instances.find(i => i.id === item.instance)?.name ?? item.instance);
}

/** Whether there are all the items that an order is about. */
export function isPossibleOrder(
  order: Order,
  info: RecordingInfo,
  view: Itemed
): boolean {
  return orderItems(order).every(item => isPossibleItem(item, info, view));
}

export function isPossibleItem(
  item: Item,
  info: RecordingInfo,
  view: Itemed
): boolean {
  if ('class' in item) {
    return item.class < info.classes.length;
  }
  if ('brush' in item) {
    return view.brush !== null;
  }
  return 'group' in item
    ? findGroup(info, view, item.group) !== null
    : info.instances.some(i => i.id === item.instance);
}

export function isRest(item: Item | Rest): item is Rest {
  return 'rest' in item;
}

/** An id that no group has: v1, v2, … */
export function freeGroupId(info: RecordingInfo, view: Grouped): string {
  const taken = new Set(groupsOf(info, view).map(g => g.id));
  let number = 1;
  while (taken.has(`v${number}`)) {
    number += 1;
  }
  return `v${number}`;
}

/**
 * The groups of `json` that this recording can have; of equal ids the first, none that the recording has.
 * Null when `json` is no list. Never throws.
 */
export function parseGroups(
  json: unknown,
  info: RecordingInfo
): readonly Group[] | null {
  if (!Array.isArray(json)) {
    return null;
  }
  const taken = new Set(info.groups.map(g => g.id));
  return (json as unknown[]).flatMap(entry => {
    const group = parseGroup(entry, info);
    if (group === null || taken.has(group.id)) {
      return [];
    }
    taken.add(group.id);
    return [group];
  });
}

function parseGroup(json: unknown, info: RecordingInfo): Group | null {
  if (!isObject(json)) {
    return null;
  }
  const { id, name, color } = json;
  const where = parseCondition(json['where'], info);
  return typeof id === 'string' && typeof name === 'string' && where !== null
    ? {
        id,
        name: name.slice(0, GROUP_NAME_CHARACTERS),
        color: isColor(color) ? color : null,
        where
      }
    : null;
}

function isColor(json: unknown): json is string {
  return typeof json === 'string' && /^#[0-9a-f]{6}$/i.test(json);
}
