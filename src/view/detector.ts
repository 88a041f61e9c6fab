import { pairsIn } from '../core/detector/kinds';
import type { Estimate } from '../core/detector/resampling';
import type { LayerScore, Score } from '../core/detector/score';
import { LAYER_SCORES } from '../core/detector/score';
import type { Detected, RecordingInfo } from '../worker/protocol';

/** What the detector is measured in: a layer, or all of them together. */
export type DetectorRow = number | 'layers';

/** All layers, then what they say together. */
export function detectorRows(info: RecordingInfo): readonly DetectorRow[] {
  const layers = [...info.layers.keys()];
  return layers.length > 1 ? [...layers, 'layers'] : layers;
}

/** Pairs whose images both have a prediction, and how many others there are. */
export function pairCounts({ instances }: Pick<RecordingInfo, 'instances'>): {
  readonly known: number;
  readonly leftOut: number;
} {
  const { attacked, all } = pairsIn(instances);
  return { known: attacked.length, leftOut: all - attacked.length };
}

/** The divergence that tells attacked from benign images best, and what it must be compared with. */
export type Conclusion = {
  readonly row: DetectorRow;
  readonly key: LayerScore;
  readonly area: number;
  /** The area of 1 − max-softmax; null where it is not known. */
  readonly baseline: number | null;
  /** The area of the same divergence for attacked images against misclassified samples. */
  readonly misclassified: Estimate | null;
  /** Among how many it is the best. */
  readonly among: number;
};

/** Null where no divergence has an area. */
export function concluded(
  baseline: Detected | null,
  rows: readonly { readonly row: DetectorRow; readonly found: Detected }[]
): Conclusion | null {
  const scores = rows.flatMap(({ row, found }) =>
    LAYER_SCORES.map(key => ({ row, key, score: scoreIn(found, key) }))
  );
  let best: Conclusion | null = null;
  for (const { row, key, score } of scores) {
    const area = score?.areas.benign?.value ?? -1;
    if (score && area > (best?.area ?? -1)) {
      best = {
        row,
        key,
        area,
        baseline: baseline?.scores[0].areas.benign?.value ?? null,
        misclassified: score.areas.misclassified,
        among: scores.length
      };
    }
  }
  return best;
}

export function scoreIn(found: Detected, key: LayerScore): Score | null {
  return found.scores.find(score => score.key === key) ?? null;
}
