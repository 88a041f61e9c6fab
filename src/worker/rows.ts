import { UnavailableError } from '../core/errors';
import { edgeOf } from '../core/grid';
import type { OpenLayer } from '../core/open';
import { allParts, type Part, type TablePart } from '../core/part';
import type { Opened } from './opened';
import { placesOf, type Around, type Place } from './places';
import type { SampleRows } from './protocol';
import { onlySummary } from './subsets';

/** The activations of some samples in a layer, row-major [samples, neurons]. */
type Rows = {
  readonly values: Float32Array;
  /** False: centres of bins. */
  readonly exact: boolean;
};

/** What is known of single samples, in the order asked for. */
export async function rowsIn(
  samples: readonly number[],
  around: Around
): Promise<SampleRows> {
  const { layers } = around.everywhere[0].recording;
  const found = await sampleRows([...layers.keys()], samples, around);
  if (found.every(rows => rows === null)) {
    throw onlySummary(layers[0]);
  }
  return {
    labels: classesOf('labels', samples, around),
    predictions: classesOf('predictions', samples, around),
    values: found.map(rows => rows && rows.values),
    exact: found.every(rows => rows === null || rows.exact)
  };
}

/** One sample in a layer; [neurons]. Rejects where only a summary of the layer is here. */
export async function sampleRow(
  layer: number,
  sample: number,
  around: Around
): Promise<Rows> {
  const [rows] = await sampleRows([layer], [sample], around);
  if (rows === null) {
    throw onlySummary(around.everywhere[0].recording.layers[layer]);
  }
  return rows;
}

/**
 * Samples in some layers; null for a layer of which only a summary is here. Only their rows are read, those of all
 * layers together, and they are not kept.
 */
async function sampleRows(
  layers: readonly number[],
  samples: readonly number[],
  around: Around
): Promise<readonly (Rows | null)[]> {
  const best = layers.map(layer => bestPlace(placesOf(around, layer)));
  const found = new Map<Place, Rows>();
  for (const opened of around.everywhere) {
    const places = best.flatMap(one => (one?.opened === opened ? [one] : []));
    const rows = samples.map(sample => rowIn(opened, sample));
    const parts = places.map(({ layer }) => rowsPart(layer, rows));
    const read = parts.length > 0 ? await opened.read(allParts(parts)) : [];
    read.forEach((one, k) => found.set(places[k], one));
  }
  return best.map(place => (place && found.get(place)) ?? null);
}

/** Where activations are, else where codes are; null where neither is. */
function bestPlace(places: readonly Place[]): Place | null {
  const withValues = places.find(({ layer }) => layer.activations !== null);
  return withValues ?? places.find(({ layer }) => layer.codes !== null) ?? null;
}

function rowsPart(
  { activations, codes, neurons }: OpenLayer,
  rows: readonly number[]
): Part<Rows> {
  if (activations !== null) {
    return someRows(activations, rows, neurons, true, (all, at) => all[at]);
  }
  if (codes !== null) {
    return someRows(codes, rows, neurons, false, (all, at, neuron) =>
      edgeOf(all.grid, neuron, all.codes[at] + 0.5)
    );
  }
  throw new UnavailableError('neither activations nor codes', 'values');
}

/** Rows of a table in the order asked for; `valueAt` has the place of an entry among those that are read. */
function someRows<T>(
  table: Part<T> & { readonly rows: TablePart<T>['rows'] | null },
  rows: readonly number[],
  neurons: number,
  exact: boolean,
  valueAt: (read: T, at: number, neuron: number) => number
): Part<Rows> {
  const inOrder = [...new Set(rows)].sort((a, b) => a - b);
  const runs = inOrder.map(begin => ({ begin, end: begin + 1 }));
  const part = table.rows === null ? table : table.rows(runs);
  const places =
    table.rows === null ? rows : rows.map(row => inOrder.indexOf(row));
  return {
    spans: part.spans,
    make: bytesOf => {
      const read = part.make(bytesOf);
      const values = new Float32Array(rows.length * neurons);
      places.forEach((place, k) => {
        for (let neuron = 0; neuron < neurons; neuron++) {
          values[k * neurons + neuron] = valueAt(
            read,
            place * neurons + neuron,
            neuron
          );
        }
      });
      return { values, exact };
    }
  };
}

/** The row of a sample in one place. */
function rowIn({ recording }: Opened, sample: number): number {
  const { order, count } = recording.samples;
  if (!(Number.isInteger(sample) && sample >= 0 && sample < count)) {
    throw new UnavailableError(`unknown sample: ${sample}`, 'unknown');
  }
  return order === null ? sample : order.indexOf(sample);
}

function classesOf(
  key: 'labels' | 'predictions',
  asked: readonly number[],
  { everywhere }: Around
): Int32Array | null {
  for (const opened of everywhere) {
    const known = opened.recording.samples[key];
    if (known !== null) {
      return Int32Array.from(asked, sample => known[rowIn(opened, sample)]);
    }
  }
  return null;
}
