import { FINE_BINS, type Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { rowsOf } from '../core/groups';
import { measureCodes, measureValues, summarised } from '../core/measure';
import type { OpenLayer } from '../core/open';
import type { Membership } from '../core/recording';
import { canGroup, type Opened } from './opened';

/** A layer in one of the places where the recording is. */
export type Place = { readonly opened: Opened; readonly layer: OpenLayer };

type Asked = { readonly classIndex: number; readonly membership: Membership };

/** An answer of a place; null where it has none of this kind. */
type Way = (place: Place, asked: Asked) => Promise<Distribution> | null;

/** The better comes first: numbers of an exact summary are those of the activations, and less is read. */
const WAYS: readonly Way[] = [
  (place, asked) => (isFull(place, asked) ? bySummary(place, asked) : null),
  byActivations,
  bySummary,
  byCodes
];

/**
 * The distribution of a class in a layer, in the best way that one of the places has.
 * Rejects with an UnavailableError when none can tell classes so.
 */
export async function measureIn(
  places: readonly Place[],
  classIndex: number,
  membership: Membership
): Promise<Distribution> {
  for (const way of WAYS) {
    for (const place of places) {
      const answer = way(place, { classIndex, membership });
      if (answer !== null) {
        return answer;
      }
    }
  }
  throw unanswerable(places[0].layer, membership);
}

function isFull({ layer }: Place, { membership }: Asked): boolean {
  const { summary } = layer;
  return (
    summary?.membership === membership &&
    summary.exact &&
    summary.bins === FINE_BINS
  );
}

function bySummary({ opened, layer }: Place, asked: Asked) {
  const { summary, neurons } = layer;
  return summary?.membership === asked.membership
    ? opened
        .summary(layer, summary)
        .then(found => summarised(found, neurons, asked.classIndex))
    : null;
}

function byActivations({ opened, layer }: Place, asked: Asked) {
  const { activations } = layer;
  return activations !== null && canGroup(opened.recording, asked.membership)
    ? opened
        .coded(layer, activations)
        .then(async coded =>
          measureValues(coded, rowsIn(opened, asked), await opened.kernels())
        )
    : null;
}

function byCodes({ opened, layer }: Place, asked: Asked) {
  const { codes } = layer;
  return codes !== null && canGroup(opened.recording, asked.membership)
    ? opened
        .codes(layer, codes)
        .then(async coded =>
          measureCodes(coded, rowsIn(opened, asked), await opened.kernels())
        )
    : null;
}

function rowsIn(opened: Opened, { classIndex, membership }: Asked) {
  return rowsOf(opened.groups(membership), classIndex);
}

function unanswerable(
  { name, activations, codes, summary }: OpenLayer,
  membership: Membership
): UnavailableError {
  return new UnavailableError(
    (activations ?? codes) === null
      ? `${name} holds only a summary by ${summary?.membership}, none by ${membership}`
      : `this recording cannot tell classes by ${membership}`,
    'membership'
  );
}
