import type { Condition } from '../core/condition';
import { UnavailableError } from '../core/errors';
import { membersOf } from '../core/groups';
import type { Images, Membership, Samples } from '../core/recording';
import { placesOf, type Around } from './places';
import type { Composition, NeuronValues, SampleClasses } from './protocol';
import { columnIn, firstOf, rowsIn } from './subsets';

/** The activations of one neuron, in the author's order of the samples. */
export async function valuesIn(
  layer: number,
  neuron: number,
  around: Around
): Promise<NeuronValues> {
  const places = placesOf(around, layer);
  if (!(neuron >= 0 && neuron < places[0].layer.neurons)) {
    throw new UnavailableError(`unknown neuron: ${neuron}`, 'unknown');
  }
  // Activations first: codes tell less.
  const [exact, other] = [true, false].map(hasValues =>
    places.filter(place => (place.layer.activations !== null) === hasValues)
  );
  const found = await firstOf(
    [...exact, ...other].map(place => async () => {
      const { values, exact } = await columnIn(place, neuron, around);
      const { samples } = place.opened.recording;
      return { values: inOrder(values, samples), exact };
    })
  );
  return found ?? { values: new Float32Array(0), exact: true };
}

/** Classes of the samples, in the author's order; copies. */
export function samplesIn({ everywhere }: Around): SampleClasses {
  const first = (key: 'labels' | 'predictions') => {
    for (const { samples } of everywhere.map(({ recording }) => recording)) {
      const found = samples[key];
      if (found !== null) {
        return inOrder(found, samples);
      }
    }
    return null;
  };
  return { labels: first('labels'), predictions: first('predictions') };
}

/** A copy of values by row, in the author's order. Of the numbers of the rows: the row of each sample. */
export function inOrder<T extends Float32Array | Float64Array | Int32Array>(
  values: T,
  { order }: Pick<Samples, 'order'>
): T {
  const copy = values.slice() as T;
  for (let row = 0; order !== null && row < order.length; row++) {
    copy[order[row]] = values[row];
  }
  return copy;
}

/** The samples that a condition chooses, as the author counts them; its own array. */
export async function membersIn(
  where: Condition,
  around: Around
): Promise<Uint32Array> {
  const found = await firstOf(
    around.everywhere.map(opened => async () => {
      const { order } = opened.recording.samples;
      const rows = await rowsIn(opened, { where }, around);
      return order ? rows.map(row => order[row]).sort() : rows.slice();
    })
  );
  return found ?? new Uint32Array(0);
}

/** What the samples that a condition chooses are made of. */
export async function compositionIn(
  where: Condition,
  membership: Membership,
  around: Around
): Promise<Composition> {
  const found = await firstOf(
    around.everywhere.map(opened => async () => {
      const { samples, classes } = opened.recording;
      const classOf = membersOf(samples, membership);
      const rows = await rowsIn(opened, { where }, around);
      const sizes = new Uint32Array(classes.length);
      for (const row of rows) {
        if (classOf[row] >= 0) {
          sizes[classOf[row]]++;
        }
      }
      return { size: rows.length, classes: sizes };
    })
  );
  // One place is always there, and answers or rejects.
  return found ?? { size: 0, classes: new Uint32Array(0) };
}

/** The pictures of samples; an output has those of its instances alone, what is attached has all. */
export async function picturesIn(
  samples: readonly number[],
  { everywhere }: Around
): Promise<Images | null> {
  const opened = everywhere
    .filter(({ recording }) => recording.pictures !== null)
    .at(-1);
  const pictures = opened?.recording.pictures;
  if (opened === undefined || !pictures) {
    return null;
  }
  const rowOf = new Map<number, number>();
  pictures.samples.forEach((sample, place) => {
    if (!rowOf.has(sample)) {
      rowOf.set(sample, Math.floor(place / pictures.samplesEach));
    }
  });
  const shown = samples.filter(sample => sample >= 0 && rowOf.has(sample));
  const rows = shown.map(sample => rowOf.get(sample) ?? 0);
  const images = await opened.read(pictures.rows(rows));
  return { ...images, samples: Int32Array.from(shown) };
}
