import type { Distribution } from '../core/distribution';
import { FINE_BINS } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import type { Compared, IEngine, Urgency } from '../worker/protocol';
import type { Answers, Need } from './needs';
import { isComparison, isSingle, keyOf, singleIn } from './needs';

/** What an engine said: an answer, or why it has none. */
export type Said = Distribution | Compared | UnavailableError;

/** What an engine said of each layer. */
export class KnownAnswers implements Answers {
  readonly distributionOf: Answers['distributionOf'] = (layer, subset) => {
    const said = this.get(layer, keyOf(subset));
    return said && 'counts' in said ? said : null;
  };

  readonly comparedOf: Answers['comparedOf'] = (layer, asked) => {
    const said = this.get(layer, keyOf(asked));
    return said && 'bounds' in said ? said : null;
  };

  readonly isRefused: Answers['isRefused'] = (layer, need) =>
    this.get(layer, keyOf(need)) instanceof UnavailableError;

  get(layer: number, key: string): Said | null {
    return this.said.get(layer)?.get(key) ?? null;
  }

  set(layer: number, key: string, said: Said): void {
    const ofLayer = this.said.get(layer) ?? new Map<string, Said>();
    this.said.set(layer, ofLayer.set(key, said));
  }

  /** The first reason why there is no answer. */
  get refusal(): UnavailableError | null {
    for (const said of this.all()) {
      if (said instanceof UnavailableError) {
        return said;
      }
    }
    return null;
  }

  /** Let go of what is not to be kept. */
  keep(isKept: (layer: number, key: string, said: Said) => boolean): void {
    for (const [layer, ofLayer] of this.said) {
      for (const [key, said] of ofLayer) {
        if (!isKept(layer, key, said)) {
          ofLayer.delete(key);
        }
      }
    }
  }

  private *all(): Iterable<Said> {
    for (const ofLayer of this.said.values()) {
      yield* ofLayer.values();
    }
  }

  private readonly said = new Map<number, Map<string, Said>>();
}

/**
 * The engine's answer, or that the recording has none to a question of groups or divergences. Rejects as the
 * engine does where more is wrong, and where not even the classes can be told.
 */
export async function answerTo(
  engine: Pick<IEngine, 'distribution' | 'compare'>,
  layer: number,
  need: Need,
  signal?: AbortSignal,
  urgency?: Urgency
): Promise<Said> {
  try {
    if (!isComparison(need)) {
      return await engine.distribution(layer, need, signal, urgency);
    }
    const { divergence, a, b } = need;
    const other = isSingle(b) ? singleIn(b, layer) : b;
    return await engine.compare(layer, divergence, a, other, signal, urgency);
  } catch (error) {
    const isOfClass = !isComparison(need) && 'classIndex' in need;
    if (!isOfClass && isLacking(error)) {
      return error;
    }
    throw error;
  }
}

/** An engine whose distributions are within one bin, and sooner there. */
export function following({
  following,
  compare
}: Pick<IEngine, 'following' | 'compare'>): Pick<
  IEngine,
  'distribution' | 'compare'
> {
  return { distribution: following, compare };
}

/** Whether a recording does not hold something: the rest of a view can be shown. */
export function isLacking(error: unknown): error is UnavailableError {
  return error instanceof UnavailableError && LACKING.has(error.reason);
}

const LACKING: ReadonlySet<UnavailableError['reason']> = new Set([
  'membership',
  'samples',
  'values',
  'work'
]);

/** Whether there is something to show. */
export function isHere(said: Said | null): boolean {
  return said !== null && !(said instanceof UnavailableError);
}

/** Something better may be had where there are activations. */
export function isRough(said: Said): boolean {
  if (said instanceof UnavailableError) {
    return true;
  }
  return 'counts' in said
    ? !said.exact || said.bins < FINE_BINS
    : said.from === 'counts';
}
