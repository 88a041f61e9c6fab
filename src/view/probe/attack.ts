import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type {
  AttackOrder,
  AttackOutcome,
  AttackProgress
} from '../../probe/engine';
import { changesOf, type Changes } from './changes';
import type { ProbeModel } from './model';

/** Attacks as they are offered. */
export const ATTACKS = ['pixels', 'exhaustive', 'fgsm', 'pgd'] as const;
export type AttackKind = (typeof ATTACKS)[number];

/** Grey levels that values of a picture move, at most: an attack along the gradient is made for all of them. */
export const STRENGTHS = [
  ...[0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
] as const;

/** The one-pixel attack of Su et al. */
const POPULATION = 400;
const GENERATIONS = 75;
const STEPS = 20;
/** Of colours this many values a channel are tried. */
const COLOR_LEVELS = 4;

/** What is chosen. */
export type AttackChoice = {
  readonly kind: AttackKind;
  /** Pixels that may change. */
  readonly count: number;
  /** The class to reach; null: any other. */
  readonly target: number | null;
  readonly seed: number;
};

/** How a picture was made: pixels that might change, or grey levels that all moved. */
export type Made =
  | { readonly kind: 'pixels' | 'exhaustive'; readonly count: number }
  | { readonly kind: 'fgsm' | 'pgd'; readonly strength: number };

/** An attack on the picture of a probe as it was recorded, whose result becomes its picture. */
export class AttackModel {
  static of(probe: ProbeModel): AttackModel {
    const known = attacks.get(probe) ?? new AttackModel(probe);
    attacks.set(probe, known);
    return known;
  }

  private constructor(private readonly probe: ProbeModel) {}

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get choice(): AttackChoice {
    return this.chosen;
  }

  choose(change: Partial<AttackChoice>): void {
    this.chosen = { ...this.chosen, ...change };
    this.changedSignal.emit();
  }

  /** Those that the model can be attacked with: none where it tells no classes apart. */
  get kinds(): readonly AttackKind[] {
    const { found, before } = this.probe;
    return found === null || !before?.probabilities
      ? []
      : found.gradients
        ? ATTACKS
        : ATTACKS.slice(0, 2);
  }

  /** Values of a channel that are tried one after the other. */
  get levels(): number {
    return this.probe.size.channels === 1 ? 256 : COLOR_LEVELS;
  }

  /** The class to leave: what the model calls the picture as it was. */
  get label(): number | null {
    const row = this.probe.before?.probabilities;
    return row ? row.indexOf(Math.max(...row)) : null;
  }

  get isRunning(): boolean {
    return this.stopping !== null;
  }

  /** How far the attack is that runs, or ran last. */
  get progress(): AttackProgress | null {
    return this.told;
  }

  /** What the last one was, and what came of it. */
  get order(): AttackOrder | null {
    return this.ordered;
  }

  get outcome(): AttackOutcome | null {
    return this.found;
  }

  get error(): unknown {
    return this.failure;
  }

  /**
   * How near to the goal each pixel came, row-major: from 0, as it was, to 1, the confidence is all gone, or all with
   * the target. NaN: it was not tried. Null: none was.
   */
  get heat(): Float32Array | null {
    return this.nearest;
  }

  /** How far layers move at each strength; null where no such attack was made. */
  get changes(): Changes | null {
    return this.moved;
  }

  /** Which of the strengths is shown. */
  get shown(): number {
    return this.at;
  }

  /** How the attack made the picture of the probe; null where that is another one. */
  get made(): Made | null {
    const { ordered, moved, probe } = this;
    if (ordered === null || this.lastPut !== probe.pixels) {
      return null;
    }
    switch (ordered.kind) {
      case 'pixels':
        return { kind: ordered.kind, count: ordered.count };
      case 'exhaustive':
        return { kind: ordered.kind, count: 1 };
      default:
        return {
          kind: ordered.kind,
          strength: moved?.strengths[this.at] ?? 0
        };
    }
  }

  /** Show the picture of one of the strengths. */
  show(strength: number): void {
    const { pixels } = this.found ?? {};
    const size = this.probe.original.length;
    if (pixels && this.moved) {
      this.at = Math.min(
        Math.max(strength, 0),
        this.moved.strengths.length - 1
      );
      this.put(pixels.slice(this.at * size, (this.at + 1) * size));
      this.changedSignal.emit();
    }
  }

  /** Resolves when it ended. */
  async start(): Promise<void> {
    const { probe } = this;
    const { engine } = probe;
    const order = this.orderOf();
    if (engine === null || order === null || this.isRunning) {
      return;
    }
    const stopping = new AbortController();
    this.stopping = stopping;
    this.ordered = order;
    this.told = this.found = this.failure = this.nearest = this.moved = null;
    this.lastPut = null;
    this.changedSignal.emit();
    try {
      const found = await engine.attack(
        probe.original,
        order,
        progress => this.follow(progress),
        stopping.signal
      );
      const moved =
        'strengths' in order
          ? await changesOf(probe, found.pixels, order.strengths)
          : null;
      this.found = found;
      this.moved = moved;
      if (moved) {
        const first = found.success.indexOf(true);
        this.show(first < 0 ? moved.strengths.length - 1 : first);
      } else {
        this.put(found.pixels);
      }
    } catch (error) {
      this.failure = error;
    }
    this.stopping = null;
    this.changedSignal.emit();
  }

  stop(): void {
    this.stopping?.abort();
  }

  private orderOf(): AttackOrder | null {
    const { label, chosen, levels } = this;
    const { kind, count, target, seed } = chosen;
    if (label === null || !this.kinds.includes(kind)) {
      return null;
    }
    const goal = { label, target: target === label ? null : target };
    const strengths = STRENGTHS;
    switch (kind) {
      case 'pixels':
        return {
          ...{ ...goal, kind, count, seed },
          ...{ population: POPULATION, generations: GENERATIONS }
        };
      case 'exhaustive':
        return { ...goal, kind, levels };
      case 'fgsm':
        return { ...goal, kind, strengths };
      case 'pgd':
        return {
          ...{ ...goal, kind, strengths, seed },
          ...{ steps: STEPS, stepSize: 2.5 / STEPS }
        };
    }
  }

  private follow(progress: AttackProgress): void {
    const { pixels, confidences } = progress.tried;
    const { height, width } = this.probe.size;
    if (pixels.length > 0) {
      this.nearest ??= new Float32Array(height * width).fill(NaN);
    }
    const { nearest } = this;
    pixels.forEach((pixel, i) => {
      const near = this.nearness(confidences[i]);
      if (nearest && !(nearest[pixel] >= near)) {
        nearest[pixel] = near;
      }
    });
    this.told = progress;
    this.put(progress.pixels);
    this.changedSignal.emit();
  }

  private nearness(confidence: number): number {
    const { ordered, probe } = this;
    const { target, label } = ordered ?? { target: null, label: 0 };
    const before = probe.before?.probabilities?.[target ?? label] ?? 0;
    const share =
      target === null
        ? 1 - confidence / before
        : (confidence - before) / (1 - before);
    return Math.min(Math.max(share, 0), 1);
  }

  /** The picture of the probe from now on: all that an attack shows is one step that can be undone. */
  private put(pixels: Uint8Array): void {
    const { probe } = this;
    if (!probe.isDisposed) {
      const before = probe.pixels;
      const isOurs = this.lastPut === before;
      probe.setPixels(pixels, isOurs);
      if (isOurs || probe.pixels !== before) {
        this.lastPut = probe.pixels;
      }
    }
  }

  private chosen: AttackChoice = {
    kind: 'pixels',
    count: 1,
    target: null,
    seed: 0
  };
  private stopping: AbortController | null = null;
  private told: AttackProgress | null = null;
  private ordered: AttackOrder | null = null;
  private found: AttackOutcome | null = null;
  private failure: unknown = null;
  private nearest: Float32Array | null = null;
  private moved: Changes | null = null;
  private at = 0;
  private lastPut: Uint8Array | null = null;
  private readonly changedSignal = new Signal<this, void>(this);
}

const attacks = new WeakMap<ProbeModel, AttackModel>();
