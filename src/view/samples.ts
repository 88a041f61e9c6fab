import type { UnavailableError } from '../core/errors';
import type {
  Answering,
  RecordingInfo,
  SampleClasses,
  SampleRows
} from '../worker/protocol';
import type { AddedInstance } from './added';
import { isLacking } from './answers';
import type { ViewState } from './state';

/** A view has no more samples as instances. */
export const SAMPLES_AT_MOST = 100;

type Sampled = Pick<ViewState, 'samples'>;

/** The id of the instance that a sample is in a view. */
export function sampleId(sample: number): string {
  return `sample:${sample}`;
}

/** The sample that an instance of a view is; null for one of the recording. */
export function sampleOf(id: string, { samples }: Sampled): number | null {
  return samples.find(sample => sampleId(sample) === id) ?? null;
}

/** What is known of a recording, with the names of samples that a view adds: where all else of them does not count. */
export function withSampleNames(
  info: RecordingInfo,
  { samples }: Sampled
): RecordingInfo {
  const named = samples.map(sample => unknownSample(sample).instance);
  return { ...info, instances: [...info.instances, ...named] };
}

/**
 * The samples of `json` that can be instances of a view of this recording: each once, at most 100, none whose id
 * is taken. Null when `json` is no list. Never throws.
 */
export function parseSamples(
  json: unknown,
  { sampleCount, instances }: RecordingInfo
): readonly number[] | null {
  if (!Array.isArray(json)) {
    return null;
  }
  const taken = new Set(instances.map(i => i.id));
  const isPossible = (sample: unknown): sample is number =>
    typeof sample === 'number' &&
    Number.isInteger(sample) &&
    sample >= 0 &&
    sample < sampleCount &&
    !taken.has(sampleId(sample));
  const possible = new Set((json as unknown[]).filter(isPossible));
  return [...possible].slice(0, SAMPLES_AT_MOST);
}

/** A sample as an instance of which nothing is known yet. */
export function unknownSample(sample: number): AddedInstance {
  return {
    instance: {
      id: sampleId(sample),
      // As `with_instance(sample=…)` names it in Python.
      name: `sample ${sample}`,
      role: 'plain',
      pair: null,
      label: null,
      prediction: null,
      confidence: null,
      sample,
      image: null
    },
    image: null,
    values: null
  };
}

/**
 * Samples as instances; with their classes alone where the recording does not hold activations of single samples, of
 * which `onRefusal` hears. Rejects as the engine does where more is wrong.
 */
export async function askSamples(
  engine: Pick<Answering, 'rows' | 'samples'>,
  samples: readonly number[],
  onRefusal: (refusal: UnavailableError) => void = () => undefined,
  signal?: AbortSignal
): Promise<readonly AddedInstance[]> {
  if (samples.length === 0) {
    return [];
  }
  try {
    const rows = await engine.rows(samples, signal);
    return samples.map((_, place) => knownSample(samples, place, rows));
  } catch (error) {
    if (!isLacking(error)) {
      throw error;
    }
    onRefusal(error);
    const classes = await engine.samples(signal);
    return samples.map(sample => ({
      ...withClasses(unknownSample(sample), classes, sample),
      values: []
    }));
  }
}

function knownSample(
  samples: readonly number[],
  place: number,
  rows: SampleRows
): AddedInstance {
  return {
    ...withClasses(unknownSample(samples[place]), rows, place),
    values: rows.values.map(values => {
      const neurons = (values?.length ?? 0) / samples.length;
      return values && values.subarray(place * neurons, (place + 1) * neurons);
    })
  };
}

/** The same with what classes of samples say at a place. */
function withClasses(
  added: AddedInstance,
  { labels, predictions }: SampleClasses,
  place: number
): AddedInstance {
  const instance = {
    ...added.instance,
    label: classAt(labels, place),
    prediction: classAt(predictions, place)
  };
  return { ...added, instance };
}

function classAt(classes: Int32Array | null, place: number): number | null {
  const found = classes?.[place] ?? -1;
  return found < 0 ? null : found;
}
