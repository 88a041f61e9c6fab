import { DIVERGENCES, type GroupKey } from '../core/divergence';
import { stepsByCounts, stepsByValues } from '../core/divergence/matrix';
import { restsByCounts, restsByValues } from '../core/divergence/oneVersusRest';
import type { Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { rowsOf } from '../core/groups';
import type { Coded } from '../core/measure';
import type { Membership } from '../core/recording';
import { measureIn } from './answers';
import { canGroup } from './opened';
import { activationsOf, placesOf, type Around } from './places';
import type { Estimated } from './protocol';
import { firstOf } from './subsets';
import { inTurns } from './turns';

/** Entries that are gone through in activations for one answer; above that it is made from counts. */
const ENTRIES_LIMIT = 2 ** 28;
/** Pairs of classes in a neuron, and classes in a neuron, for one answer from counts. */
const PAIRS_LIMIT = 10_000_000;
const COUNTS_LIMIT = 2 ** 21;

/** Every class with every class: the mean divergence of the neurons; row-major [a, b]. */
export async function matrixIn(
  layer: number,
  divergence: GroupKey,
  membership: Membership,
  around: Around
): Promise<Estimated> {
  const { classes, neurons, samples } = sizesOf(layer, around);
  const statistic = DIVERGENCES[divergence];
  if (neurons * classes * classes > 2 * PAIRS_LIMIT) {
    throw tooMany(classes, neurons);
  }
  // Each class is joined with those before it. What is defined on bins is the same from counts.
  const entries = (neurons * samples * classes) / 2;
  const sampled =
    statistic.basis === 'values' && entries <= ENTRIES_LIMIT
      ? await classValues(layer, membership, around)
      : null;
  return sampled
    ? {
        ...(await inTurns(
          stepsByValues(sampled.coded, sampled.groups, statistic)
        )),
        from: 'values'
      }
    : {
        ...(await inTurns(
          stepsByCounts(await classCounts(layer, membership, around), statistic)
        )),
        from: 'counts'
      };
}

/** The AUC of all other classes → each; row-major [classes, neurons]. */
export async function oneVersusRestIn(
  layer: number,
  membership: Membership,
  around: Around
): Promise<Estimated> {
  const { neurons, samples } = sizesOf(layer, around);
  const sampled =
    neurons * samples <= ENTRIES_LIMIT
      ? await classValues(layer, membership, around)
      : null;
  return sampled
    ? {
        ...(await inTurns(restsByValues(sampled.coded, sampled.groups))),
        from: 'values'
      }
    : {
        ...(await inTurns(
          restsByCounts(await classCounts(layer, membership, around))
        )),
        from: 'counts'
      };
}

function sizesOf(layer: number, { everywhere }: Around) {
  const { classes, layers, samples } = everywhere[0].recording;
  return {
    classes: classes.length,
    neurons: layers[layer].neurons,
    samples: samples.count
  };
}

/** All activations of a layer and the rows of each class; null where no place has them. */
function classValues(
  layer: number,
  membership: Membership,
  around: Around
): Promise<{ coded: Coded; groups: Uint32Array[] } | null> {
  return firstOf(
    placesOf(around, layer).map(place => async () => {
      const { recording, groups } = place.opened;
      const sampled = canGroup(recording, membership)
        ? await activationsOf(place, null, around)
        : null;
      return (
        sampled && {
          coded: sampled.coded,
          groups: recording.classes.map((_, g) => rowsOf(groups(membership), g))
        }
      );
    })
  );
}

async function classCounts(
  layer: number,
  membership: Membership,
  around: Around
): Promise<Distribution[]> {
  const { classes, neurons } = sizesOf(layer, around);
  if (classes * neurons > COUNTS_LIMIT) {
    throw tooMany(classes, neurons);
  }
  return Promise.all(
    Array.from({ length: classes }, (_, classIndex) =>
      measureIn(layer, { classIndex, membership }, around)
    )
  );
}

function tooMany(classes: number, neurons: number): UnavailableError {
  return new UnavailableError(
    `${classes} classes in ${neurons} neurons are too many to compare each with others`,
    'work'
  );
}
