import {
  areProbabilities,
  instanceConfidences,
  largestOf,
  wrongProbability
} from '../core/detector/confidence';
import { kindsOf, splitBy } from '../core/detector/kinds';
import {
  drawnFor,
  LAYER_SCORES,
  numbersOf,
  scoreOf,
  type ScoreKey
} from '../core/detector/score';
import {
  joined,
  standingsAt,
  standingsOf,
  type Standings
} from '../core/detector/standings';
import { UnavailableError } from '../core/errors';
import type { Coded } from '../core/measure';
import type { OpenLayer } from '../core/open';
import type { Opened } from './opened';
import {
  activationsOf,
  onOwnGrid,
  placesOf,
  type Around,
  type Place
} from './places';
import type { ConfidenceSource, Detected, DetectorOf } from './protocol';
import { inOrder, samplesIn } from './samples';
import { firstOf, isLacking, onlySummary } from './subsets';

/** Standings of all instances, and of all samples in the author's order. */
type Placed = { readonly instances: Standings; readonly samples: Standings };

/** Of the recordings that are open; what all layers say together is asked after each. */
const known = new WeakMap<Opened, Map<number, Promise<Placed>>>();

/** How well attacked images are told from others; the definitions are those of `neuraldivergence/detector.py`. */
export async function detectorIn(
  of: DetectorOf,
  around: Around
): Promise<Detected> {
  if (of === 'confidence') {
    const { instances, samples, source } = await confidencesIn(around);
    const doubt = (values: Float64Array) => values.map(value => 1 - value);
    const numbers = { doubt: [doubt(instances), doubt(samples)] as const };
    return detected(['doubt'], numbers, around, source);
  }
  const { layers } = around.everywhere[0].recording;
  const parts =
    of === 'layers'
      ? await Promise.all(layers.map((_, layer) => placedIn(layer, around)))
      : [await placedIn(of, around)];
  const ofInstances = numbersOf(joined(parts.map(part => part.instances)));
  const ofSamples = numbersOf(joined(parts.map(part => part.samples)));
  const numbers = Object.fromEntries(
    LAYER_SCORES.map(key => [key, [ofInstances[key], ofSamples[key]] as const])
  );
  return detected(LAYER_SCORES, numbers, around, null);
}

function detected(
  keys: readonly ScoreKey[],
  numbers: Readonly<
    Record<string, readonly [instances: Float64Array, samples: Float64Array]>
  >,
  around: Around,
  confidences: ConfidenceSource | null
): Detected {
  const { labels, predictions } = classesIn(around);
  const { instances } = around.everywhere[0].recording;
  const kinds = kindsOf(instances, labels, predictions);
  if (kinds.attacked.length === 0) {
    throw new UnavailableError(
      'no pair of a benign and an attacked image has both predictions',
      'pairs'
    );
  }
  const drawn = drawnFor(kinds);
  return {
    scores: keys.map(key =>
      scoreOf(key, splitBy(kinds, ...numbers[key]), drawn)
    ),
    drawn,
    confidences
  };
}

function classesIn(around: Around) {
  const { labels, predictions } = samplesIn(around);
  if (labels === null) {
    throw new UnavailableError(
      'the recording has no labels, so no classes',
      'membership'
    );
  }
  return { labels, predictions };
}

function placedIn(layer: number, around: Around): Promise<Placed> {
  const [opened] = around.everywhere;
  const ofLayers = known.get(opened) ?? new Map<number, Promise<Placed>>();
  known.set(opened, ofLayers);
  const kept = ofLayers.get(layer) ?? place(layer, around);
  ofLayers.set(layer, kept);
  // Another place may have them later.
  kept.catch(() => ofLayers.delete(layer));
  return kept;
}

