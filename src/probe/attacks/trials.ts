import { takeTurns } from '../../worker/turns';
import type { AttackGoal, AttackOutcome, AttackProgress } from '../engine';
import { isReached, type Attacked } from './attacked';

/** Pixels of a picture (row · width + column) and their new colours, one after the other. */
export type Edit = {
  readonly pixels: readonly number[];
  readonly colors: readonly number[];
};

/** Who is told of an attack, and who ends it. */
export type Listener = {
  readonly report: (progress: AttackProgress) => void;
  readonly signal: AbortSignal;
};

type Best = {
  readonly pixels: Uint8Array;
  readonly probabilities: Float32Array;
  /** Less is better. */
  readonly cost: number;
  readonly reached: boolean;
};

/** No batch is larger: between two of them others get a turn. */
const BATCH = 128;
const REPORT_MS = 100;

/** Tries changed pictures on a model, remembers the best, and stops at the first that reaches the goal. */
export class Trials {
  /** `original` is one picture. */
  constructor(
    private readonly attacked: Attacked,
    private readonly original: Uint8Array,
    private readonly goal: AttackGoal,
    private readonly of: number,
    private readonly listener: Listener
  ) {}

  /** Steps that are done, for those who watch. */
  step = 0;

  get isOver(): boolean {
    return this.best.reached || this.listener.signal.aborted;
  }

  /** Looks at the picture as it is. */
  async start(): Promise<void> {
    await this.batch([NONE]);
    await this.rest();
  }

  /**
   * Costs of changed pictures: what the model gives the class to leave, or less what it gives the target. Infinity for
   * those that were not tried because it was over.
   */
  async costs(edits: readonly Edit[]): Promise<Float64Array> {
    const costs = new Float64Array(edits.length).fill(Infinity);
    const atOnce = Math.min(BATCH, this.attacked.atOnce);
    for (let at = 0; at < edits.length && !this.isOver; at += atOnce) {
      costs.set(await this.batch(edits.slice(at, at + atOnce)), at);
      await this.rest();
    }
    return costs;
  }

  outcome(certificate: AttackOutcome['certificate']): AttackOutcome {
    const { pixels, probabilities, reached } = this.best;
    const { aborted } = this.listener.signal;
    return {
      pixels,
      probabilities,
      success: [reached],
      evaluations: this.evaluations,
      ended: reached ? 'goal' : aborted ? 'aborted' : 'all',
      certificate: reached || aborted ? null : certificate
    };
  }

  /** Tells those who watch where it is. */
  report(): void {
    const { best, goal, step, of, evaluations } = this;
    this.reportedMs = performance.now();
    this.listener.report({
      step,
      of,
      evaluations,
      pixels: best.pixels,
      confidence: best.probabilities[goal.target ?? goal.label],
      tried: {
        pixels: Uint32Array.from(this.tried),
        confidences: Float32Array.from(this.confidences)
      }
    });
    this.tried = [];
    this.confidences = [];
  }

  private async batch(edits: readonly Edit[]): Promise<number[]> {
    const { original, attacked, goal } = this;
    const { channels } = attacked.picture;
    const all = new Uint8Array(edits.length * original.length);
    for (const [i, { pixels, colors }] of edits.entries()) {
      const begin = i * original.length;
      const each = colors.length / pixels.length;
      all.set(original, begin);
      for (const [k, pixel] of pixels.entries()) {
        const color = colors.slice(k * each, (k + 1) * each);
        all.set(color, begin + pixel * channels);
      }
    }
    const found = await attacked.probabilities(all);
    this.evaluations += edits.length;
    return edits.map(({ pixels }, i) => {
      const row = found.subarray(
        i * attacked.classes,
        (i + 1) * attacked.classes
      );
      const confidence = row[goal.target ?? goal.label];
      const trial = {
        cost: goal.target === null ? confidence : -confidence,
        reached: isReached(row, goal)
      };
      const isFirst = this.best.pixels.length === 0;
      if (isFirst || isBetter(trial, this.best)) {
        const begin = i * original.length;
        this.best = {
          ...trial,
          pixels: all.slice(begin, begin + original.length),
          probabilities: row.slice()
        };
      }
      for (const pixel of pixels) {
        this.tried.push(pixel);
        this.confidences.push(confidence);
      }
      return trial.cost;
    });
  }

  private async rest(): Promise<void> {
    if (performance.now() - this.reportedMs > REPORT_MS || this.isOver) {
      this.report();
    }
    await this.others();
  }

  private best: Best = {
    pixels: new Uint8Array(0),
    probabilities: new Float32Array(0),
    cost: Infinity,
    reached: false
  };
  private evaluations = 0;
  private tried: number[] = [];
  private confidences: number[] = [];
  private reportedMs = -Infinity;
  private readonly others = takeTurns();
}

const NONE: Edit = { pixels: [], colors: [] };

function isBetter(
  a: Pick<Best, 'cost' | 'reached'>,
  b: Pick<Best, 'cost' | 'reached'>
): boolean {
  return a.reached === b.reached ? a.cost < b.cost : a.reached;
}
