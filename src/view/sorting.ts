import type { DivergenceKey } from '../core/divergence';
import { isGroupKey, isInstanceKey } from '../core/divergence';
import type { Population, Item, Order, Rest } from '../core/scores';
import { orderItems } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { isPopulation, shownInstance, shownMany } from './items';
import { sameJson } from './json';
import type { ViewState } from './state';
import { sortBy, sortByDivergence } from './update';

/** How two items are compared: a − b, or a divergence a → b. */
export type How = 'difference' | DivergenceKey;

/** An order as its control has it: `first` alone, or compared with `second`. */
export type Sorting = {
  readonly first: Item | null;
  readonly how: How;
  readonly second: Item | Rest | null;
  readonly absolute: boolean;
};

export function sortingOf(order: Order): Sorting {
  if (order.by === 'divergence') {
    const { a, b, divergence, absolute } = order;
    return { first: a, how: divergence, second: b, absolute };
  }
  const [first = null, second = null] = orderItems(order);
  const absolute = order.by === 'difference' && order.absolute;
  return { first, how: 'difference', second, absolute };
}

/** The view in another order. Where an item is none that can be compared so, one of those that are shown. */
export function sortedBy(
  view: ViewState,
  sorting: Sorting,
  info: RecordingInfo
): ViewState {
  const { how, absolute } = sorting;
  if (sorting.first === null || how === 'difference') {
    const { first, second } = sorting;
    const other = second && 'rest' in second ? null : second;
    return sortBy(view, first, other, absolute);
  }
  const [first, second] = ordered(sorting, how);
  const a = manyOf(first) ?? otherMany(view, info, null);
  const b = isInstanceKey(how)
    ? (instanceOf(second) ?? anInstance(view, info))
    : (manyOrRest(second, a) ?? otherMany(view, info, a) ?? REST);
  return a && b
    ? sortByDivergence(view, { divergence: how, a, b }, absolute)
    : view;
}

/** Whether what a divergence compares is in the recording. */
export function canCompare(how: How, info: RecordingInfo): boolean {
  return how === 'difference' || isGroupKey(how) || info.instances.length > 0;
}

const REST: Rest = { rest: true };

/** A divergence of an instance goes from a class to an instance. */
function ordered(
  { first, second }: Sorting,
  how: DivergenceKey
): [Item | Rest | null, Item | Rest | null] {
  const isTurned =
    isInstanceKey(how) &&
    instanceOf(first) !== null &&
    instanceOf(second) === null;
  return isTurned ? [second, first] : [first, second];
}

function manyOf(item: Item | Rest | null): Population | null {
  return isPopulation(item) ? item : null;
}

function manyOrRest(
  item: Item | Rest | null,
  first: Population | null
): Population | Rest | null {
  if (item && 'rest' in item) {
    return item;
  }
  const many = manyOf(item);
  return many && first && isSame(many, first) ? null : many;
}

function instanceOf(
  item: Item | Rest | null
): { readonly instance: string } | null {
  return item && 'instance' in item ? item : null;
}

/** The first class or group that is shown and is not `other`. */
function otherMany(
  view: ViewState,
  info: RecordingInfo,
  other: Population | null
): Population | null {
  const fallback = other === null && info.classes.length > 0 ? CLASS_0 : null;
  return (
    shownMany(info, view).find(
      item => other === null || !isSame(item, other)
    ) ?? fallback
  );
}

const CLASS_0: Population = { class: 0 };

function anInstance(
  view: ViewState,
  info: RecordingInfo
): { readonly instance: string } | null {
  const id = (shownInstance(info, view) ?? info.instances[0])?.id;
  return id === undefined ? null : { instance: id };
}

function isSame(a: Population, b: Population): boolean {
  return sameJson(a, b);
}
