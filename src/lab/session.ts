import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { Elsewhere } from '../panels/attachment';
import { droppedParts } from '../view/dropped';
import { isObject, sameJson, unknownVersion } from '../view/json';
import { mergeCopy, mergeThree, type SavedViews } from '../view/saved';
import type { ViewState } from '../view/state';
import { defaultView, initialView, parseView } from '../view/state';
import { viewToJson } from '../view/viewJson';
import { Store } from '../view/store';
import { followAttacher } from './attached';
import type { Attacher } from './attacher';
import { beginBySettings } from './begin';
import { CellsOf } from './cellsOf';
import type { OutputContent } from './content';
import type { Downloads } from './downloads';
import type { Opened, Opening } from './engines';
import type { Home } from './homes';
import type { Kept, Key } from './kept';
import {
  firstCurrent,
  isNewer,
  joined,
  METADATA_KEY,
  readKept,
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
    { opened, downloads }: Opening,
    /** Where all values are; null: in the output. */
    readonly elsewhere: Elsewhere | null,
    private readonly settings: LiveSettings,
    private readonly trans: TranslationBundle
  ) {
    const { descriptor } = content;
    const { name, view } = isObject(descriptor) ? descriptor : {};
    this.key = { name: typeof name === 'string' ? name : '', start: view };
    this.showing = new CellsOf(content);
    this.downloads = downloads;
    this.store = opened.then(found => this.start(found));
    // Whoever shows the session tells about the failure.
    this.store.catch(() => undefined);
  }

  /** Rejects when the recording cannot be opened. */
  readonly store: Promise<Store>;
  readonly downloads: Downloads;
  users = 0;

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** The store, once it is there. */
  get opened(): Store | null {
    return this.openedStore;
  }

  /** All values, where the output holds but a summary of them; null also until the recording is open. */
  get attachment(): Attacher | null {
    return this.attacher;
  }

  /** An output that shows the session is trusted: all values may be gone for, and are tried again. */
  trust(): void {
    this.store.then(() => this.attacher?.attach()).catch(() => undefined);
  }

  /** A cell shows the session: it and its like keep the views from now on, and what they kept is here too. */
  join({ panel, cell }: Home): void {
    if (this.panel !== panel) {
      this.panel = panel;
      panel.context.saveState.connect(this.onSave, this);
    }
    if (this.openedStore && !this.seen.has(cell)) {
      this.look(this.openedStore);
      this.onChanged(this.openedStore);
    }
  }

  /** Write what is not written yet. */
  flush(): void {
    clearTimeout(this.timer ?? undefined);
    this.timer = null;
    const { openedStore: store } = this;
    if (store && this.hasNews(store)) {
      this.write(store);
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

  private start({ info, engine, attacher }: Opened): Store {
    const own = { ...info, view: this.key.start };
    const { fresh } = this.findCells();
    const kept = fresh.map(cell => this.keptBy(cell));
    const current = firstCurrent(kept);
    const newer = [...this.seen.values()].filter(isNewer);
    const store = new Store(
      own,
      engine,
      this.viewOf(own, current),
      joined(kept),
      newer.length > 0
        ? [{ part: 'views', version: unknownVersion(newer[0]) }]
        : droppedParts(current, own).filter(
            ({ part }) => attacher === null || part !== 'membership'
          )
    );
    this.know(store, current);
    this.openedStore = store;
    this.tellWhetherKept(store);
    store.changed.connect(this.onChanged, this);
    if (current === undefined) {
      beginBySettings(store, this.settings, view => (this.knownView = view));
    }
    if (attacher) {
      this.attacher = attacher;
      followAttacher(store, attacher, () => this.onAttached(store));
    }
    return store;
  }

  /** A view that was not to be had from the summary begins now, if nothing was chosen in the meantime. */
  private onAttached(store: Store): void {
    const wanted = this.viewOf(store.info, this.knownCurrent);
    const isUntouched = store.view === this.knownView && !this.isTouched;
    if (isUntouched && !sameJson(viewToJson(wanted), viewToJson(store.view))) {
      this.knownView = wanted;
      store.begin(wanted);
    }
  }

  /** Where a view begins. */
  private viewOf(info: Store['info'], current: unknown): ViewState {
    return current === undefined || isNewer(current)
      ? initialView(info, this.settings.current.wishes)
      : parseView(current, info, defaultView(info));
  }

  /**
   * Look for the cells that show the recording. What new ones keep comes in beside what the others do; where
   * no other is left, they are what became of those: moved, or read from the file again.
   */
  private look(store: Store): void {
    const { fresh, areAllGone } = this.findCells();
    const kept = fresh.map(cell => this.keptBy(cell));
    const known = this.knownSaved;
    if (fresh.length > 0 && areAllGone) {
      this.takeCurrent(store, this.knownCurrent, firstCurrent(kept));
      this.takeSaved(store, mergeThree(known, store.saved, joined(kept)));
    } else if (fresh.length > 0) {
      this.takeSaved(
        store,
        kept.reduce((list, k) => mergeCopy(known, list, k.saved), store.saved)
      );
    }
    this.tellWhetherKept(store);
  }

  /** Bring `seen` up to date. */
  private findCells(): { fresh: ICodeCellModel[]; areAllGone: boolean } {
    const known = [...this.seen.keys()];
    const found = this.panel ? this.showing.find(this.panel, known) : [];
    for (const cell of known.filter(c => !found.includes(c))) {
      cell.metadataChanged.disconnect(this.onMetadata, this);
      this.seen.delete(cell);
    }
    const areAllGone = this.seen.size === 0;
    const fresh = found.filter(cell => !this.seen.has(cell));
    for (const cell of fresh) {
      cell.metadataChanged.connect(this.onMetadata, this);
      this.seen.set(cell, cell.getMetadata(METADATA_KEY));
    }
    return { fresh, areAllGone };
  }

  private tellWhetherKept(store: Store): void {
    const metadata = [...this.seen.values()];
    store.setCanSave(metadata.length === 0 || !metadata.every(isNewer));
  }

  private keptBy(cell: ICodeCellModel): Kept {
    return readKept(this.seen.get(cell), this.key);
  }

  private hasNews(store: Store): boolean {
    return this.isViewNews(store) || store.saved !== this.knownSaved;
  }

  private isViewNews(store: Store): boolean {
    return this.settings.current.keepsViews && store.view !== this.knownView;
  }

  /** Named views are written at once: they cannot be made again by a click. */
  private onChanged(store: Store): void {
    if (store.saved !== this.knownSaved) {
      this.flush();
    } else if (this.isViewNews(store)) {
      clearTimeout(this.timer ?? undefined);
      this.timer = setTimeout(() => this.flush(), KEEP_AFTER_MS);
    }
  }

  private onSave(_: unknown, state: string): void {
    const { openedStore: store } = this;
    if (state === 'started' && store) {
      this.flush();
      this.look(store);
      this.settle(store);
      this.draw(store);
    }
  }

  /** What is shown together is saved together; a notebook that was only looked at stays as it is. */
  private settle(store: Store): void {
    const lists = [...this.seen]
      .filter(([, metadata]) => !isNewer(metadata))
      .map(([cell]) => this.keptBy(cell).saved);
    if (this.isTouched || lists.some(list => !sameJson(list, lists[0]))) {
      this.put({ current: undefined, saved: store.saved });
    }
  }

  /** Where the view on screen is kept, the outputs' pictures show it. */
  private draw(store: Store): void {
    const shown = viewToJson(store.view);
    for (const cell of this.seen.keys()) {
      if (sameJson(this.keptBy(cell).current, shown)) {
        drawIntoOutputs(cell, this.content, store, this.trans);
      }
    }
  }

  private write(store: Store): void {
    this.isTouched = true;
    this.look(store);
    if (this.seen.size > 0 && this.hasNews(store)) {
      const { keepsViews } = this.settings.current;
      const current = keepsViews ? viewToJson(store.view) : undefined;
      this.know(store, current ?? this.knownCurrent);
      this.put({ current, saved: store.saved });
    }
  }

  private put(kept: Kept): void {
    for (const [cell, before] of this.seen) {
      const next = withKept(before, this.key, kept);
      if (next && !sameJson(next, before)) {
        this.seen.set(cell, next);
        cell.setMetadata(METADATA_KEY, next);
      }
    }
  }

  /** Someone else changed a cell's metadata: a collaborator, the notebook's own undo, its property inspector. */
  private onMetadata(sender: ICellModel, { key }: { key: string }): void {
    const { openedStore: store } = this;
    if (key !== METADATA_KEY || !store || this.isSeen(sender)) {
      return;
    }
    this.look(store);
    const cell = [...this.seen.keys()].find(c => c === sender);
    if (cell && !this.isSeen(cell)) {
      const before = this.keptBy(cell);
      this.seen.set(cell, cell.getMetadata(METADATA_KEY));
      const { current, saved } = this.keptBy(cell);
      if (current !== undefined) {
        this.takeCurrent(store, before.current, current);
      }
      this.takeSaved(store, mergeThree(before.saved, store.saved, saved));
      this.tellWhetherKept(store);
    }
  }

  /** Whether the cell's metadata are what was last seen or written there. */
  private isSeen(sender: ICellModel): boolean {
    const found = [...this.seen].find(([cell]) => cell === sender);
    return (
      found !== undefined &&
      sameJson(sender.getMetadata(METADATA_KEY), found[1])
    );
  }

  /** Go to the view that cells keep where it is another than before, without writing it again. */
  private takeCurrent(store: Store, before: unknown, current: unknown): void {
    if (sameJson(before, current)) {
      return;
    }
    this.knownCurrent = current;
    if (current === undefined) {
      store.set(this.viewOf(store.info, undefined));
    } else {
      store.apply(current);
    }
    this.knownView = store.view;
  }

  /** Show other named views. What was to be written before still is. */
  private takeSaved(store: Store, saved: SavedViews): void {
    if (store.saved === this.knownSaved) {
      this.knownSaved = saved;
    }
    store.setSaved(saved);
  }

  private know(store: Store, current: unknown): void {
    this.knownView = store.view;
    this.knownSaved = store.saved;
    this.knownCurrent = current;
  }

  private readonly key: Key;
  private readonly showing: CellsOf;
  /** The cells that keep the views, and their metadata as they were last seen or written. */
  private readonly seen = new Map<ICodeCellModel, unknown>();
  private panel: NotebookPanel | null = null;
  private openedStore: Store | null = null;
  private attacher: Attacher | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private disposed = false;
  /** The user changed something. */
  private isTouched = false;
  /** What the cells keep or need not keep. */
  private knownView: ViewState | null = null;
  private knownSaved: SavedViews = [];
  private knownCurrent: unknown = undefined;
}
