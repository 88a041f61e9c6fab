import type { TranslationBundle } from '@jupyterlab/translation';
import type { Estimate } from '../../core/detector/resampling';
import type { Against, ScoreKey } from '../../core/detector/score';
import type { Conclusion, DetectorRow } from '../../view/detector';
import type { DetectorModel } from '../../view/detectorModel';
import { formatCount } from '../../view/format';
import type { Detected } from '../../worker/protocol';
import type { PanelContext } from '../context';

type Shared = Pick<PanelContext, 'store' | 'trans'>;

/** With fewer pairs intervals are so wide that it must be said. */
const FEW_PAIRS = 5;

export function scoreName(key: ScoreKey, trans: TranslationBundle): string {
  return {
    doubt: trans.__('1 − max-softmax'),
    meanSurprisal: trans.__('mean surprisal'),
    meanDeviation: trans.__('mean |z|'),
    largestDeviation: trans.__('max |z|')
  }[key];
}

export function againstName(
  against: Against,
  trans: TranslationBundle
): string {
  return {
    benign: trans.__('benign twins'),
    correct: trans.__('correct samples'),
    misclassified: trans.__('misclassified samples')
  }[against];
}

export function rowName(row: DetectorRow, { store, trans }: Shared): string {
  return row === 'layers'
    ? trans.__('all together')
    : store.info.layers[row].name;
}

export function areaText(area: number): string {
  return area.toFixed(2);
}

/** An area and its interval, as Python writes them. */
export function estimateText({ value, low, high }: Estimate): string {
  return Number.isNaN(low)
    ? areaText(value)
    : `${areaText(value)} [${areaText(low)}, ${areaText(high)}]`;
}

/** What is in the part, beside its name. */
export function summaryText(
  { pairs }: DetectorModel,
  trans: TranslationBundle
): string {
  return pairs.known === 0
    ? trans.__('Detector')
    : trans._n(
        'Detector: %1 pair',
        'Detector: %1 pairs',
        pairs.known,
        formatCount(pairs.known)
      );
}

/** What one must not be misled about, in lines. */
export function conclusionLines(
  conclusion: Conclusion | null,
  shared: Shared
): string[] {
  const { trans } = shared;
  if (conclusion === null) {
    return [];
  }
  const { row, key, area, baseline, misclassified, among } = conclusion;
  const best = trans.__(
    '%1 of %2, %3',
    scoreName(key, trans),
    rowName(row, shared),
    areaText(area)
  );
  const verdict =
    baseline === null
      ? trans.__(
          '1 − max-softmax is not known here: nothing says whether divergence (at best %1) adds to it.',
          best
        )
      : baseline >= area
        ? trans.__(
            '1 − max-softmax tells attacked from benign images at least as well (%1) as the best divergence (%2).',
            areaText(baseline),
            best
          )
        : trans.__(
            'The best divergence (%1) tells attacked from benign images better than 1 − max-softmax (%2); it is the best of %3.',
            best,
            areaText(baseline),
            among
          );
  return [
    verdict,
    ...(misclassified === null
      ? []
      : [
          trans.__(
            'The same divergence tells attacked from naturally misclassified images: %1 (0.5 is chance).',
            estimateText(misclassified)
          )
        ])
  ];
}

/** How the numbers came about, and what is not known, in lines. */
export function noteLines(
  { pairs, baseline, row, detected }: Noted,
  trans: TranslationBundle
): string[] {
  const { drawn } = baseline ?? detected ?? {};
  return [
    pairs.known < FEW_PAIRS
      ? trans._n(
          '%1 pair says little.',
          '%1 pairs say little: look at how wide the intervals are.',
          pairs.known
        )
      : '',
    pairs.leftOut > 0
      ? trans._n(
          '%1 pair is left out: a prediction is not known.',
          '%1 pairs are left out: a prediction is not known.',
          pairs.leftOut,
          formatCount(pairs.leftOut)
        )
      : '',
    drawn
      ? trans.__(
          'Areas under the ROC curve, with 95 % intervals from %1 bootstrap draws (seed %2); pairs are drawn as pairs.',
          formatCount(drawn.resamples),
          drawn.seed
        )
      : '',
    trans.__(
      'An image is compared with the samples whose true class is the one predicted for it, itself left out.'
    ),
    baseline ? confidenceText(baseline, trans) : '',
    baseline ? gapText(baseline, trans.__('confidence'), trans) : '',
    detected && row !== null
      ? gapText(detected, trans.__('comparison'), trans)
      : ''
  ].filter(line => line !== '');
}

type Noted = Pick<DetectorModel, 'pairs' | 'baseline' | 'row'> & {
  readonly detected: Detected | null;
};

function confidenceText(
  { confidences }: Detected,
  trans: TranslationBundle
): string {
  switch (confidences?.from) {
    case 'column':
      return trans.__("Confidences of samples: the column 'confidence'.");
    case 'layer':
      return trans.__('Confidences: the layer %1.', confidences.layer);
    case 'none':
      return confidences.wrong === null
        ? trans.__(
            "Confidences of samples are not known: record the softmax layer, or give a column 'confidence'."
          )
        : trans.__(
            'Confidences are not known: %1 is no probability.',
            confidences.wrong
          );
    case undefined:
      return '';
  }
}

/** How many images have no number. */
function gapText(
  { scores: [{ images, missing }] }: Detected,
  what: string,
  trans: TranslationBundle
): string {
  const kinds = {
    attacked: trans.__('attacked'),
    benign: trans.__('benign'),
    misclassified: trans.__('misclassified'),
    correct: trans.__('correct')
  };
  const gaps = (['attacked', 'benign', 'misclassified', 'correct'] as const)
    .filter(kind => missing[kind] > 0)
    .map(kind =>
      trans.__(
        '%1 of %2 %3',
        formatCount(missing[kind]),
        formatCount(images[kind]),
        kinds[kind]
      )
    );
  return gaps.length === 0
    ? ''
    : trans.__('No %1, and left out of it: %2 images.', what, gaps.join(', '));
}
