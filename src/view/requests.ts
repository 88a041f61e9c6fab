import type { UnavailableError } from '../core/errors';
import type { IEngine, Urgency } from '../worker/protocol';
import type { Said } from './answers';
import { answerTo, following, isHere, isRough, KnownAnswers } from './answers';
import type { Answers, Need } from './needs';
import { Underway } from './underway';

/** What is asked of an engine for each layer that a view shows, and what it said: kept as long as it is needed. */
export class Requests {
  constructor(
    private readonly engine: Pick<
      IEngine,
      'distribution' | 'following' | 'compare'
    >,
    /** The engine said something of a layer. */
    private readonly onAnswer: (layer: number) => void,
    private readonly onFailure: (error: unknown) => void
  ) {}

  /** Whether answers may be within one bin, which is sooner. */
  isFollowing = false;

  /** What is here. */
  get answers(): Answers {
    return this.known;
  }

  /** The first reason why something cannot be had, or null. */
  get refusal(): UnavailableError | null {
    return this.known.refusal;
  }

  /**
   * Ask for what is needed of these layers and is not here; let go of all else (the engine keeps recent answers).
   */
  want(layers: readonly number[], needs: ReadonlyMap<string, Need>): void {
    this.request(layers, needs, () => false);
  }

  /**
   * More may be known: what could not be had is asked for again, and so is what was not exact, after all else. It
   * stays until better comes.
   */
  renew(layers: readonly number[], needs: ReadonlyMap<string, Need>): void {
    // Answers that are on their way may be from before.
    this.underway.forget(() => true);
    this.request(layers, needs, isRough);
  }

  /** Nothing is needed any more. */
  end(): void {
    this.known.keep(() => false);
    this.underway.forget(() => true);
  }

  private request(
    layers: readonly number[],
    needs: ReadonlyMap<string, Need>,
    isOutdated: (said: Said) => boolean
  ): void {
    const isNeeded = (layer: number, key: string) =>
      needs.has(key) && layers.includes(layer);
    this.known.keep(isNeeded);
    this.underway.forget((layer, key) => !isNeeded(layer, key));
    for (const layer of layers) {
      for (const [key, need] of needs) {
        const said = this.known.get(layer, key);
        const isAsked = this.underway.has(layer, key);
        if (!isAsked && (!said || isOutdated(said))) {
          void this.fetch(layer, key, need, isHere(said) ? 'later' : 'now');
        }
      }
    }
  }

  private async fetch(
    layer: number,
    key: string,
    need: Need,
    urgency: Urgency
  ): Promise<void> {
    const signal = this.underway.begin(layer, key);
    try {
      const engine = this.isFollowing ? following(this.engine) : this.engine;
      const said = await answerTo(engine, layer, need, signal, urgency);
      if (!signal.aborted) {
        this.underway.end(layer, key);
        this.known.set(layer, key, said);
        // What is followed is drawn when all of it is there: every word of it on the way would cost as much.
        if (!this.isFollowing || !this.underway.isAwaited(layer)) {
          this.onAnswer(layer);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        this.underway.end(layer, key);
        this.onFailure(error);
      }
    }
  }

  private readonly known = new KnownAnswers();
  private readonly underway = new Underway();
}
