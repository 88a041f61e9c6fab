import type { ClassOrGroup, Item, Rest } from '../../core/scores';

/** What is compared in one neuron: samples, a value of an instance, or of a sample. */
export type DetailItem = Item | Rest | { readonly sample: number };

/** Names an item among all of a view; `itemOf` reads it. */
export function keyOf(item: DetailItem): string {
  return JSON.stringify(item);
}

export function itemOf(key: string): DetailItem {
  return JSON.parse(key) as DetailItem;
}

/** Whether an item is many samples, of which there is a distribution. */
export function isGroup(item: DetailItem): item is ClassOrGroup | Rest {
  return 'class' in item || 'group' in item || 'rest' in item;
}
