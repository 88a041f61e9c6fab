import type { TranslationBundle } from '@jupyterlab/translation';
import type { BrushSide, Item } from '../core/scores';
import { REST, SELECTION } from '../view/brush';
import { findGroup, itemName } from '../view/groups';
import type { ViewState } from '../view/state';
import type { RecordingInfo } from '../worker/protocol';
import { seriesName } from './brush/texts';

/** What people call an item, in their language. */
export function itemText(
  item: Item,
  info: RecordingInfo,
  view: Pick<ViewState, 'groups'>,
  trans: TranslationBundle
): string {
  return 'brush' in item
    ? seriesName({ index: sideIndex(item), name: '' }, trans)
    : itemName(item, info, view);
}

/** The index of a population among the series of a figure; null where there is none. */
export function seriesIndex(
  item: Exclude<Item, { readonly instance: string }>,
  info: RecordingInfo,
  view: Pick<ViewState, 'groups'>
): number | null {
  if ('class' in item) {
    return item.class;
  }
  return 'brush' in item
    ? sideIndex(item)
    : (findGroup(info, view, item.group)?.index ?? null);
}

function sideIndex({ brush }: BrushSide): number {
  return brush === 'rest' ? REST : SELECTION;
}
