import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { ReadError, TimeoutError } from '../core/errors';
import { sameJson } from '../view/json';
import type { SavedViews } from '../view/saved';
import { mergeThree } from '../view/saved';
import type { Store } from '../view/store';
import type { IEngine, Progress } from '../worker/protocol';
import { Downloads } from './downloads';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';
import type { LiveSettings } from './settings';
import type { Sidecar } from './sidecar';
import { readSidecar, writeSidecar } from './sidecar';

/** How far the opening of a file is. */
export type FileState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly store: Store }
  | { readonly kind: 'failed'; readonly error: unknown };

type Views = {
  /** The view on screen, as JSON. */
  readonly current: unknown;
  readonly saved: SavedViews;
};

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
  ) {
    this.loading.changed.connect(() => this.changedSignal.emit());
  }

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
    return this.loading.list;
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
    this.kept = this.views;
    this.lastStore = null;
    this.stopOpening();
    this.setState({ kind: 'opening' });
    old?.dispose();
    try {
      const store = await this.start(isCurrent);
      if (store !== null) {
        this.lastStore = store;
        store.changed.connect(this.onStore, this);
        this.setState({ kind: 'open', store });
        this.onStore(store);
      }
    } catch (error) {
      if (isCurrent()) {
        this.stopOpening();
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
    const { filePath, contents } = this;
    if (this.views === null) {
      return;
    }
    this.beside = await readSidecar(contents, filePath);
    if (this.beside.kind === 'foreign') {
      throw new ForeignSidecarError(this.beside.reason);
    }
    const { current } = this.views;
    const saved = this.merged(this.views.saved, this.beside);
    this.lastStore?.setSaved(saved);
    this.kept &&= { current, saved };
    await writeSidecar(contents, filePath, current, saved);
    if (filePath === this.filePath) {
      this.beside = { kind: 'views', current, saved };
      this.written = saved;
      this.tellDirty();
    }
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.stopOpening();
      this.lastStore?.dispose();
      Signal.clearData(this);
    }
  }

  /** Null when it is not wanted any more. */
  private async start(isCurrent: () => boolean): Promise<Store | null> {
    const { contents, filePath } = this;
    const viewer = await import('./fileViewer');
    if (!isCurrent()) {
      return null;
    }
    const engine = viewer.connectEngine({
      onProgress: progress => {
        if (isCurrent()) {
          this.loading.hear(progress);
        }
      }
    });
    this.opening = engine;
    const [info, beside] = await Promise.all([
      fileCarried(contents, filePath).then(engine.open),
      this.lookBeside()
    ]);
    if (!isCurrent()) {
      return null;
    }
    const found = beside.kind === 'views' ? beside : null;
    const current = this.kept?.current ?? found?.current;
    const theirs = found?.saved ?? [];
    const store = new viewer.Store(
      info,
      engine,
      current === undefined
        ? viewer.initialView(info, this.settings.current.wishes)
        : viewer.parseView(current, info, viewer.defaultView(info)),
      this.kept ? this.merged(this.kept.saved, beside) : theirs,
      viewer.droppedParts(current, info)
    );
    if (current === undefined) {
      viewer.beginBySettings(store, this.settings);
    }
    this.opening = null;
    this.beside = beside;
    this.written = theirs;
    return store;
  }

  /** A download that nobody waits for any more ends. */
  private stopOpening(): void {
    this.opening?.dispose();
    this.opening = null;
  }

  /** A folder that cannot be listed keeps no views; the recording is shown all the same. */
  private async lookBeside(): Promise<Sidecar> {
    return readSidecar(this.contents, this.filePath).catch((): Sidecar => ({
      kind: 'none'
    }));
  }

  /** What is looked at, while the file is not open what was; null: nothing yet. */
  private get views(): Views | null {
    const { lastStore: store, kept } = this;
    return store ? { current: store.viewJson, saved: store.saved } : kept;
  }

  /** Our views, with what others did to those beside the file since they were last read or written. */
  private merged(mine: SavedViews, beside: Sidecar): SavedViews {
    return beside.kind === 'views'
      ? mergeThree(this.written, mine, beside.saved)
      : mine;
  }

  private onStore({ error }: Store): void {
    const isLost = error instanceof ReadError || error instanceof TimeoutError;
    if (isLost && this.fileState.kind === 'open') {
      this.setState({ kind: 'failed', error });
    }
    this.tellDirty();
  }

  private tellDirty(): void {
    const isDirty = !sameJson(this.views?.saved ?? [], this.written);
    if (isDirty !== this.dirty) {
      this.dirty = isDirty;
      this.changedSignal.emit();
    }
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
  private kept: Views | null = null;
  private opening: IEngine | null = null;
  private dirty = false;
  private attempts = 0;
  private disposed = false;
  private readonly loading = new Downloads();
  private readonly changedSignal = new Signal<this, void>(this);
}
