import type { Condition } from '../core/condition';
import { neuronsIn, rowsWhere, type NeuronOf } from '../core/conditions';
import { FINE_BINS } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { edgeOf } from '../core/grid';
import { rowsOf } from '../core/groups';
import type { OpenLayer } from '../core/open';
import { quoted } from '../core/shown';
import type { Opened } from './opened';
import { activationsOf, codesOf, type Around, type Place } from './places';
import type { NeuronValues, Subset } from './protocol';

/**
 * The rows of a subset in one place, ascending. Rejects with an UnavailableError where the place does not
 * hold what it takes.
 */
export async function rowsIn(
  opened: Opened,
  subset: Subset,
  around: Around
): Promise<Uint32Array> {
  return 'where' in subset
    ? opened.chosen(subset.where, () => find(opened, subset.where, around))
    : rowsOf(opened.groups(subset.membership), subset.classIndex);
}

async function find(
  opened: Opened,
  where: Condition,
  around: Around
): Promise<Uint32Array> {
  const columns = new Map<string, Float32Array>();
  for (const one of neuronsIn(where)) {
    const { values } = await columnIn(placeOf(opened, one), one.neuron, around);
    columns.set(keyOf(one), values);
  }
  const { samples } = opened.recording;
  return rowsWhere(where, samples, one => columns.get(keyOf(one)) ?? []);
}

function keyOf({ layer, neuron }: NeuronOf): string {
  return `${neuron}:${layer}`;
}

function placeOf(opened: Opened, { layer: name, neuron }: NeuronOf): Place {
  const { layers } = opened.recording;
  const index = layers.findIndex(layer => layer.name === name);
  if (index < 0 || !(neuron >= 0 && neuron < layers[index].neurons)) {
    throw new UnavailableError(
      `unknown neuron: ${neuron} of ${quoted(name)}`,
      'unknown'
    );
  }
  return { opened, index, layer: layers[index] };
}

/**
 * The activations of a neuron by row; centres of bins where a place has no activations or they are too many to
 * read. Rejects with an UnavailableError where it has neither.
 */
export async function columnIn(
  place: Place,
  neuron: number,
  around: Around
): Promise<NeuronValues> {
  const { neurons } = place.layer;
  const sampled = await activationsOf(place, null, around);
  if (sampled !== null) {
    const { values } = sampled.coded;
    const column = new Float32Array(values.length / neurons);
    for (let row = 0; row < column.length; row++) {
      column[row] = values[row * neurons + neuron];
    }
    return { values: column, exact: true };
  }
  const coded = await codesOf(place, null);
  if (coded === null) {
    throw onlySummary(place.layer);
  }
  const { codes, grid } = coded.codes;
  const centres = Float32Array.from({ length: FINE_BINS }, (_, bin) =>
    edgeOf(grid, neuron, bin + 0.5)
  );
  const column = new Float32Array(codes.length / neurons);
  for (let row = 0; row < column.length; row++) {
    column[row] = centres[codes[row * neurons + neuron]];
  }
  return { values: column, exact: false };
}

export function onlySummary({ name }: OpenLayer): UnavailableError {
  return new UnavailableError(
    `${quoted(name)} holds only a summary here, not the activations of single samples`,
    'values'
  );
}

/**
 * What the first way gives that can; null where all give null. Rejects with what the last one lacks where some
 * lack something.
 */
export async function firstOf<T>(
  ways: readonly (() => Promise<T | null> | null)[]
): Promise<T | null> {
  let lacking: Error | null = null;
  for (const way of ways) {
    try {
      const found = await way();
      if (found !== null) {
        return found;
      }
    } catch (error) {
      if (!isLacking(error)) {
        throw error;
      }
      lacking = error;
    }
  }
  if (lacking !== null) {
    throw lacking;
  }
  return null;
}

/** Whether another place may hold what is missing. */
export function isLacking(error: unknown): error is UnavailableError {
  return (
    error instanceof UnavailableError &&
    ['membership', 'samples', 'values'].includes(error.reason)
  );
}
