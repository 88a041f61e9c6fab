import { sameJson } from '../view/json';
import type { ViewState } from '../view/state';
import { initialView } from '../view/state';
import { viewToJson } from '../view/viewJson';
import type { Store } from '../view/store';
import type { LiveSettings } from './settings';

/** A view that began as the settings say begins anew when they change, until the user changes it. */
export function beginBySettings(
  store: Store,
  settings: LiveSettings,
  onBegin: (view: ViewState) => void = () => undefined
): void {
  let begun = store.view;
  const begin = () => {
    const next = initialView(store.info, settings.current.wishes);
    const isOther = !sameJson(viewToJson(next), viewToJson(begun));
    if (store.view === begun && isOther) {
      begun = next;
      onBegin(next);
      store.begin(next);
    }
  };
  // With the store as receiver: it takes leave of the signal when it is disposed.
  settings.changed.connect(begin, store);
}
