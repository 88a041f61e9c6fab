import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Store } from '../view/store';
import { readContent } from './content';
import { pageExport } from './exportPage';
import type { IDocuments } from './documentTracker';
import type { RecordingDocument } from './documentWidget';
import type { Followed, IFront, Place } from './followed';
import { sameFollowed } from './followed';
import type { FoundOutput } from './homes';
import { recordingsIn } from './homes';
import type { ISessionHandle } from './sessions';
import { acquireSession } from './sessions';
import type { IWorkspace } from './workspace';

/**
 * Finds the recording that docked panels show: the one under the active cell of the notebook in front, the
 * only one of that notebook, the one that was chosen, or the file in front. Pinned, it stays with what it has.
 */
export class Follower implements IDisposable {
  constructor(
    private readonly workspace: IWorkspace,
    private readonly tracker: INotebookTracker,
    private readonly documents: IDocuments | null,
    private readonly front: IFront
  ) {
    front.currentChanged?.connect(this.onFront, this);
    documents?.tracker.widgetAdded.connect(this.lookSoon, this);
    tracker.currentChanged.connect(this.look, this);
    tracker.activeCellChanged.connect(this.onActiveCell, this);
  }

  get followed(): Followed {
    return this.state;
  }

  /** Emitted after a change of what is followed, of the choice, and of the pin. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** The recordings of the notebook that is followed. */
  get choices(): readonly FoundOutput[] {
    return this.panel ? recordingsIn(this.panel) : [];
  }

  get chosen(): FoundOutput | null {
    return this.output;
  }

  /** Path of the notebook or file whose recording is shown. */
  get path(): string | null {
    return (
      this.document?.context.path ?? this.output?.panel.context.path ?? null
    );
  }

  get isPinned(): boolean {
    return this.pinned;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Without anyone who watches, no recording is held open. */
  setWatched(isWatched: boolean): void {
    this.isWatched = isWatched;
    if (isWatched) {
      this.onFront();
    } else {
      this.pinned = false;
      this.wanted = null;
      this.document = null;
      this.setPanel(null);
      this.show(null);
    }
  }

  setPinned(isPinned: boolean): void {
    this.pinned = isPinned;
    this.look();
    this.changedSignal.emit();
  }

  choose(output: FoundOutput): void {
    this.wanted = null;
    this.document = null;
    this.setPanel(output.panel);
    this.show(output);
  }

  /** Show the recording at a place as soon as it is there. */
  want(place: Place): void {
    this.wanted = place;
    this.look();
  }

  /** The place of what is shown, to find it again. */
  get place(): Place | null {
    if (this.document) {
      return { path: this.document.context.path, cell: '' };
    }
    return this.output
      ? {
          path: this.output.panel.context.path,
          cell: this.output.cell.id
        }
      : this.wanted;
  }

  /** Go to the recording `step` further in the notebook, round its end. */
  step(step: 1 | -1): void {
    const { choices } = this;
    const at = choices.findIndex(c => c.model === this.output?.model);
    const next = choices[(at + step + choices.length) % choices.length];
    if (next) {
      this.choose(next);
    }
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.handle?.dispose();
      Signal.clearData(this);
    }
  }

  private onFront(): void {
    const widget = this.front.currentWidget;
    if (widget && !this.pinned) {
      const document = this.documents?.tracker.find(d => d === widget);
      const isNotebook = this.tracker.has(widget);
      this.document = document ?? (isNotebook ? null : this.document);
    }
    this.look();
  }

  private onActiveCell(): void {
    const active = this.tracker.activeCell;
    const found = this.choices.find(c => c.cell === active?.model);
    const isBehind = this.pinned || this.document !== null;
    if (!isBehind && found && found.cell !== this.output?.cell) {
      this.wanted = null;
      this.show(found);
    }
  }

  /** Look again for what to show. */
  private look(): void {
    if (this.disposed || !this.isWatched) {
      return;
    }
    const wanted = this.findWanted();
    if (wanted) {
      this.choose(wanted);
      return;
    }
    this.document ??= this.findWantedFile();
    if (this.document) {
      this.showFile(this.document);
      return;
    }
    const isHeld = this.pinned && this.panel && !this.panel.isDisposed;
    const panel = isHeld ? this.panel : this.tracker.currentWidget;
    this.setPanel(panel?.isDisposed ? null : panel);
    const { choices } = this;
    const active = this.pinned ? undefined : this.tracker.activeCell?.model;
    const same = choices.filter(c => c.cell === this.output?.cell);
    this.show(
      choices.find(c => c.model === this.output?.model) ??
        same[0] ??
        choices.find(c => c.cell === active) ??
        choices.find(c => c.cell === this.lastIn(panel)) ??
        (choices.length === 1 ? choices[0] : undefined) ??
        null
    );
  }

