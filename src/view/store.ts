import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { UnavailableError } from '../core/errors';
import type {
  Answering,
  IEngine,
  LayerInfo,
  RecordingInfo
} from '../worker/protocol';
import type { AddedInstance, Rows } from './added';
import { AddedInstances } from './addedInstances';
import { graphsOf } from './beside';
import type { LayerFigure } from './figure';
import { layerFigure, shownLayers } from './figure';
import { completeFigures } from './figures';
import type { History } from './history';
import { mapHistory, record, redo, startHistory, undo } from './history';
import type { Answers } from './needs';
import { needsOf } from './needs';
import { withoutProbe, withProbe } from './probe/shown';
import { Requests } from './requests';
import type { SavedViews } from './saved';
import type { Dropped } from './dropped';
import { droppedParts } from './dropped';
import { sameJson, unknownVersion } from './json';
import type { KeptImage } from './keptImages';
import type { ViewState } from './state';
import { defaultView, initialView, parseView } from './state';
import { untilAny } from './untilAny';
import { isSameView, viewToJson } from './viewJson';

/**
 * One recording and the view of it that all its widgets share: the only mutable thing.
 * Asks the engine for what the view needs and tells when it is there.
 */
export class Store implements IDisposable {
  constructor(
    private recording: RecordingInfo,
    private readonly engine: IEngine,
    start: ViewState = initialView(recording),
    saved: SavedViews = [],
    dropped: readonly Dropped[] = []
  ) {
    this.droppedOfApplied = dropped;
    this.history = startHistory(start);
    this.savedViews = saved;
    this.requests = new Requests(
      engine,
      layer => {
        this.touched.add(this.info.layers[layer]);
        this.announce();
      },
      error => this.fail(error)
    );
    this.request();
  }

  /** What is known of the recording and of the instances that the view adds. Another object once more is known. */
  get info(): RecordingInfo {
    return this.added.extend(this.recording, this.view);
  }

  get view(): ViewState {
    return this.history.present;
  }

  /** The view as files and notebooks keep it; the same object for the same view. */
  get viewJson(): Record<string, unknown> {
    return viewToJson(this.view);
  }

  /** The named views. */
  get saved(): SavedViews {
    return this.savedViews;
  }

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  /** Emitted after a change of the view or the saved views, after data arrived, and after a failure. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Why what the view needs could not be had, or null. */
  get error(): unknown {
    return this.failure;
  }

