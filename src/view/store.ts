import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Distribution } from '../core/distribution';
import type { Membership } from '../core/recording';
import type { IEngine, LayerInfo, RecordingInfo } from '../worker/protocol';
import type { LayerFigure } from './figure';
import { layerFigure, neededClasses } from './figure';
import type { ViewState } from './state';
import { initialView } from './state';

/**
 * One recording and the view of it that all its widgets share: the only mutable thing.
 * Asks the engine for the distributions that the view needs and tells when they are there.
 */
export class Store implements IDisposable {
  constructor(
    readonly info: RecordingInfo,
    private readonly engine: IEngine
  ) {
    this.current = initialView(info);
    this.request();
  }

  get view(): ViewState {
    return this.current;
  }

  /** Emitted after a change of the view, after data arrived, and after a failure. */
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

  set(view: ViewState): void {
    if (view !== this.current && !this.disposed) {
      this.current = view;
      this.failure = null;
      this.request();
      this.changedSignal.emit();
    }
  }

  update(change: (view: ViewState) => ViewState): void {
    this.set(change(this.current));
  }

  /** The shown layers' graphs, in the recording's order. The same objects until something they depend on changes. */
  figures(): readonly LayerFigure[] {
    if (
      this.memo?.view !== this.current ||
      this.memo.arrivals !== this.arrivals
    ) {
      const figures = this.shownLayers().map(layer =>
        layerFigure(this.info, layer, this.current, this.distributionOf)
      );
      this.memo = { view: this.current, arrivals: this.arrivals, figures };
    }
    return this.memo.figures;
  }

  /** The distribution of a class under the current membership, if it is here. */
  readonly distributionOf = (
    layer: number,
    classIndex: number
  ): Distribution | null =>
    this.distributions.get(keyOf(layer, classIndex, this.current.membership)) ??
    null;

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.distributions.clear();
      this.engine.dispose();
      Signal.clearData(this);
    }
  }

  private shownLayers(): LayerInfo[] {
    return this.info.layers.filter(l => this.current.layers.includes(l.name));
  }

  /** Ask for what the view needs; let go of what it does not (the engine keeps recent answers). */
  private request(): void {
    const { membership } = this.current;
    const needed = new Set<string>();
    for (const layer of this.shownLayers()) {
      const index = this.info.layers.indexOf(layer);
      for (const classIndex of neededClasses(this.current)) {
        needed.add(keyOf(index, classIndex, membership));
        void this.fetch(index, classIndex, membership);
      }
    }
    for (const key of this.distributions.keys()) {
      if (!needed.has(key)) {
        this.distributions.delete(key);
      }
    }
  }

  private async fetch(
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<void> {
    const key = keyOf(layer, classIndex, membership);
    if (this.distributions.has(key) || this.asked.has(key)) {
      return;
    }
    this.asked.add(key);
    try {
      const distribution = await this.engine.distribution(
        layer,
        classIndex,
        membership
      );
      if (!this.disposed) {
        this.distributions.set(key, distribution);
      }
    } catch (error) {
      this.failure = error;
    }
    this.asked.delete(key);
    if (!this.disposed) {
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

  private current: ViewState;
  private failure: unknown = null;
  private disposed = false;
  private arrivals = 0;
  private announcing = false;
  private memo: {
    readonly view: ViewState;
    readonly arrivals: number;
    readonly figures: readonly LayerFigure[];
  } | null = null;
  private readonly distributions = new Map<string, Distribution>();
  private readonly asked = new Set<string>();
  private readonly changedSignal = new Signal<this, void>(this);
}

function keyOf(
  layer: number,
  classIndex: number,
  membership: Membership
): string {
  return `${layer}:${classIndex}:${membership}`;
}
