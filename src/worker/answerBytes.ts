import { FINE_BINS } from '../core/distribution';
import type { Asked, QuestionName, RecordingInfo } from './protocol';

/** Statistics of a neuron in a distribution, besides its counts. */
const STATISTICS_BYTES = 72;
/** Value and bound of a neuron, in one class or of all. */
const ESTIMATED_BYTES = 16;
/** The same and its p. */
const COMPARED_BYTES = 24;

/** ROC curves for each attacked image: two corners in three curves of three scores. */
const CURVE_BYTES = 16 * 2 * 9;

/** About how much memory an answer takes. */
export function answerBytes<K extends QuestionName>(
  info: RecordingInfo | undefined,
  name: K,
  [first]: Asked<K>
): number {
  if (info === undefined) {
    return 0;
  }
  const { sampleCount, classes } = info;
  const neurons =
    typeof first === 'number' ? (info.layers.at(first)?.neurons ?? 0) : 0;
  switch (name) {
    case 'distribution':
    case 'following':
      return neurons * (countsBytes(info) + STATISTICS_BYTES);
    case 'compare':
      return neurons * COMPARED_BYTES;
    case 'matrix':
      return ESTIMATED_BYTES * classes.length ** 2;
    case 'oneVersusRest':
      return ESTIMATED_BYTES * classes.length * neurons;
    case 'detector':
      return CURVE_BYTES * info.instances.length;
    case 'rows':
      return Array.isArray(first) ? first.length * rowBytes(info) : 0;
    case 'values':
    case 'members':
      return 4 * sampleCount;
    case 'samples':
      return 8 * sampleCount;
    case 'pictures':
      return Array.isArray(first) ? first.length * pictureBytes(info) : 0;
    case 'model':
      return info.model?.weightBytes ?? 0;
    default:
      return 4 * classes.length;
  }
}

function countsBytes({ sampleCount }: RecordingInfo): number {
  return FINE_BINS * (sampleCount <= 0xffff ? 2 : 4);
}

function rowBytes({ layers }: RecordingInfo): number {
  return 4 * layers.reduce((sum, { neurons }) => sum + neurons, 0);
}

function pictureBytes({ images }: RecordingInfo): number {
  return images ? images.width * images.height * images.channels : 0;
}
