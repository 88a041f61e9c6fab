import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Progress } from '../worker/protocol';

/** The downloads of one recording that are under way. */
export class Downloads {
  get list(): readonly Progress[] {
    return [...this.loading.values()];
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  readonly hear = (progress: Progress): void => {
    const { layer, loadedBytes, totalBytes } = progress;
    if (loadedBytes === totalBytes) {
      this.loading.delete(layer);
    } else {
      this.loading.set(layer, progress);
    }
    this.changedSignal.emit();
  };

  /** Whatever was under way has ended. */
  clear(): void {
    if (this.loading.size > 0) {
      this.loading.clear();
      this.changedSignal.emit();
    }
  }

  private readonly loading = new Map<string | null, Progress>();
  private readonly changedSignal = new Signal<this, void>(this);
}
