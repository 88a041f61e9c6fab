import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Model } from '../../core/model';
import { newestOnly } from '../../core/newest';
import type { Images, Instance } from '../../core/recording';
import type { Found, IProbe, Response, Subject } from '../../probe/engine';
import type { AddedInstance } from '../added';
import { isValueless } from '../added';
import type { History } from '../history';
import { record, redo, startHistory, undo } from '../history';
import type { KeptImage } from '../keptImages';
import type { Store } from '../store';
import { predicted, type Answered } from './answered';
import {
  changedPixels,
  isSamePicture,
  painted,
  pictureAt,
  type Color,
  type Pixel,
  type Size
} from './edits';
import { Movement } from './movement';
import { PROBE_ID } from './shown';

/**
 * Opens the model of a recording where it can be run; `model` reads what the recording holds of it, and is asked
 * by nobody who may not run it. Rejects with a reason.
 */
export type OpenProbe = (asked: {
  readonly model: () => Promise<Model | null>;
  readonly subject: Subject;
  /** Called when what was refused may work now. */
  readonly again: () => void;
}) => Promise<IProbe>;

/** A picture that is changed, and what the model says of it: the newest one alone. */
export class ProbeModel {
  constructor(
    private readonly store: Store,
    /** Whose picture it is. */
    readonly instance: Instance,
    /** Among the pictures that are known. */
    images: Images,
    place: number,
    /** What the changed instance is called. */
    private readonly name: string,
    private readonly open: OpenProbe
  ) {
    const { height, width, channels } = images;
    this.size = { height, width, channels };
    this.original = pictureAt(images, place);
    this.history = startHistory(this.original);
    this.movement = new Movement(store, () => this.changedSignal.emit());
    this.run = newestOnly((pixels: Uint8Array) => this.answer(pixels));
    void this.start();
  }

  readonly size: Size;
  readonly original: Uint8Array;
  readonly movement: Movement;

  /** Emitted when the picture changed, and when the model answered. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get pixels(): Uint8Array {
    return this.history.present;
  }

  get changedPixels(): readonly Pixel[] {
    return changedPixels(this.pixels, this.original, this.size);
  }

  get canUndo(): boolean {
    return this.history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.history.future.length > 0;
  }

  /** What the model that runs is like; null until it does. */
  get found(): Found | null {
    return this.probe?.found ?? null;
  }

  /** What runs the model; null until it does. */
  get engine(): IProbe | null {
    return this.probe;
  }

  /** What the model says of the picture as it was, and as it is; null until that is known. */
  get before(): Answered | null {
    return this.first;
  }

  get now(): Answered | null {
    return this.last;
  }

  /** Whether `now` is about the picture as it is. */
  get isAnswered(): boolean {
    return this.last !== null && isSamePicture(this.pixels, this.shownPixels);
  }

  /** Why there is no answer, or null. */
  get error(): unknown {
    return this.failure;
  }

  /**
   * Another picture of the same size: a step that can be undone. `sameStep`: it takes the place of the one before,
   * as long as a gesture lasts.
   */
  setPixels(pixels: Uint8Array, sameStep = false): void {
    if (!isSamePicture(pixels, this.pixels)) {
      this.go(
        sameStep
          ? { ...this.history, present: pixels }
          : record(this.history, pixels)
      );
    }
  }

  paint(at: Pixel, color: Color, side: number, sameStep: boolean): void {
    const next = painted(this.pixels, this.size, at, color, side);
    this.setPixels(next, sameStep);
  }

  undo(): void {
    this.go(undo(this.history));
  }

  redo(): void {
    this.go(redo(this.history));
  }

  reset(): void {
    this.setPixels(this.original);
  }

  /** Open the model once more, after it failed. */
  again(): void {
    if (this.failure !== null) {
      this.reopen();
    }
  }

  /** Open the model once more, or another one, for the same picture. */
  reopen(): void {
    if (!this.disposed) {
      this.probe?.dispose();
      this.probe = null;
      this.failure = null;
      this.first = null;
      this.last = null;
      this.changedSignal.emit();
      void this.start();
    }
  }

