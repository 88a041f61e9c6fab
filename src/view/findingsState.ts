import type { Against, LayerScore } from '../core/detector/score';
import { AGAINST, LAYER_SCORES } from '../core/detector/score';
import type { Contrast } from '../core/scores';
import { parseOrder } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { withBeside } from './beside';
import type { FindingsQuestion } from './findings';
import { isPossible, QUESTIONS } from './findings';
import { isObject } from './json';
import type { ViewState } from './state';

/** What is looked for among all layers. Immutable; JSON as `docs/format.md` defines it. */
export type FindingsState = {
  readonly question: FindingsQuestion;
  /** What is compared; null: what the view is about. */
  readonly contrast: Contrast | null;
  /** Name of the only layer that is looked at; null: all. */
  readonly layer: string | null;
  /** Id of the instance that is followed through the layers; null: the attacked one that is shown. */
  readonly follow: string | null;
  /** Name of the layer whose classes are compared, each with each; null: none. */
  readonly matrix: string | null;
  /** The detector; null: it is closed. */
  readonly detector: DetectorState | null;
};

export type DetectorState = {
  readonly score: LayerScore;
  readonly against: Against;
  /** Name of the layer whose curves are looked at; null: all layers together. */
  readonly layer: string | null;
};

export const START_FINDINGS: FindingsState = {
  question: 'most',
  contrast: null,
  layer: null,
  follow: null,
  matrix: null,
  detector: null
};

export const START_DETECTOR: DetectorState = {
  score: 'meanSurprisal',
  against: 'benign',
  layer: null
};

/** What findings may be about. */
type Around = Pick<ViewState, 'groups' | 'brush'>;

/**
 * The parts of `json` that are possible for this recording; null where it opens nothing. Never throws: impossible
 * parts are dropped one by one.
 */
export function parseFindings(
  json: unknown,
  info: RecordingInfo,
  view: Around
): FindingsState | null {
  if (!isObject(json) || Object.keys(json).length === 0) {
    return null;
  }
  return {
    question: oneOf(QUESTIONS, json['question']),
    contrast: parseContrast(json['contrast'], info, view),
    layer: nameOf(json['layer'], info.layers),
    follow: info.instances.find(i => i.id === json['follow'])?.id ?? null,
    matrix: nameOf(json['matrix'], info.layers),
    detector: parseDetector(json['detector'], info)
  };
}

function parseContrast(
  json: unknown,
  info: RecordingInfo,
  view: Around
): Contrast | null {
  const order = isObject(json)
    ? parseOrder({ ...json, by: 'divergence' })
    : null;
  if (order?.by !== 'divergence') {
    return null;
  }
  const { divergence, a, b } = order;
  const contrast = { divergence, a, b };
  return isPossible(contrast, info, view) ? contrast : null;
}

function parseDetector(
  json: unknown,
  { layers }: RecordingInfo
): DetectorState | null {
  return isObject(json)
    ? {
        score: oneOf(LAYER_SCORES, json['score']),
        against: oneOf(AGAINST, json['against']),
        layer: nameOf(json['layer'], layers)
      }
    : null;
}

/** The first is the default. */
function oneOf<T>(allowed: readonly T[], value: unknown): T {
  return allowed.find(one => one === value) ?? allowed[0];
}

function nameOf(
  value: unknown,
  layers: RecordingInfo['layers']
): string | null {
  return layers.find(({ name }) => name === value)?.name ?? null;
}

/** Open the findings; what was last looked for stays, as far as that is possible. */
export function openFindings(
  view: ViewState,
  last: FindingsState,
  info: RecordingInfo
): ViewState {
  return view.findings
    ? view
    : withBeside(view, { findings: parseFindings(last, info, view) });
}

export function closeFindings(view: ViewState): ViewState {
  return view.findings ? withBeside(view, { findings: null }) : view;
}

/** Look for something else, where the findings are open. */
export function changeFindings(
  view: ViewState,
  change: Partial<FindingsState>
): ViewState {
  return view.findings
    ? withBeside(view, { findings: { ...view.findings, ...change } })
    : view;
}
