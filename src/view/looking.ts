import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { FindingsState } from './findingsState';
import {
  changeFindings,
  closeFindings,
  openFindings,
  START_FINDINGS
} from './findingsState';
import { sameJson } from './json';
import type { Store } from './store';

/** What a panel of findings looks for, and who keeps that. */
export interface ILooking {
  readonly store: Store;
  readonly state: FindingsState;
  /** Emitted after a change of it, and of the store. */
  readonly changed: ISignal<unknown, void>;
  change(change: Partial<FindingsState>): void;
}

/** The view keeps it: it is undone and saved with it. Shared by all panels of a store. */
export class LookingInView implements ILooking {
  static of(store: Store): LookingInView {
    const known = inViews.get(store) ?? new LookingInView(store);
    inViews.set(store, known);
    return known;
  }

  private constructor(readonly store: Store) {
    this.remember();
    store.changed.connect(this.remember, this);
  }

  get changed(): ISignal<unknown, void> {
    return this.store.changed;
  }

  /** Closed: what was looked for last. */
  get state(): FindingsState {
    return this.store.view.findings ?? this.last;
  }

  change(change: Partial<FindingsState>): void {
    this.store.update(view => changeFindings(view, change));
  }

  toggle(): void {
    const { store, last } = this;
    store.update(view =>
      view.findings ? closeFindings(view) : openFindings(view, last, store.info)
    );
  }

  private remember(): void {
    this.last = this.state;
  }

  private last = START_FINDINGS;
}

/** A panel beside the view keeps it. Shared by all such panels of a store. */
export class LookingBeside implements ILooking {
  static of(store: Store): LookingBeside {
    const known = besides.get(store) ?? new LookingBeside(store);
    besides.set(store, known);
    return known;
  }

  private constructor(readonly store: Store) {
    store.changed.connect(() => this.changedSignal.emit());
  }

  get changed(): ISignal<unknown, void> {
    return this.changedSignal;
  }

  get state(): FindingsState {
    return this.own;
  }

  change(change: Partial<FindingsState>): void {
    const next = { ...this.own, ...change };
    if (!sameJson(next, this.own)) {
      this.own = next;
      this.changedSignal.emit();
    }
  }

  private own = START_FINDINGS;
  private readonly changedSignal = new Signal<this, void>(this);
}

const inViews = new WeakMap<Store, LookingInView>();
const besides = new WeakMap<Store, LookingBeside>();
