import type { Store } from '../view/store';

/** What can bring a neuron into sight. */
export interface INeuronPlace {
  readonly node: HTMLElement;
  readonly isVisible: boolean;
  /** Shows its layer, scrolls to its row and gives it the focus; `failed` is told where it has none. */
  goTo(layer: string, neuron: number, failed: (reason: string) => void): void;
  /** Shows it in detail; false where there is no room for that. */
  open(layer: string, neuron: number): boolean;
}

const placesOf = new WeakMap<Store, Set<INeuronPlace>>();

/** From now on; the answer ends it. */
export function offerPlace(store: Store, place: INeuronPlace): () => void {
  const places = placesOf.get(store) ?? new Set();
  placesOf.set(store, places.add(place));
  return () => places.delete(place);
}

/** The place in the view around `near`, else the newest one on screen; null where there is none. */
export function placeNear(store: Store, near: Element): INeuronPlace | null {
  const places = [...(placesOf.get(store) ?? [])].filter(p => p.isVisible);
  const view = near.closest('.nd-View');
  return (
    places.find(place => view?.contains(place.node)) ?? places.at(-1) ?? null
  );
}
