import type { Answering } from '../worker/protocol';
import { recordedOf } from './added';
import type { Store } from './store';

/** Puts a question of one layer. */
export type AskLayer<T> = (
  engine: Answering,
  layer: number,
  signal: AbortSignal
) => Promise<T>;

/** Answers to the same question in layer after layer, as long as it is the same question. */
export class LayerAnswers<T> {
  constructor(
    private readonly store: Store,
    private readonly changed: () => void
  ) {}

  /** Ask of these layers what is not known; `key` tells questions apart. What is known of others stays. */
  want(key: string, layers: readonly number[], ask: AskLayer<T>): void {
    const info = recordedOf(this.store.info);
    if (key !== this.key || info !== this.info) {
      this.forget();
      this.key = key;
      this.info = info;
    }
    this.layers = layers;
    this.ask = ask;
    if (!this.isAsking && this.next() !== undefined) {
      void this.run();
    }
  }

  /** Nobody waits for answers any more; what is known stays. */
  stop(): void {
    this.controller.abort();
    this.controller = new AbortController();
    this.isAsking = false;
    this.layers = [];
  }

  get(layer: number): T | null {
    return this.known.get(layer) ?? null;
  }

  /** Why there is no answer; undefined where there is one, or may be. */
  refusal(layer: number): unknown {
    return this.refused.get(layer);
  }

  /** Of the layers that were asked for. */
  get missing(): number {
    return this.layers.filter(l => !this.isDone(l)).length;
  }

  private forget(): void {
    this.stop();
    this.known.clear();
    this.refused.clear();
  }

  private async run(): Promise<void> {
    const { signal } = this.controller;
    this.isAsking = true;
    for (
      let layer = this.next();
      layer !== undefined && !signal.aborted;
      layer = this.next()
    ) {
      await this.answer(layer, signal);
    }
    if (!signal.aborted) {
      this.isAsking = false;
    }
  }

  private async answer(layer: number, signal: AbortSignal): Promise<void> {
    const { ask, store } = this;
    try {
      const found = await store.ask(
        (engine, until) => ask(engine, layer, until),
        signal
      );
      if (!signal.aborted) {
        this.known.set(layer, found);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.refused.set(layer, error);
      }
    }
    if (!signal.aborted && !store.isDisposed) {
      this.changed();
    }
  }

  private next(): number | undefined {
    return this.layers.find(layer => !this.isDone(layer));
  }

  private isDone(layer: number): boolean {
    return this.known.has(layer) || this.refused.has(layer);
  }

  private key = '';
  private info: unknown = null;
  private layers: readonly number[] = [];
  private ask: AskLayer<T> = () => Promise.reject(new Error('not asked'));
  private isAsking = false;
  private controller = new AbortController();
  private readonly known = new Map<number, T>();
  private readonly refused = new Map<number, unknown>();
}
