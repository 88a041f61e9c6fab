import { classesIn, type Chosen } from '../core/classesIn';
import type { SummaryPart } from '../core/decode';
import type { Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { groupSizes } from '../core/groups';
import {
  isWithinGrid,
  measureCodes,
  measureValues,
  summarised
} from '../core/measure';
import type { OpenLayer } from '../core/open';
import type { Summary } from '../core/recording';
import { summed } from '../core/summed';
import { canGroup, type Opened } from './opened';
import {
  activationsOf,
  codesOf,
  isFine,
  onOwnGrid,
  placesOf,
  type Around,
  type Place,
  type Wanted
} from './places';
import type { Subset } from './protocol';
import { firstOf, onlySummary, rowsIn } from './subsets';

/** An answer of a place; null where it has none of this kind. */
type Way = (
  place: Place,
  subset: Subset,
  around: Around
) => Promise<Distribution | null> | null;

/** The better comes first. Numbers of an exact summary are those of the activations, and less is read. */
const WAYS: readonly Way[] = [
  byExactSummary,
  byActivations,
  bySummary,
  byCodes
];

/**
 * The distribution of a subset in a layer, in the best way that one of the places has.
 * Rejects with an UnavailableError when none can tell its samples from others.
 */
export async function measureIn(
  layer: number,
  subset: Subset,
  around: Around
): Promise<Distribution> {
  const places = placesOf(around, layer);
  const found = await firstOf(
    WAYS.flatMap(way => places.map(place => () => way(place, subset, around)))
  );
  if (found === null) {
    throw unanswerable(places[0].layer, subset);
  }
  return found;
}

function byExactSummary(place: Place, subset: Subset) {
  const { layer } = place;
  const chosen = layer.summary && summedClasses(place, layer.summary, subset);
  return isFine(layer) && chosen?.classes.length === 1
    ? bySummary(place, subset)
    : null;
}

function bySummary(place: Place, subset: Subset) {
  const { opened, layer } = place;
  const { summary } = layer;
  const chosen = summary && summedClasses(place, summary, subset);
  return (
    chosen &&
    opened
      .summary(layer, summary)
      .then(found => summarisedClasses(found, chosen.classes))
  );
}

/** The classes of a summary that a subset is made of; null where it is made of others. */
function summedClasses(
  { opened }: Place,
  { membership }: SummaryPart,
  subset: Subset
): Chosen | null {
  if (!('where' in subset)) {
    return subset.membership === membership
      ? { classes: [subset.classIndex], others: false }
      : null;
  }
  const { classes } = opened.recording;
  const chosen = classesIn(subset.where, membership, classes.length);
  return chosen?.others && hasOthers(opened, membership) ? null : chosen;
}

/** Whether there may be samples without a class. */
function hasOthers(
  { recording, groups }: Opened,
  membership: Summary['membership']
): boolean {
  return (
    !canGroup(recording, membership) ||
    groupSizes(groups(membership)).reduce((sum, size) => sum + size, 0) <
      recording.samples.count
  );
}

function summarisedClasses(
  summary: Summary,
  classes: readonly number[]
): Distribution {
  const parts = classes.map(g => summarised(summary, g));
  return parts.length === 1
    ? parts[0]
    : summed(parts, summary.grid, summary.bins);
}

/** Where no grid is stored, or values have no bin on it, it takes all samples to make it. */
async function byActivations(place: Place, subset: Subset, around: Around) {
  const wanted = await wantedIn(place, subset, around, place.layer.activations);
  const sampled = wanted && (await activationsOf(place, wanted, around));
  if (wanted === null || sampled === null) {
    return null;
  }
  const kernels = await place.opened.kernels();
  const measured = measureValues(sampled.coded, sampled.rows, kernels);
  if (isWithinGrid(measured)) {
    return measured;
  }
  const own = await onOwnGrid(place, wanted.rows);
  return own && measureValues(own.coded, own.rows, kernels);
}

async function byCodes(place: Place, subset: Subset, around: Around) {
  const wanted = await wantedIn(place, subset, around, place.layer.codes);
  const found = wanted && (await codesOf(place, wanted));
  return (
    found && measureCodes(found.codes, found.rows, await place.opened.kernels())
  );
}

/** The samples to look at in `table`; null without it, and where classes are unknown. */
export async function wantedIn(
  { opened }: Place,
  subset: Subset,
  around: Around,
  table: unknown
): Promise<Wanted | null> {
  const isUnknown =
    !('where' in subset) && !canGroup(opened.recording, subset.membership);
  return table === null || isUnknown
    ? null
    : { subset, rows: await rowsIn(opened, subset, around) };
}

function unanswerable(layer: OpenLayer, subset: Subset): UnavailableError {
  const { name, activations, codes, summary } = layer;
  if ('where' in subset) {
    return onlySummary(layer);
  }
  const { membership } = subset;
  return new UnavailableError(
    (activations ?? codes) === null
      ? `${name} holds only a summary by ${summary?.membership}, none by ${membership}`
      : `this recording cannot tell classes by ${membership}`,
    'membership'
  );
}