  private lastIn(panel: NotebookPanel | null): ICodeCellModel | undefined {
    return panel ? this.lastCells.get(panel) : undefined;
  }

  private findWanted(): FoundOutput | null {
    const { wanted } = this;
    let found: FoundOutput | null = null;
    this.tracker.forEach(panel => {
      if (wanted && panel.context.path === wanted.path) {
        found ??=
          recordingsIn(panel).find(c => c.cell.id === wanted.cell) ?? null;
      }
    });
    return found;
  }

  private findWantedFile(): RecordingDocument | null {
    const { wanted } = this;
    return (
      this.documents?.tracker.find(
        d => wanted?.cell === '' && d.context.path === wanted.path
      ) ?? null
    );
  }

  private showFile(document: RecordingDocument): void {
    this.wanted = null;
    this.setPanel(null);
    this.handle?.dispose();
    this.handle = null;
    document.storeChanged.connect(this.lookSoon, this);
    document.disposed.connect(this.onFileClosed, this);
    const { store } = document;
    if (!store) {
      this.setState({ kind: 'waiting' });
    } else if (this.state.kind !== 'open' || this.state.store !== store) {
      this.setState({ kind: 'open', store, exportPage: null });
    }
  }

  private onFileClosed(document: RecordingDocument): void {
    if (document === this.document) {
      this.document = null;
      this.pinned = false;
      this.look();
    }
  }

  /** Outputs come and go: while code runs, when a notebook is read. */
  private setPanel(panel: NotebookPanel | null | undefined): void {
    if (panel === this.panel) {
      return;
    }
    if (this.panel?.isDisposed) {
      this.pinned = false;
    } else {
      this.panel?.content.modelContentChanged.disconnect(this.lookSoon, this);
    }
    this.panel = panel ?? null;
    this.output = null;
    panel?.content.modelContentChanged.connect(this.lookSoon, this);
    panel?.disposed.connect(this.onClosed, this);
    void panel?.context.ready.then(() => this.lookSoon());
  }

  private onClosed(panel: NotebookPanel): void {
    if (panel === this.panel) {
      this.panel = null;
      this.pinned = false;
      this.look();
    }
  }

  private lookSoon(): void {
    if (this.timer === null) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.look();
      }, LOOK_AFTER_MS);
    }
  }

  private show(output: FoundOutput | null): void {
    if (output && this.handle && output.model === this.output?.model) {
      return;
    }
    this.output = output;
    if (output) {
      this.lastCells.set(output.panel, output.cell);
    }
    const old = this.handle;
    this.handle = output
      ? acquireSession(output.model, readContent(output.model), this.workspace)
      : null;
    old?.dispose();
    if (!this.handle) {
      this.setState(this.emptyState());
    } else if (this.handle.session !== old?.session) {
      void this.open(this.handle);
    } else {
      this.changedSignal.emit();
    }
  }

  private emptyState(): Followed {
    const { panel } = this;
    if (!panel) {
      return { kind: 'nothing' };
    }
    const { choices } = this;
    return choices.length > 0
      ? { kind: 'choice', choices }
      : { kind: 'noRecording', panel };
  }

  private async open(handle: ISessionHandle): Promise<void> {
    const { opened, content } = handle.session;
    const isOpen = (store: Store): Followed => ({
      kind: 'open',
      store,
      exportPage: pageExport(content, store)
    });
    if (opened) {
      this.setState(isOpen(opened));
      return;
    }
    this.setState({ kind: 'waiting' });
    const state = await handle.session.store.then(
      isOpen,
      (error: unknown): Followed => ({ kind: 'failed', error })
    );
    if (this.handle === handle) {
      this.setState(state);
    }
  }

  private setState(state: Followed): void {
    if (!sameFollowed(this.state, state)) {
      this.state = state;
    }
    this.changedSignal.emit();
  }

  /** What was shown last of each notebook. */
  private readonly lastCells = new WeakMap<NotebookPanel, ICodeCellModel>();
  private panel: NotebookPanel | null = null;
  private document: RecordingDocument | null = null;
  private output: FoundOutput | null = null;
  private wanted: Place | null = null;
  private handle: ISessionHandle | null = null;
  private state: Followed = { kind: 'nothing' };
  private isWatched = false;
  private pinned = false;
  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly changedSignal = new Signal<this, void>(this);
}

const LOOK_AFTER_MS = 100;