  /** Computes what the view keeps without its activations, one after the other. */
  async learnKept(): Promise<void> {
    const { store } = this;
    const { images, instances } = store.info;
    const lacking = store.view.kept.find(
      one => !this.learned.has(one) && isValueless(store.info, one.id)
    );
    const image = instances.find(({ id }) => id === lacking?.id)?.image ?? null;
    if (this.probe && lacking && images && image !== null && !this.isLearning) {
      this.isLearning = true;
      this.learned.add(lacking);
      try {
        const { rows } = await this.answer(pictureAt(images, image));
        store.learn(lacking, rows);
      } catch (error) {
        this.fail(error);
      }
      this.isLearning = false;
    }
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.probe?.dispose();
      Signal.clearData(this);
    }
  }

  private go(history: History<Uint8Array>): void {
    if (history !== this.history) {
      this.history = history;
      this.changedSignal.emit();
      this.ask();
    }
  }

  private async start(): Promise<void> {
    const { layers, classes } = this.store.info;
    this.turn += 1;
    const { turn } = this;
    try {
      const probe = await this.open({
        model: () =>
          this.store.ask((engine, signal) => engine.model(signal), undefined),
        again: () => this.again(),
        subject: {
          classes: classes.length,
          picture: this.size,
          layers: layers.map(({ name, neurons, reduction }) => ({
            name,
            neurons,
            reduction
          }))
        }
      });
      if (this.disposed || turn !== this.turn) {
        probe.dispose();
        return;
      }
      this.probe = probe;
      const first = await this.answer(this.original);
      if (turn !== this.turn) {
        return;
      }
      this.first = first;
      this.asked = this.original;
      this.show(this.original, first);
      this.ask();
      void this.learnKept();
    } catch (error) {
      if (turn === this.turn) {
        this.fail(error);
      }
    }
  }

  private ask(): void {
    const { pixels, probe } = this;
    if (this.first === null || isSamePicture(pixels, this.asked)) {
      return;
    }
    this.asked = pixels;
    this.run(pixels).then(
      said => said && probe === this.probe && this.show(pixels, said),
      (error: unknown) => probe === this.probe && this.fail(error)
    );
  }

  private async answer(pixels: Uint8Array): Promise<Answered> {
    const { probe } = this;
    if (probe === null) {
      throw new Error('no model is open');
    }
    const { matches } = probe.found;
    const places = [...matches.keys()].filter(i => matches[i].layer !== null);
    const response = await probe.run(pixels, places);
    return {
      probabilities: response.probabilities,
      rows: matches.map((_, i) => rowAt(response, places.indexOf(i)))
    };
  }

  /** The dots of all graphs move. */
  private show(pixels: Uint8Array, answered: Answered): void {
    if (!this.disposed) {
      this.last = answered;
      this.shownPixels = pixels;
      this.store.setProbe(this.shown(pixels, answered));
      this.changedSignal.emit();
    }
  }

  private shown(
    pixels: Uint8Array,
    { probabilities, rows }: Answered
  ): AddedInstance {
    return {
      instance: {
        ...{ id: PROBE_ID, name: this.name, role: 'attacked', pair: null },
        label: this.instance.label,
        ...predicted(probabilities),
        ...{ sample: null, image: null }
      },
      image: { ...this.size, count: 1, pixels, samples: null },
      values: rows
    };
  }

  private fail(error: unknown): void {
    if (!this.disposed) {
      this.failure = error;
      this.asked = new Uint8Array();
      if (this.last === null) {
        this.store.setProbe(null);
      }
      this.changedSignal.emit();
    }
  }

  private history: History<Uint8Array>;
  private probe: IProbe | null = null;
  private first: Answered | null = null;
  private last: Answered | null = null;
  private shownPixels: Uint8Array = new Uint8Array();
  /** What the model was asked of last. */
  private asked: Uint8Array = new Uint8Array();
  private failure: unknown = null;
  /** Kept pictures that the model was asked of. */
  private readonly learned = new WeakSet<KeptImage>();
  private isLearning = false;
  private disposed = false;
  /** Counts how often a model was opened. */
  private turn = 0;
  private readonly run: (pixels: Uint8Array) => Promise<Answered | null>;
  private readonly changedSignal = new Signal<this, void>(this);
}

function rowAt({ layers }: Response, place: number): Float32Array | null {
  return place < 0 ? null : layers[place];
}
