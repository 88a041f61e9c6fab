import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { ReadError, TimeoutError } from '../core/errors';
import type { SavedViews } from '../view/saved';
import { viewToJson } from '../view/state';
import type { Store } from '../view/store';
import type { Progress } from '../worker/protocol';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';
import { mergeSaved, sameJson } from './kept';
import type { LiveSettings } from './settings';
import type { Sidecar } from './sidecar';
import { readSidecar, writeSidecar } from './sidecar';

/** How far the opening of a file is. */
export type FileState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly store: Store }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Saving is refused: what lies beside the file is not ours. */
export class ForeignSidecarError extends Error {
  readonly tag = 'foreign';

  constructor(readonly reason: 'version' | 'broken') {
    super(`views beside the file are not version 1: ${reason}`);
    this.name = 'ForeignSidecarError';
  }
}

/** A recording's file, its store, and the views that are kept beside it. */
export class FileSession implements IDisposable {
  constructor(
    private filePath: string,
    readonly contents: ContentsPort,
    private readonly settings: LiveSettings
  ) {}

  get path(): string {
    return this.filePath;
  }

  get state(): FileState {
    return this.fileState;
  }

  get store(): Store | null {
    return this.fileState.kind === 'open' ? this.fileState.store : null;
  }

  /** Downloads that are under way. */
  get downloads(): readonly Progress[] {
    return [...this.loading.values()];
  }

  /** What lies beside the file. */
  get sidecar(): Sidecar {
    return this.beside;
  }

  /** Named views are not saved yet. */
  get isDirty(): boolean {
    return this.dirty;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Emitted after a change of the state, of the downloads, and of `isDirty`. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Opens the file, or opens it again: what is looked at stays. Never rejects. */
  async open(): Promise<void> {
    const attempt = ++this.attempts;
    const isCurrent = () => attempt === this.attempts && !this.disposed;
    const old = this.lastStore;
    this.lastStore = null;
    this.keepFrom(old);
    this.setState({ kind: 'opening' });
    old?.dispose();
    try {
      const store = await this.start(isCurrent);
      if (!isCurrent()) {
        store.dispose();
        return;
      }
      this.lastStore = store;
      store.changed.connect(this.onStore, this);
      this.setState({ kind: 'open', store });
      this.onStore(store);
    } catch (error) {
      if (isCurrent()) {
        this.setState({ kind: 'failed', error });
      }
    }
  }

  /** The file has another path from now on. */
  move(path: string): void {
    if (path !== this.filePath) {
      this.filePath = path;
      this.written = [];
      void this.open();
    }
  }

  /**
   * Writes the views beside the file; views that others wrote there in the meantime stay.
   * Rejects with a ForeignSidecarError, or as the contents manager does.
   */
  async save(): Promise<void> {
    const { store, filePath, contents } = this;
    if (store === null) {
      return;
    }
    this.beside = await readSidecar(contents, filePath);
    if (this.beside.kind === 'foreign') {
      throw new ForeignSidecarError(this.beside.reason);
    }
    const theirs = this.beside.kind === 'views' ? this.beside.saved : [];
    if (!sameJson(theirs, this.written)) {
      const news = theirs.filter(
        view => !this.written.some(known => sameJson(known, view))
      );
      store.setSaved(mergeSaved(store.saved, news));
    }
    const { saved } = store;
    const current = viewToJson(store.view);
    await writeSidecar(contents, filePath, current, saved);
    this.beside = { kind: 'views', current, saved };
    this.written = saved;
    this.onStore(store);
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.lastStore?.dispose();
      Signal.clearData(this);
    }
  }

  private async start(isCurrent: () => boolean): Promise<Store> {
    const { contents, filePath } = this;
    const viewer = await import('./fileViewer');
    const engine = viewer.connectEngine({
      onProgress: progress => {
        if (isCurrent()) {
          this.onProgress(progress);
        }
      }
    });
    try {
      const [info, beside] = await Promise.all([
        fileCarried(contents, filePath).then(engine.open),
        this.lookBeside()
      ]);
      const kept = beside.kind === 'views' ? beside : null;
      const current = this.keptView ?? kept?.current;
      const saved = this.keptSaved ?? kept?.saved ?? [];
      this.beside = beside;
      this.written = kept?.saved ?? [];
      return new viewer.Store(
        info,
        engine,
        current === undefined
          ? viewer.initialView(info, this.settings.current.wishes)
          : viewer.parseView(current, info, viewer.defaultView(info)),
        saved,
        viewer.droppedParts(current, info)
      );
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** A folder that cannot be listed keeps no views; the recording is shown all the same. */
  private async lookBeside(): Promise<Sidecar> {
    return readSidecar(this.contents, this.filePath).catch((): Sidecar => ({
      kind: 'none'
    }));
  }

  /** What was looked at when the file is opened again. */
  private keepFrom(store: Store | null): void {
    if (store !== null) {
      this.keptView = viewToJson(store.view);
      this.keptSaved = store.saved;
    }
  }

  private onStore(store: Store): void {
    const { error } = store;
    if (error instanceof ReadError || error instanceof TimeoutError) {
      this.setState({ kind: 'failed', error });
      return;
    }
    const isDirty = !sameJson(store.saved, this.written);
    if (isDirty !== this.dirty) {
      this.dirty = isDirty;
      this.changedSignal.emit();
    }
  }

  private onProgress(progress: Progress): void {
    const { layer, loadedBytes, totalBytes } = progress;
    if (loadedBytes === totalBytes) {
      this.loading.delete(layer);
    } else {
      this.loading.set(layer, progress);
    }
    this.changedSignal.emit();
  }

  private setState(state: FileState): void {
    this.fileState = state;
    this.loading.clear();
    this.changedSignal.emit();
  }

  private fileState: FileState = { kind: 'opening' };
  private lastStore: Store | null = null;
  private beside: Sidecar = { kind: 'none' };
  private written: SavedViews = [];
  private keptView: unknown = undefined;
  private keptSaved: SavedViews | null = null;
  private dirty = false;
  private attempts = 0;
  private disposed = false;
  private readonly loading = new Map<string | null, Progress>();
  private readonly changedSignal = new Signal<this, void>(this);
}
