import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Clues } from './choice';
import { chooseRecording, isBeingMade } from './choice';
import type { IDocuments } from './documentTracker';
import type { RecordingDocument } from './documentWidget';
import type { Followed, IFront, Place } from './followed';
import type { FoundOutput } from './homes';
import { placeOf, recordingAt, recordingsIn } from './homes';
import { Shown } from './shown';
import type { IWorkspace } from './workspace';

/**
 * Finds the recording that docked panels show: the one under the active cell of the notebook in front, the
 * only one of that notebook, the one that was chosen, or the file in front. Pinned, it stays with what it has.
 */
export class Follower implements IDisposable {
  constructor(
    workspace: IWorkspace,
    private readonly tracker: INotebookTracker,
    private readonly documents: IDocuments | null,
    private readonly front: IFront,
    /** Settled when the application has opened what was open before. */
    private readonly restored: Promise<unknown>
  ) {
    this.shown = new Shown(workspace);
    this.shown.changed.connect(this.tell, this);
    front.currentChanged?.connect(this.onFront, this);
    documents?.tracker.widgetAdded.connect(this.lookSoon, this);
    tracker.currentChanged.connect(this.look, this);
    tracker.activeCellChanged.connect(this.onActiveCell, this);
    tracker.widgetAdded.connect(this.onNotebook, this);
    tracker.forEach(panel => this.onNotebook(tracker, panel));
  }

  get followed(): Followed {
    return this.shown.state;
  }

  /** Emitted after a change of what is followed, of the choices, and of the pin. */
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
    if (!isPinned) {
      this.document = this.frontDocument;
    }
    this.look();
    this.tell();
  }

  choose(output: FoundOutput): void {
    this.wanted = null;
    this.document = null;
    this.frontDocument = null;
    this.setPanel(output.panel);
    this.show(output);
  }

  /** Try once more to open what could not be. */
  readonly again = (): void => this.shown.again();

  /** Show the recording at a place as soon as it is there. */
  want(place: Place): void {
    this.wanted = place;
    this.look();
    if (this.wanted) {
      void this.giveUp(place);
    }
  }

  /** The place of what is shown, or is going to be, to find it again. */
  get place(): Place | null {
    const { wanted, document, output } = this;
    if (document && !wanted) {
      return { path: document.context.path, cell: '', index: 0 };
    }
    return wanted ?? (output && placeOf(output));
  }

  /** Go to the recording `step` further in the notebook, round its end. */
  step(step: 1 | -1): void {
    const { choices } = this;
    const at = choices.findIndex(c => c.model === this.output?.model);
    const from = at === -1 && step === -1 ? 0 : at;
    const next = choices[(from + step + choices.length) % choices.length];
    if (next) {
      this.choose(next);
    }
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.shown.dispose();
      Signal.clearData(this);
    }
  }

  private onFront(): void {
    const widget = this.front.currentWidget;
    const document = this.documents?.tracker.find(d => d === widget);
    if (document || (widget && this.tracker.has(widget))) {
      this.frontDocument = document ?? null;
      this.document = this.pinned ? this.document : this.frontDocument;
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

  /** Opened notebooks get their cells later. */
  private onNotebook(_: unknown, { context }: NotebookPanel): void {
    void context.ready.then(() => this.lookSoon());
  }

  /** Once all that was open before is here, a place that is not among it is not coming. */
  private async giveUp(place: Place): Promise<void> {
    await this.restored;
    const ready: Promise<void>[] = [];
    this.tracker.forEach(({ context }) => ready.push(context.ready));
    await Promise.allSettled(ready);
    this.look();
    if (this.wanted === place) {
      this.wanted = null;
      this.setPinned(false);
    }
  }

  /** Look again for what to show. */
  private look(): void {
    if (this.disposed || !this.isWatched) {
      return;
    }
    const wanted = this.wanted && recordingAt(this.tracker, this.wanted);
    if (wanted) {
      this.choose(wanted);
      return;
    }
    this.document = this.findWantedFile() ?? this.document;
    if (this.document) {
      this.showFile(this.document);
      return;
    }
    if (this.wanted && this.pinned) {
      // Nothing else in its place.
      this.setPanel(null);
      this.show(null);
      return;
    }
    const isHeld = this.pinned && this.panel && !this.panel.isDisposed;
    const panel = isHeld ? this.panel : this.tracker.currentWidget;
    this.setPanel(panel?.isDisposed ? null : panel);
    const clues = this.clues();
    if (isBeingMade(clues)) {
      // It stays on screen until its cell has finished.
      this.output?.cell.stateChanged.connect(this.lookSoon, this);
    } else {
      this.show(chooseRecording(clues));
    }
  }

  private clues(): Clues {
    const { choices, output, panel, pinned, tracker } = this;
    return {
      choices,
      output,
      activeCell: pinned ? undefined : tracker.activeCell?.model,
      lastCell: panel ? this.lastCells.get(panel) : undefined
    };
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
    document.storeChanged.connect(this.lookSoon, this);
    document.context.pathChanged.connect(this.tell, this);
    document.disposed.connect(this.onFileClosed, this);
    this.shown.showFile(document);
  }

  private onFileClosed(document: RecordingDocument): void {
    if (document === this.frontDocument) {
      this.frontDocument = null;
    }
    if (document === this.document) {
      this.document = this.frontDocument;
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
      this.panel?.context.pathChanged.disconnect(this.tell, this);
    }
    this.panel = panel ?? null;
    this.output = null;
    panel?.content.modelContentChanged.connect(this.lookSoon, this);
    panel?.context.pathChanged.connect(this.tell, this);
    panel?.disposed.connect(this.onClosed, this);
  }

  private tell(): void {
    this.changedSignal.emit();
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
    const isShown =
      output !== null && output.version === this.shown.output?.version;
    this.output = output;
    if (output === null) {
      this.shown.showNone(this.emptyState());
    } else if (isShown) {
      this.tellOfChoices();
    } else {
      this.lastCells.set(output.panel, output.cell);
      this.shown.showOutput(output);
    }
  }

  /** Other recordings of the notebook came, went or moved. */
  private tellOfChoices(): void {
    const listed = this.choices
      .map(c => [c.cellIndex, c.name, c.heading].join(':'))
      .join('\n');
    if (listed !== this.listed) {
      this.listed = listed;
      this.changedSignal.emit();
    }
  }

  private emptyState(): Followed {
    const { panel } = this;
    if (this.wanted && this.pinned) {
      return { kind: 'waiting' };
    }
    if (!panel) {
      return { kind: 'nothing' };
    }
    const { choices } = this;
    return choices.length > 0
      ? { kind: 'choice', choices }
      : { kind: 'noRecording', panel };
  }

  /** What was shown last of each notebook. */
  private readonly lastCells = new WeakMap<NotebookPanel, ICodeCellModel>();
  private panel: NotebookPanel | null = null;
  /** The file that is shown. */
  private document: RecordingDocument | null = null;
  /** The file in front, also while pinned to something else; null when a notebook is. */
  private frontDocument: RecordingDocument | null = null;
  private output: FoundOutput | null = null;
  private wanted: Place | null = null;
  private listed = '';
  private isWatched = false;
  private pinned = false;
  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly shown: Shown;
  private readonly changedSignal = new Signal<this, void>(this);
}

const LOOK_AFTER_MS = 100;
