import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { LayerAnswers } from './layerAnswers';
import type { ILooking } from './looking';
import type { Store } from './store';

/** What is asked of the layers of a store, for what is looked for, as long as someone watches. */
export abstract class Watched {
  protected constructor(protected readonly looking: ILooking) {
    this.store = looking.store;
    looking.changed.connect(this.look, this);
  }

  /** Emitted after a change of what is looked for, and when more is known. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Questions are asked as long as someone watches. */
  watch(): IDisposable {
    this.watchers += 1;
    this.look();
    return new DisposableDelegate(() => {
      this.watchers -= 1;
      if (this.watchers === 0) {
        this.answers.forEach(answers => answers.stop());
      }
    });
  }

  /** What is looked for may be another now. */
  protected look(): void {
    if (this.watchers > 0 && !this.store.isDisposed) {
      this.request();
    }
    this.tell();
  }

  protected readonly tell = (): void => this.changedSignal.emit();

  /** All that is asked. */
  protected abstract readonly answers: readonly LayerAnswers<unknown>[];

  /** Ask what is not known. */
  protected abstract request(): void;

  protected readonly store: Store;
  private watchers = 0;
  private readonly changedSignal = new Signal<this, void>(this);
}
