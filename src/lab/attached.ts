import { ReadError } from '../core/errors';
import type { ViewState } from '../view/state';
import type { Store } from '../view/store';
import type { Attacher } from './attacher';

/**
 * What a view does as all values come and go: it knows more when they are here, and when they are out of reach
 * the last whole view stays; what was asked for is shown when they are back.
 */
export function followAttacher(
  store: Store,
  attacher: Attacher,
  onAttached: () => void
): void {
  let whole: ViewState | null = null;
  let missed: ViewState | null = null;

  const onStore = () => {
    const { view } = store;
    if (store.error instanceof ReadError) {
      if (whole !== null && whole !== view) {
        missed = view;
        store.set(whole);
      }
    } else if (store.error === null && !store.figures().some(f => f.pending)) {
      missed = view === whole ? missed : null;
      whole = view;
    }
  };

  const onAttacher = () => {
    if (attacher.state.kind === 'here' && attacher.info !== null) {
      // A model that the kernel has is none of the values.
      const model = attacher.info.model ?? store.info.model;
      store.enrich({ ...attacher.info, model });
      onAttached();
      if (missed !== null && store.view === whole) {
        store.set(missed);
      }
      missed = null;
    }
  };

  // With the store as receiver: it takes leave of the signals when it is disposed.
  store.changed.connect(onStore, store);
  attacher.changed.connect(onAttacher, store);
  onAttacher();
}
