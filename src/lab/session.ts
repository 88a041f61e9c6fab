import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { droppedParts } from '../view/dropped';
import type { SavedViews } from '../view/saved';
import type { ViewState } from '../view/state';
import { defaultView, initialView, parseView, viewToJson } from '../view/state';
import { Store } from '../view/store';
import type { OutputContent } from './content';
import type { Opened } from './engines';
import type { Home } from './homes';
import type { Kept } from './kept';
import {
  isFromFuture,
  mergeSaved,
  METADATA_KEY,
  NOTHING_KEPT,
  readKept,
  sameJson,
  withKept
} from './kept';
import { drawIntoOutputs } from './savedPicture';
import type { LiveSettings } from './settings';

/** Changes are written when none followed for this long. */
const KEEP_AFTER_MS = 500;

/** A recording that is shown, its store, and the cells that keep its views. */
export class Session implements IDisposable {
  constructor(
    readonly content: OutputContent,
    open: () => Promise<Opened>,
    private readonly settings: LiveSettings,
    private readonly trans: TranslationBundle
  ) {
    this.name = nameOf(content);
    this.store = open().then(opened => this.start(opened));
    // Whoever shows the session tells about the failure.
    this.store.catch(() => undefined);
  }

  /** Rejects when the recording cannot be opened. */
  readonly store: Promise<Store>;
  readonly name: string;
  users = 0;

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** The store, once it is there. */
  get opened(): Store | null {
    return this.openedStore;
  }

  /** The cells that keep the views. */
  liveCells(): ICodeCellModel[] {
    return [...this.cells].filter(cell => !cell.isDisposed);
  }

  /** A cell shows the session: it keeps the views from now on, and those that it kept are here too. */
  join({ panel, cell }: Home): void {
    if (this.cells.has(cell)) {
      return;
    }
    const isFirst = this.liveCells().length === 0;
    this.cells.add(cell);
    cell.metadataChanged.connect(this.onMetadata, this);
    panel.context.saveState.connect(this.onSave, this);
    const { openedStore } = this;
    if (openedStore) {
      const kept = this.keptBy(cell);
      if (isFirst) {
        this.adopt(openedStore, kept);
      }
      this.setSaved(openedStore, mergeSaved(openedStore.saved, kept.saved));
    }
  }

  /** Write what is not written yet. */
  flush(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
      this.write();
    }
  }

  dispose(): void {
    if (!this.disposed) {
      this.flush();
      this.disposed = true;
      Signal.clearData(this);
      this.store.then(
        store => store.dispose(),
        () => undefined
      );
    }
  }

  private start({ info, engine }: Opened): Store {
    const { wishes } = this.settings.current;
    const own = { ...info, view: viewOf(this.content) };
    const cells = this.liveCells();
    const kept = cells.map(cell => this.keptBy(cell));
    const current = kept.find(k => k.current !== undefined)?.current;
    const store = new Store(
      own,
      engine,
      current === undefined
        ? initialView(own, wishes)
        : parseView(current, own, defaultView(own)),
      kept.map(k => k.saved).reduce<SavedViews>(mergeSaved, []),
      cells.some(cell => isFromFuture(cell.getMetadata(METADATA_KEY)))
        ? [{ part: 'version' }]
        : droppedParts(current, own)
    );
    this.writtenView = store.view;
    this.writtenSaved = store.saved;
    this.openedStore = store;
    store.changed.connect(this.onChanged, this);
    return store;
  }

  private keptBy(cell: ICellModel): Kept {
    return cell.isDisposed
      ? NOTHING_KEPT
      : readKept(cell.getMetadata(METADATA_KEY), this.name);
  }

  private onChanged(store: Store): void {
    const viewMatters =
      this.settings.current.keepsViews && store.view !== this.writtenView;
    if (viewMatters || store.saved !== this.writtenSaved) {
      clearTimeout(this.timer ?? undefined);
      this.timer = setTimeout(() => this.flush(), KEEP_AFTER_MS);
    }
  }

  private onSave(_: unknown, state: string): void {
    if (state === 'started') {
      this.flush();
      this.draw();
    }
  }

  /** Where a view is kept, the outputs' pictures show it. */
  private draw(): void {
    const { openedStore: store } = this;
    for (const cell of store ? this.liveCells() : []) {
      if (store && this.keptBy(cell).current !== undefined) {
        drawIntoOutputs(cell, this.content, store, this.trans);
      }
    }
  }

  private write(): void {
    const { openedStore: store } = this;
    if (!store) {
      return;
    }
    const { keepsViews } = this.settings.current;
    this.writtenView = keepsViews ? store.view : this.writtenView;
    this.writtenSaved = store.saved;
    const current = keepsViews ? viewToJson(store.view) : undefined;
    for (const cell of this.liveCells()) {
      const before: unknown = cell.getMetadata(METADATA_KEY);
      const next = withKept(before, this.name, { current, saved: store.saved });
      if (next && !sameJson(next, before)) {
        this.isWriting = true;
        cell.setMetadata(METADATA_KEY, next);
        this.isWriting = false;
      }
    }
  }

  /** Someone else changed a cell's metadata: a collaborator, the notebook's own undo, its property inspector. */
  private onMetadata(cell: ICellModel, { key }: { key: string }): void {
    const { openedStore } = this;
    if (key === METADATA_KEY && !this.isWriting && openedStore) {
      const kept = this.keptBy(cell);
      this.adopt(openedStore, kept);
      if (!sameJson(kept.saved, openedStore.saved)) {
        this.setSaved(openedStore, kept.saved);
      }
    }
  }

  /** Go to the view that a cell keeps, without writing it again. */
  private adopt(store: Store, { current }: Kept): void {
    const isOther =
      current !== undefined && !sameJson(current, viewToJson(store.view));
    if (isOther) {
      const next: ViewState = parseView(
        current,
        store.info,
        defaultView(store.info)
      );
      this.writtenView = next;
      store.set(next);
    }
  }

  private setSaved(store: Store, saved: SavedViews): void {
    this.writtenSaved = saved;
    store.setSaved(saved);
  }

  private readonly cells = new Set<ICodeCellModel>();
  private openedStore: Store | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isWriting = false;
  private disposed = false;
  private writtenView: ViewState | null = null;
  private writtenSaved: SavedViews = [];
}

function nameOf({ descriptor }: OutputContent): string {
  const name = fieldOf(descriptor, 'name');
  return typeof name === 'string' ? name : '';
}

function viewOf({ descriptor }: OutputContent): unknown {
  return fieldOf(descriptor, 'view');
}

function fieldOf(json: unknown, key: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, key)
    ? (json as Record<string, unknown>)[key]
    : undefined;
}
