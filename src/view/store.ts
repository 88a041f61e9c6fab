import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { FINE_BINS, type Distribution } from '../core/distribution';
import type { Membership } from '../core/recording';
import type {
  IEngine,
  LayerInfo,
  RecordingInfo,
  Urgency
} from '../worker/protocol';
import type { LayerFigure } from './figure';
import { layerFigure, neededClasses, shownLayers } from './figure';
import { completeFigures } from './figures';
import type { History } from './history';
import { record, redo, startHistory, undo } from './history';
import type { SavedViews } from './saved';
import type { Dropped } from './dropped';
import { droppedParts } from './dropped';
import { sameJson, unknownVersion } from './json';
import type { ViewState } from './state';
import { defaultView, initialView, parseView, viewToJson } from './state';

/**
 * One recording and the view of it that all its widgets share: the only mutable thing.
 * Asks the engine for the distributions that the view needs and tells when they are there.
 */
export class Store implements IDisposable {
  constructor(
    private known: RecordingInfo,
    private readonly engine: IEngine,
    start: ViewState = initialView(known),
    saved: SavedViews = [],
    dropped: readonly Dropped[] = []
  ) {
    this.droppedOfApplied = dropped;
    this.history = startHistory(start);
    this.savedViews = saved;
    this.request();
  }

  /** What is known of the recording. Another object once more is known. */
  get info(): RecordingInfo {
    return this.known;
  }

  get view(): ViewState {
    return this.history.present;
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

  /** Why distributions could not be had, or null. */
  get error(): unknown {
    return this.failure;
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
      this.known = { ...info, view: this.known.view };
      this.failure = null;
      this.arrivals += 1;
      // Answers that are on their way may be from before.
      this.forget(() => true);
      this.request(isRough);
      this.changedSignal.emit();
    }
  }

  /** Begin anew with a view; nothing is left to undo. */
  begin(view: ViewState): void {
    this.go(startHistory(view));
  }

  set(view: ViewState): void {
    if (view !== this.view) {
      this.go(record(this.history, view));
    }
  }

  update(change: (view: ViewState) => ViewState): void {
    this.set(change(this.view));
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
    const { view, arrivals } = this;
    if (this.memo?.view !== view || this.memo.arrivals !== arrivals) {
      const kept = this.memo?.view === view ? this.memo.figures : [];
      const figures = shownLayers(this.info, view).map(
        layer =>
          kept.find(f => f.layer === layer && !this.touched.has(layer)) ??
          layerFigure(this.info, layer, view, this.distributionOf)
      );
      this.touched.clear();
      this.memo = { view, arrivals, figures };
    }
    return this.memo.figures;
  }

  /** The graphs that another view would show, complete, once all that is on screen is here. Rejects as the engine does. */
  figuresOf(view: ViewState): Promise<readonly LayerFigure[]> {
    return completeFigures(this.info, view, this.engine);
  }

  /** The distribution of a class under the current membership, if it is here. */
  readonly distributionOf = (
    layer: number,
    classIndex: number
  ): Distribution | null =>
    this.distributions.get(keyOf(layer, classIndex, this.view.membership)) ??
    null;

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.distributions.clear();
      this.forget(() => true);
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

  /**
   * Ask for what the view needs and is not here, or is `outdated`; let go of what it does not need (the engine
   * keeps recent answers).
   */
  private request(outdated = (_: Distribution) => false): void {
    const { membership } = this.view;
    const needed = new Set<string>();
    for (const layer of shownLayers(this.info, this.view)) {
      const index = this.info.layers.indexOf(layer);
      for (const classIndex of neededClasses(this.view)) {
        const key = keyOf(index, classIndex, membership);
        const found = this.distributions.get(key);
        needed.add(key);
        if (!this.asked.has(key) && (!found || outdated(found))) {
          const urgency = found ? 'later' : 'now';
          void this.fetch(key, urgency, index, classIndex, membership);
        }
      }
    }
    for (const key of this.distributions.keys()) {
      if (!needed.has(key)) {
        this.distributions.delete(key);
      }
    }
    this.forget(key => !needed.has(key));
  }

  /** Nobody waits for these answers any more. */
  private forget(isVain: (key: string) => boolean): void {
    for (const [key, asked] of this.asked) {
      if (isVain(key)) {
        this.asked.delete(key);
        asked.abort();
      }
    }
  }

  private async fetch(
    key: string,
    urgency: Urgency,
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<void> {
    const asked = new AbortController();
    this.asked.set(key, asked);
    try {
      const answer = await this.engine.distribution(
        layer,
        { classIndex, membership },
        asked.signal,
        urgency
      );
      if (!asked.signal.aborted) {
        this.distributions.set(key, answer);
        this.touched.add(this.info.layers[layer]);
      }
    } catch (error) {
      if (!asked.signal.aborted) {
        this.failure = error;
      }
    }
    if (!asked.signal.aborted) {
      this.asked.delete(key);
      this.announce();
    }
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
  private readonly distributions = new Map<string, Distribution>();
  private readonly asked = new Map<string, AbortController>();
  private readonly changedSignal = new Signal<this, void>(this);
}

/** Something better may be had where there are activations. */
function isRough({ exact, bins }: Distribution): boolean {
  return !exact || bins < FINE_BINS;
}

function keyOf(
  layer: number,
  classIndex: number,
  membership: Membership
): string {
  return `${layer}:${classIndex}:${membership}`;
}