async function place(layer: number, around: Around): Promise<Placed> {
  const { instances, layers } = around.everywhere[0].recording;
  const { labels, predictions } = classesIn(around);
  const { coded, order } = await allValues(layer, around);
  const samples = Int32Array.from(labels.keys());
  const rowOf = inOrder(samples, { order });
  const byRow = (classes: Int32Array) =>
    Int32Array.from(order ?? samples, sample => classes[sample]);
  const ofInstances = {
    values: layers[layer].instances,
    classes: Int32Array.from(instances, one => one.prediction ?? -1),
    rows: Int32Array.from(instances, ({ sample }) =>
      sample === null ? -1 : rowOf[sample]
    )
  };
  const ofRows = {
    values: coded.values,
    classes: byRow(predictions ?? labels.map(() => -1)),
    rows: samples
  };
  const [first, second] = [ofInstances, ofRows].map(images =>
    standingsOf(images, coded, byRow(labels))
  );
  return { instances: first, samples: standingsAt(second, rowOf) };
}

/** All activations of a layer where a place has them, with that place's order of rows. */
async function allValues(
  layer: number,
  around: Around
): Promise<{ coded: Coded; order: Int32Array | null }> {
  const found = await firstOf(
    placesOf(around, layer).map(place => async () => {
      const coded = await valuesAt(place, around);
      return coded && { coded, order: place.opened.recording.samples.order };
    })
  );
  if (found === null) {
    throw onlySummary(around.everywhere[0].recording.layers[layer]);
  }
  return found;
}

async function valuesAt(place: Place, around: Around): Promise<Coded | null> {
  const sampled =
    (await activationsOf(place, null, around)) ??
    (await onOwnGrid(place, new Uint32Array(0)));
  return sampled?.coded ?? null;
}

/** The probability of the predicted class of instances and of samples; NaN: not known. */
async function confidencesIn(around: Around): Promise<{
  instances: Float64Array;
  samples: Float64Array;
  source: ConfidenceSource;
}> {
  const { instances, classes, samples } = around.everywhere[0].recording;
  const softmax = await softmaxIn(around);
  const none = new Float64Array(samples.count).fill(NaN);
  const column = confidenceColumn(around);
  const ofSamples = column ?? softmax?.samples ?? none;
  const ofInstances = instanceConfidences(
    instances,
    softmax && largestOf(softmax.layer.instances, classes.length),
    ofSamples
  );
  const wrong = [ofSamples, ofInstances]
    .map(wrongProbability)
    .find(value => value !== undefined);
  if (wrong !== undefined) {
    return {
      instances: ofInstances.fill(NaN),
      samples: none,
      source: { from: 'none', wrong }
    };
  }
  return {
    instances: ofInstances,
    samples: ofSamples,
    source: column
      ? { from: 'column' }
      : softmax
        ? { from: 'layer', layer: softmax.layer.name }
        : { from: 'none', wrong: null }
  };
}

/** The numbers of the column `confidence`, in the author's order. */
function confidenceColumn({ everywhere }: Around): Float64Array | null {
  for (const { recording } of everywhere) {
    const { samples } = recording;
    const column = samples.columns.find(
      ({ name, categories }) => name === 'confidence' && categories === null
    );
    if (column) {
      return inOrder(Float64Array.from(column.values), samples);
    }
  }
  return null;
}

/** The first layer that holds the probabilities of all classes, and the largest of each sample. */
async function softmaxIn(
  around: Around
): Promise<{ layer: OpenLayer; samples: Float64Array } | null> {
  const { classes, layers } = around.everywhere[0].recording;
  const width = classes.length;
  for (const [index, layer] of layers.entries()) {
    if (width < 2 || layer.neurons !== width) {
      continue;
    }
    const found = await allValues(index, around).catch((error: unknown) => {
      if (isLacking(error)) {
        return null;
      }
      throw error;
    });
    const tables = found && [found.coded.values, layer.instances];
    if (found && tables?.every(rows => areProbabilities(rows, width))) {
      const samples = inOrder(largestOf(found.coded.values, width), found);
      return { layer, samples };
    }
  }
  return null;
}
