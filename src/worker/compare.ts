import {
  DIVERGENCES,
  isGroupKey,
  isInstanceKey,
  type DivergenceKey
} from '../core/divergence';
import {
  compareCounts,
  compareValues,
  placeCounts,
  placeValues
} from '../core/divergence/compare';
import type {
  GroupDivergence,
  InstanceDivergence
} from '../core/divergence/divergence';
import { mannWhitneyP } from '../core/divergence/mannWhitney';
import { UnavailableError } from '../core/errors';
import { isWithinGrid } from '../core/measure';
import { quoted } from '../core/shown';
import { measureIn, wantedIn } from './answers';
import {
  activationsOf,
  onOwnGrid,
  placesOf,
  type Around,
  type Place,
  type Sampled
} from './places';
import type { Compared, Single, Subset } from './protocol';
import { sampleRow } from './rows';
import { firstOf } from './subsets';

/** a → b in every neuron: from activations where a place has them, else from counts. */
export function compareIn(
  layer: number,
  divergence: DivergenceKey,
  a: Subset,
  b: Subset | Single,
  around: Around
): Promise<Compared> {
  if (isGroupKey(divergence) && !isSingle(b)) {
    return compareGroups(layer, DIVERGENCES[divergence], [a, b], around);
  }
  if (isInstanceKey(divergence) && isSingle(b)) {
    return placeSingle(layer, DIVERGENCES[divergence], a, b, around);
  }
  const what = isSingle(b) ? 'of an instance' : 'of two groups';
  throw new UnavailableError(
    `no divergence ${what}: ${quoted(divergence)}`,
    'unknown'
  );
}

export function isSingle(b: Subset | Single): b is Single {
  return 'instance' in b || 'sample' in b || 'values' in b;
}

async function compareGroups(
  layer: number,
  divergence: GroupDivergence,
  subsets: readonly [Subset, Subset],
  around: Around
): Promise<Compared> {
  const statistics = [divergence, mannWhitneyP];
  const isBinned = divergence.basis === 'bins';
  const sampled = await firstOf(
    placesOf(around, layer).map(
      place => () => sampledIn(place, subsets, around, isBinned)
    )
  );
  if (sampled !== null) {
    const [a, b] = sampled;
    const found = compareValues(a.coded, a.rows, b.rows, statistics, b.coded);
    return { ...found[0], p: found[1].values, from: 'values' };
  }
  const [a, b] = await Promise.all(
    subsets.map(subset => measureIn(layer, subset, around))
  );
  const found = compareCounts(a, b, statistics);
  return { ...found[0], p: found[1].values, from: 'counts' };
}

async function placeSingle(
  layer: number,
  divergence: InstanceDivergence,
  subset: Subset,
  single: Single,
  around: Around
): Promise<Compared> {
  const { values: x, exact } = await rowOf(layer, single, around);
  const isBinned = divergence.basis === 'bins';
  const sampled = await firstOf(
    placesOf(around, layer).map(
      place => () => sampledIn(place, [subset], around, isBinned)
    )
  );
  const [found] = sampled
    ? placeValues(sampled[0].coded, sampled[0].rows, x, [divergence])
    : placeCounts(await measureIn(layer, subset, around), x, [divergence]);
  return {
    ...found,
    // Where its activation is within a bin is not known.
    bounds: exact ? found.bounds : found.bounds.fill(NaN),
    p: null,
    from: sampled ? 'values' : 'counts'
  };
}

async function rowOf(
  layer: number,
  single: Single,
  around: Around
): Promise<{ readonly values: Float32Array; readonly exact: boolean }> {
  if ('sample' in single) {
    return sampleRow(layer, single.sample, around);
  }
  const values =
    'instance' in single
      ? instanceIn(layer, single.instance, around)
      : givenIn(layer, single.values, around);
  return { values, exact: true };
}

/** Values of a layer's neurons that came with the question; [neurons]. */
function givenIn(
  layer: number,
  values: readonly number[],
  { everywhere }: Around
): Float32Array {
  const { neurons } = everywhere[0].recording.layers[layer];
  if (values.length !== neurons) {
    throw new UnavailableError(
      `${values.length} values for ${neurons} neurons`,
      'unknown'
    );
  }
  return Float32Array.from(values);
}

/** The values of an instance in a layer; [neurons]. */
function instanceIn(
  layer: number,
  instance: number,
  { everywhere }: Around
): Float32Array {
  const { layers, instances } = everywhere[0].recording;
  if (!(instance in instances)) {
    throw new UnavailableError(`unknown instance: ${instance}`, 'unknown');
  }
  const { neurons, instances: values } = layers[layer];
  return values.subarray(instance * neurons, (instance + 1) * neurons);
}

/** The activations of subsets in a place, all on one grid, which holds them where bins count; null without. */
async function sampledIn(
  place: Place,
  subsets: readonly Subset[],
  around: Around,
  isBinned: boolean
): Promise<Sampled[] | null> {
  const { opened, layer } = place;
  const wanted = await all(subsets, subset =>
    wantedIn(place, subset, around, layer.activations)
  );
  const sampled =
    wanted && (await all(wanted, one => activationsOf(place, one, around)));
  const kernels = await opened.kernels();
  const fits = ({ coded: { values, grid }, rows }: Sampled) =>
    isWithinGrid({ grid, ...kernels.tallyOf(values, layer.neurons, rows) });
  return sampled === null || !isBinned || sampled.every(fits)
    ? sampled
    : all(wanted ?? [], ({ rows }) => onOwnGrid(place, rows));
}

/** What `make` makes of each; null where it makes nothing of one. */
async function all<T, U>(
  items: readonly T[],
  make: (item: T) => Promise<U | null> | null
): Promise<U[] | null> {
  const made = await Promise.all(items.map(async item => make(item)));
  return made.every(one => one !== null) ? made : null;
}
