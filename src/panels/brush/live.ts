import type { ViewState } from '../../view/state';
import type { Store } from '../../view/store';

type Change = (view: ViewState) => ViewState;

/**
 * Changes of one view while something is dragged, as one step that can be undone. The next is made when all graphs
 * show the last one, so that each is seen and none waits behind others: the newest counts.
 */
export class LiveChange {
  constructor(private readonly store: Store) {
    this.before = store.view;
    store.follow(true);
    store.changed.connect(this.go, this);
  }

  next(change: Change): void {
    this.wanted = change;
    this.go();
  }

  /** The last change is made, whatever is on its way. */
  end(): void {
    this.store.changed.disconnect(this.go, this);
    this.make();
    this.store.follow(false);
  }

  /** As if nothing had been dragged. */
  cancel(): void {
    this.store.changed.disconnect(this.go, this);
    if (this.isChanged) {
      this.store.undo();
    }
    this.store.follow(false);
  }

  private go(): void {
    if (this.wanted && !this.store.figures().some(f => f.pending)) {
      this.make();
    }
  }

  private make(): void {
    const { store, wanted, before } = this;
    this.wanted = null;
    if (wanted) {
      const view = wanted(before);
      if (this.isChanged) {
        store.amend(view);
      } else {
        store.set(view);
        this.isChanged = store.view === view;
      }
    }
  }

  /** The view that changes are made of. */
  private readonly before: ViewState;
  private wanted: Change | null = null;
  private isChanged = false;
}
