import { groupSamples, type Groups } from '../core/groups';
import { codeLayer, type Coded } from '../core/measure';
import type { OpenLayer, OpenRecording } from '../core/open';
import { readPart, type Part } from '../core/part';
import { keepRecent } from '../core/recent';
import type { Codes, Membership, Summary } from '../core/recording';
import type { Ports } from './carriers';
import type { OnProgress } from './protocol';

/** Activations of layers and their codes are kept up to this much. */
const LAYERS_BUDGET_BYTES = 2 ** 31;
/** As are summaries, and codes that came without activations. */
const SUMMARIES_BUDGET_BYTES = 2 ** 28;

/** A recording and what is kept for it. */
export type Opened = {
  readonly recording: OpenRecording;
  readonly kernels: Ports['kernels'];
  /** Samples by class; throws UnavailableError. */
  groups(membership: Membership): Groups;
  /** Parts of layers. Questions at the same time share one read. */
  coded(layer: OpenLayer, activations: Part<Float32Array>): Promise<Coded>;
  summary(layer: OpenLayer, summary: Part<Summary>): Promise<Summary>;
  codes(layer: OpenLayer, codes: Part<Codes>): Promise<Codes>;
  /** Stops what is being read. */
  close(): void;
  /** Nothing more is asked: closes once nothing is being read. */
  retire(): void;
};

/** `onProgress` hears of downloads, often. */
export function openRecording(
  recording: OpenRecording,
  { kernels }: Ports,
  onProgress: OnProgress
): Opened {
  const { samples, classes, reader } = recording;
  const groups = new Map<Membership, Groups>();
  const reads = new Set<Promise<unknown>>();
  function read<T>({ name: layer }: OpenLayer, part: Part<T>): Promise<T> {
    const reading = readPart(reader, part, (loadedBytes, totalBytes) =>
      onProgress({ layer, loadedBytes, totalBytes })
    );
    reads.add(reading);
    void reading.catch(() => undefined).then(() => reads.delete(reading));
    return reading;
  }
  const activations = keptAnswers<OpenLayer, Coded>(LAYERS_BUDGET_BYTES);
  const summaries = keptAnswers<OpenLayer, Summary>(SUMMARIES_BUDGET_BYTES);
  const codes = keptAnswers<OpenLayer, Codes>(SUMMARIES_BUDGET_BYTES);
  return {
    recording,
    kernels,
    groups(membership) {
      const found =
        groups.get(membership) ??
        groupSamples(samples, membership, classes.length);
      groups.set(membership, found);
      return found;
    },
    // An activation takes four bytes, its code one.
    coded: (layer, part) =>
      activations(layer, samples.count * layer.neurons * 5, async () =>
        codeLayer(await read(layer, part), layer, await kernels())
      ),
    summary: (layer, part) =>
      summaries(layer, sizeOf(part), () => read(layer, part)),
    codes: (layer, part) => codes(layer, sizeOf(part), () => read(layer, part)),
    close: () => reader.close?.(),
    retire: () => void Promise.allSettled(reads).then(() => reader.close?.())
  };
}

function sizeOf({ spans }: Part<unknown>): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
}

/** Answers that are kept, and asked for again when they could not be had. */
function keptAnswers<K, V>(budgetBytes: number) {
  const kept = keepRecent<K, Promise<V>>(budgetBytes);
  return (key: K, sizeBytes: number, ask: () => Promise<V>): Promise<V> =>
    kept.get(key, sizeBytes, () => {
      const answer = ask();
      answer.catch(() => kept.drop(key));
      return answer;
    });
}

/** Whether the samples can be put into classes so. */
export function canGroup(
  { samples }: OpenRecording,
  membership: Membership
): boolean {
  const { labels, predictions } = samples;
  return (
    (membership === 'prediction' || labels !== null) &&
    (membership === 'label' || predictions !== null)
  );
}
