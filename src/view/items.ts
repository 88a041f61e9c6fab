import type { Instance } from '../core/recording';
import type { Population, Item, Rest } from '../core/scores';
import { parseItem } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { activeBrush } from './brush';
import { groupsOf, isPossibleItem } from './groups';
import { isObject } from './json';
import type { ViewState } from './state';

/** What is sorted by and compared: samples, or the value of an instance. */
export type AnyItem = Item | Rest;

/** Names an item among all of a view; `itemOf` reads it. */
export function keyOf(item: AnyItem): string {
  return JSON.stringify(item);
}

/** The item that a key names; null for the empty text. */
export function itemOf(key: string): AnyItem | null {
  return key === '' ? null : (JSON.parse(key) as AnyItem);
}

/** The item that `json` names; null where the recording has none of it. */
export function parseAnyItem(
  json: unknown,
  info: RecordingInfo,
  view: Pick<ViewState, 'groups' | 'brush'>
): AnyItem | null {
  const { rest } = isObject(json) ? json : {};
  if (rest === true) {
    return { rest };
  }
  const item = parseItem(json);
  return item && isPossibleItem(item, info, view) ? item : null;
}

export function isPopulation(item: AnyItem | null): item is Population {
  return (
    item !== null && ('class' in item || 'group' in item || 'brush' in item)
  );
}

/** Whether an item is many samples, of which there is a distribution. */
export function isMany(item: AnyItem): item is Population | Rest {
  return isPopulation(item) || 'rest' in item;
}

/** The shown classes, then the shown groups; while something is brushed what is shown then. */
export function shownMany(
  info: RecordingInfo,
  view: ViewState
): readonly Population[] {
  const brush = activeBrush(info, view);
  const chosen = brush?.against === 'rest' ? [] : chosenMany(info, view);
  return brush === null
    ? chosen
    : [
        { brush: 'selection' },
        ...(brush.against === 'rest' ? [{ brush: 'rest' } as const] : chosen)
      ];
}

function chosenMany(info: RecordingInfo, view: ViewState): Population[] {
  return [
    ...view.classes.map(index => ({ class: index })),
    ...groupsOf(info, view)
      .filter(({ id }) => view.shownGroups.includes(id))
      .map(({ id }) => ({ group: id }))
  ];
}

/** Of the shown instances the attacked one, else the first; undefined where none is shown. */
export function shownInstance(
  { instances }: Pick<RecordingInfo, 'instances'>,
  view: Pick<ViewState, 'instances'>
): Instance | undefined {
  const shown = instances.filter(i => view.instances.includes(i.id));
  return shown.find(i => i.role === 'attacked') ?? shown[0];
}

/** The other one of a pair; of a picture that a view keeps its original. */
export function twinOf(
  instance: Instance,
  { instances }: Pick<RecordingInfo, 'instances'>
): Instance | undefined {
  const { id, pair, of } = instance;
  return (
    instances.find(i =>
      of === undefined
        ? i !== instance && pair !== null && i.pair === pair
        : i.id === of
    ) ?? instances.find(i => i.of === id)
  );
}

/** Pictures that a view keeps right after their originals. */
export function inPairs(instances: readonly Instance[]): readonly Instance[] {
  const others = instances.filter(({ of }) => of === undefined);
  return others.flatMap(one => [
    one,
    ...instances.filter(({ of }) => of === one.id)
  ]);
}
