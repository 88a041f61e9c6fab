import type { Estimate } from '../core/detector/resampling';
import type { Score, ScoreKey } from '../core/detector/score';
import type { RecordingInfo } from '../worker/protocol';
import type { Cell } from './csv';
import { csvOf } from './csv';
import type { DetectorModel } from './detectorModel';

const NAMES: Readonly<Record<ScoreKey, string>> = {
  doubt: '1 - max softmax',
  meanSurprisal: 'mean surprisal',
  meanDeviation: 'mean |z|',
  largestDeviation: 'max |z|'
};

const ESTIMATES: readonly [name: string, of: (s: Score) => Estimate | null][] =
  [
    ['attacked diverges more', s => s.divergesMore],
    ['AUC attacked / benign', s => s.areas.benign],
    ['AUC attacked / correct', s => s.areas.correct],
    ['AUC attacked / misclassified', s => s.areas.misclassified],
    ['AUC misclassified / correct', s => s.misclassifiedCorrect]
  ];

/** All scores that are known, as CSV: 1 − max-softmax first, then layer after layer. */
export function detectorTable(
  model: Pick<DetectorModel, 'rows' | 'baseline' | 'detected'>,
  info: Pick<RecordingInfo, 'layers'>
): string {
  const told = [
    { layer: '', found: model.baseline },
    ...model.rows.map(row => ({
      layer: row === 'layers' ? 'all together' : info.layers[row].name,
      found: model.detected(row)
    }))
  ];
  const rows = told.flatMap(({ layer, found }) =>
    (found?.scores ?? []).map(score => [
      { text: layer },
      { text: NAMES[score.key] },
      ...ESTIMATES.flatMap(([, of]) => cellsOf(of(score)))
    ])
  );
  return csvOf(
    [
      'layer',
      'score',
      ...ESTIMATES.flatMap(([name]) => [
        name,
        `${name}, low`,
        `${name}, high`,
        `${name}, of`,
        `${name}, against`
      ])
    ],
    rows
  );
}

function cellsOf(estimate: Estimate | null): Cell[] {
  const { value, low, high, of, against } = estimate ?? NONE;
  return [value, low, high, of, against].map(number => ({ number }));
}

const NONE: Estimate = {
  value: NaN,
  low: NaN,
  high: NaN,
  of: NaN,
  against: NaN
};
