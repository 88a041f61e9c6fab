import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { sameJson } from '../json';
import type { Store } from '../store';
import type { ModelFile } from '../modelFile';
import type { OpenProbe } from './model';
import { ProbeModel } from './model';

/** Whose picture is changed: one at a time, shared by all panels of a store. */
export class Probing {
  static of(store: Store): Probing {
    const known = probings.get(store) ?? new Probing(store);
    probings.set(store, known);
    return known;
  }

  private constructor(private readonly store: Store) {
    this.file = store.view.model;
    store.changed.connect(this.look, this);
  }

  /** Null: none is chosen, or its picture is not here yet. */
  get model(): ProbeModel | null {
    return this.current;
  }

  /** Whose picture is changed, or is going to be. */
  get chosen(): string | null {
    return this.wanted?.id ?? this.current?.instance.id ?? null;
  }

  /** Emitted when another model is there. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Someone shows it; it ends when nobody does any more. */
  watch(): IDisposable {
    this.watchers += 1;
    return new DisposableDelegate(() => {
      this.watchers -= 1;
      if (this.watchers === 0) {
        this.wanted = null;
        this.setModel(null);
      }
    });
  }

  /** Change the picture of an instance; `name` is what it is called then. */
  choose(id: string, name: string, open: OpenProbe): void {
    if (this.chosen !== id) {
      this.wanted = { id, name, open };
      this.setModel(null);
      this.look();
    }
  }

  /** A picture may come later, and a sample may be taken away. */
  private look(): void {
    this.lookAtFile();
    const { wanted, current, store } = this;
    const { instances, images } = store.info;
    const id = current?.instance.id ?? wanted?.id;
    const instance = instances.find(one => one.id === id);
    if (store.isDisposed || (current !== null && instance === undefined)) {
      this.setModel(null);
    } else if (
      wanted !== null &&
      current === null &&
      instance &&
      images !== null &&
      instance.image !== null
    ) {
      this.wanted = null;
      const { name, open } = wanted;
      this.setModel(
        new ProbeModel(store, instance, images, instance.image, name, open)
      );
    }
    void this.current?.learnKept();
  }

  /** A view may name another model than before, or none. */
  private lookAtFile(): void {
    const { view, info } = this.store;
    const before = this.file;
    this.file = view.model;
    if (info.model === null && !sameJson(view.model, before)) {
      if (view.model === null) {
        this.wanted = null;
        this.setModel(null);
      } else {
        this.current?.reopen();
      }
    }
  }

  private setModel(model: ProbeModel | null): void {
    const { current } = this;
    if (model !== current) {
      this.current = model;
      current?.dispose();
      if (current !== null) {
        this.store.setProbe(null);
      }
      this.changedSignal.emit();
    }
  }

  private wanted: {
    readonly id: string;
    readonly name: string;
    readonly open: OpenProbe;
  } | null = null;
  private current: ProbeModel | null = null;
  /** What the view named last. */
  private file: ModelFile | null;
  private watchers = 0;
  private readonly changedSignal = new Signal<this, void>(this);
}

const probings = new WeakMap<Store, Probing>();
