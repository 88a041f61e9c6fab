import type { ByKind } from './kinds';
import {
  areaOf,
  curveOf,
  shareAbove,
  type Curve,
  type Drawn,
  type Estimate
} from './resampling';
import type { Standings } from './standings';

/** What a layer tells of an image, and the baseline that any of it has to beat: 1 − max-softmax. */
export const LAYER_SCORES = [
  'meanSurprisal',
  'meanDeviation',
  'largestDeviation'
] as const;
export type LayerScore = (typeof LAYER_SCORES)[number];
export type ScoreKey = LayerScore | 'doubt';

/** What attacked images are told from. */
export const AGAINST = ['benign', 'correct', 'misclassified'] as const;
export type Against = (typeof AGAINST)[number];

/**
 * One number an image, and how well it tells attacked images from others. Estimates and curves are null where
 * no image of a side has the number.
 */
export type Score = {
  readonly key: ScoreKey;
  /** Share of pairs in which the attacked image has the larger number. */
  readonly divergesMore: Estimate | null;
  /** Areas of attacked images against others. */
  readonly areas: Readonly<Record<Against, Estimate | null>>;
  /** The area of misclassified against correct samples: the alarm without any attack. */
  readonly misclassifiedCorrect: Estimate | null;
  readonly curves: Readonly<Record<Against, Curve | null>>;
  /** Images of each kind, and those of them that have no number. */
  readonly images: ByKind<number>;
  readonly missing: ByKind<number>;
};

/** Values that are drawn for one interval at most; more samples get fewer draws. */
const DRAWN_LIMIT = 2 ** 25;
const RESAMPLES = 1000;
const LEAST_RESAMPLES = 100;

/** How intervals of as many images are drawn. */
export function drawnFor(images: ByKind<{ readonly length: number }>): Drawn {
  const most = Math.max(...Object.values(images).map(({ length }) => length));
  const possible = Math.floor(DRAWN_LIMIT / Math.max(most, 1));
  return {
    resamples: Math.max(LEAST_RESAMPLES, Math.min(RESAMPLES, possible)),
    seed: 0
  };
}

export function scoreOf(
  key: ScoreKey,
  numbers: ByKind<Float64Array>,
  drawn: Drawn
): Score {
  const { attacked, benign, misclassified, correct } = numbers;
  const area = (against: Float64Array) =>
    areaOf(attacked, against, against === benign, drawn);
  return {
    key,
    divergesMore: shareAbove(attacked, benign, drawn),
    areas: {
      benign: area(benign),
      correct: area(correct),
      misclassified: area(misclassified)
    },
    misclassifiedCorrect: areaOf(misclassified, correct, false, drawn),
    curves: {
      benign: curveOf(attacked, benign),
      correct: curveOf(attacked, correct),
      misclassified: curveOf(attacked, misclassified)
    },
    images: counted(numbers, () => true),
    missing: counted(numbers, Number.isNaN)
  };
}

function counted(
  { attacked, benign, misclassified, correct }: ByKind<Float64Array>,
  is: (value: number) => boolean
): ByKind<number> {
  const count = (values: Float64Array) => values.filter(v => is(v)).length;
  return {
    attacked: count(attacked),
    benign: count(benign),
    misclassified: count(misclassified),
    correct: count(correct)
  };
}

/** The numbers of `LAYER_SCORES`, NaN where there is none. */
export function numbersOf(
  found: Standings
): Readonly<Record<LayerScore, Float64Array>> {
  const means = (sums: Float64Array, counts: Uint32Array) =>
    sums.map((sum, place) => (counts[place] > 0 ? sum / counts[place] : NaN));
  return {
    meanSurprisal: means(found.surprisal, found.surprisals),
    meanDeviation: means(found.deviation, found.deviations),
    largestDeviation: found.largest.map((largest, place) =>
      found.deviations[place] > 0 ? largest : NaN
    )
  };
}
