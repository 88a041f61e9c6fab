import type { Distribution } from '../core/distribution';
import { Following } from '../core/following';
import { measureIn, wantedIn } from './answers';
import { activationsOf, placesOf, type Around, type Place } from './places';
import type { Subset } from './protocol';
import { wholeReach } from './reach';

const NO_ROWS = new Uint32Array(0);

/**
 * As `measureIn`, for a subset that changes all the time: within one bin, from the activations that are here. Where
 * there are none it is the same.
 */
export async function followIn(
  layer: number,
  subset: Subset,
  around: Around
): Promise<Distribution> {
  for (const place of placesOf(around, layer)) {
    const following = await followingOf(place, around);
    const wanted =
      following &&
      (await wantedIn(place, subset, around, place.layer.activations));
    if (wanted) {
      return following.measure(wanted.rows);
    }
  }
  return measureIn(layer, subset, around);
}

/** Null where not all activations of the layer are here, and where it would take too much memory. */
async function followingOf(
  place: Place,
  around: Around
): Promise<Following | null> {
  const { opened, layer } = place;
  const { activations } = layer;
  if (
    activations === null ||
    !opened.hasCoded(wholeReach(opened, layer, activations, NO_ROWS).key)
  ) {
    return null;
  }
  return opened.following(layer, async () => {
    const sampled = await activationsOf(place, null, around);
    const { count } = opened.recording.samples;
    return (
      sampled && Following.of(sampled.coded, count, await opened.kernels())
    );
  });
}