  /** What of the view the recording cannot answer, so that the rest is shown without it; or null. */
  get refusal(): UnavailableError | null {
    return this.requests.refusal ?? this.added.samples.refusal;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /**
   * More is known of the recording: what the engine tells after it attached the rest. What could not be had
   * is asked for again, and so is what was not exact, after all else: it stays until better comes. Where views
   * begin stays.
   */
  enrich(info: RecordingInfo): void {
    if (!this.disposed) {
      this.recording = { ...info, view: this.recording.view };
      this.failure = null;
      this.arrivals += 1;
      this.added.samples.forget();
      this.added.samples.want(this.view.samples);
      this.renew();
      this.changedSignal.emit();
    }
  }

  /** Begin anew with a view; nothing is left to undo. */
  begin(view: ViewState): void {
    this.go(startHistory(view));
  }

  set(view: ViewState): void {
    if (!isSameView(view, this.view)) {
      this.go(record(this.history, view));
    }
  }

  update(change: (view: ViewState) => ViewState): void {
    this.set(change(this.view));
  }

  /** Another view in place of this one, in the same step: while something is dragged. */
  amend(view: ViewState): void {
    this.go({ ...this.history, present: view });
  }

  /**
   * While something is dragged answers may be within one bin, which is sooner; those are made better afterwards
   * and stay until then.
   */
  follow(isFollowing: boolean): void {
    this.requests.isFollowing = isFollowing;
    if (!isFollowing && !this.disposed) {
      this.renew();
    }
  }

  /** What did not fit the recording of the view that was applied last. Another list after each. */
  get dropped(): readonly Dropped[] {
    return this.droppedOfApplied;
  }

  /**
   * Go to a view as JSON has it, as far as the recording can show it. The view stays where this is it
   * already, and where another version wrote the JSON.
   */
  apply(json: unknown): void {
    const { info } = this;
    this.droppedOfApplied = droppedParts(json, info);
    const next = parseView(json, info, defaultView(info));
    const isOther =
      unknownVersion(json) === undefined &&
      !sameJson(viewToJson(next), viewToJson(this.view));
    if (isOther) {
      this.set(next);
    } else {
      this.changedSignal.emit();
    }
  }

  /** An instance that is shown in all graphs though no view has it, in place of the one before; null: none. */
  setProbe(probe: AddedInstance | null): void {
    if (!this.disposed) {
      this.added.probe = probe;
      if (probe === null) {
        this.history = mapHistory(this.history, withoutProbe);
      }
      this.request();
      this.announce();
    }
  }

  /** Activations of a picture that the view keeps without them. */
  learn(kept: KeptImage, rows: Rows): void {
    this.added.learn(kept, rows);
    this.announce();
  }

  forgetDropped(): void {
    if (this.droppedOfApplied.length > 0) {
      this.droppedOfApplied = [];
      this.changedSignal.emit();
    }
  }

  undo(): void {
    this.step(undo(this.history));
  }

  redo(): void {
    this.step(redo(this.history));
  }

  /** Whether changes of the named views last. */
  get canSave(): boolean {
    return this.savable;
  }

  setCanSave(canSave: boolean): void {
    if (canSave !== this.savable) {
      this.savable = canSave;
      this.changedSignal.emit();
    }
  }

  setSaved(saved: SavedViews): void {
    if (saved !== this.savedViews && !this.disposed) {
      this.savedViews = saved;
      this.changedSignal.emit();
    }
  }

  /** The shown layers' graphs, in the recording's order. The same objects until something they depend on changes. */
  figures(): readonly LayerFigure[] {
    const graphs = graphsOf(this.view);
    const view = this.added.probe ? withProbe(graphs) : graphs;
    const { arrivals } = this;
    if (this.memo?.view !== view || this.memo.arrivals !== arrivals) {
      const kept = this.memo?.view === view ? this.memo.figures : [];
      const figures = shownLayers(this.info, view).map(
        layer =>
          kept.find(f => f.layer === layer && !this.touched.has(layer)) ??
          layerFigure(this.info, layer, view, this.answers)
      );
      this.touched.clear();
      this.memo = { view, arrivals, figures };
    }
    return this.memo.figures;
  }

  /** The graphs that another view would show, complete, once all that is on screen is here. Rejects as the engine does. */
  figuresOf(view: ViewState): Promise<readonly LayerFigure[]> {
    return completeFigures(this.recording, view, this.engine, this.added);
  }

  /** What is here of what the view needs. */
  get answers(): Answers {
    return this.requests.answers;
  }

  /** Put a question to the engine that no figure needs. It is withdrawn when the store is disposed. */
  async ask<T>(
    question: (engine: Answering, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal
  ): Promise<T> {
    const signals = [this.end.signal, ...(signal ? [signal] : [])];
    return untilAny(signals, until => question(this.engine, until));
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.end.abort();
      this.requests.end();
      this.engine.dispose();
      Signal.clearData(this);
    }
  }

  /** What was left out of another view is of no interest any more. */
  private step(history: History<ViewState>): void {
    if (history !== this.history) {
      this.droppedOfApplied = [];
      this.go(history);
    }
  }

  private go(history: History<ViewState>): void {
    if (history !== this.history && !this.disposed) {
      this.history = history;
      this.failure = null;
      this.request();
      this.changedSignal.emit();
    }
  }

  /** What is rough may be had better. */
  private renew(): void {
    this.requests.renew(this.shownPlaces, needsOf(this.info, this.view));
  }

  /** Ask for what the view needs. */
  private request(): void {
    this.added.samples.want(this.view.samples);
    this.requests.want(this.shownPlaces, needsOf(this.info, this.view));
  }

  private get shownPlaces(): number[] {
    const { layers } = this.info;
    return shownLayers(this.info, this.view).map(l => layers.indexOf(l));
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.announce();
  }

  /** Answers that arrive together are announced together. */
  private announce(): void {
    this.arrivals += 1;
    if (!this.announcing) {
      this.announcing = true;
      void Promise.resolve().then(() => {
        this.announcing = false;
        if (!this.disposed) {
          this.changedSignal.emit();
        }
      });
    }
  }

  private history: History<ViewState>;
  private savedViews: SavedViews;
  private droppedOfApplied: readonly Dropped[];
  private savable = true;
  private failure: unknown = null;
  private disposed = false;
  private arrivals = 0;
  private announcing = false;
  private memo: {
    readonly view: ViewState;
    readonly arrivals: number;
    readonly figures: readonly LayerFigure[];
  } | null = null;
  /** Layers of which answers came since their figures were made. */
  private readonly touched = new Set<LayerInfo>();
  private readonly requests: Requests;
  private readonly added = new AddedInstances(
    (question, signal) => this.ask(question, signal),
    () => this.announce(),
    error => this.fail(error)
  );
  private readonly end = new AbortController();
  private readonly changedSignal = new Signal<this, void>(this);
}
