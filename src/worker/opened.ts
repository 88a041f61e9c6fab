import type { Condition } from '../core/condition';
import { groupSamples, type Groups } from '../core/groups';
import { Following } from '../core/following';
import { codeLayer, codeRows, type Coded } from '../core/measure';
import type { OpenLayer, OpenRecording } from '../core/open';
import { readPart, type Part } from '../core/part';
import { keepRecent } from '../core/recent';
import type { Codes, Grid, Membership, Summary } from '../core/recording';
import type { Ports } from './carriers';
import type { OnProgress } from './protocol';
import type { Reach } from './reach';

/** Activations and their codes are kept up to this much. */
const CODED_BUDGET_BYTES = 2 ** 30;
/** As are summaries, grids, and codes that came without activations. */
const SMALL_BUDGET_BYTES = 2 ** 28;
/** As are the rows of conditions. */
const ROWS_BUDGET_BYTES = 2 ** 26;
/** As are counts of groups that change; a layer that takes more is not followed. */
const FOLLOWED_BUDGET_BYTES = 2 ** 27;

/** A recording and what is kept for it. */
export type Opened = {
  readonly recording: OpenRecording;
  readonly kernels: Ports['kernels'];
  /** Samples by class; throws UnavailableError. */
  groups(membership: Membership): Groups;
  /** The rows that a condition chooses, as `find` finds them. */
  chosen(
    where: Condition,
    find: () => Promise<Uint32Array>
  ): Promise<Uint32Array>;
  /**
   * Parts of layers. Questions at the same time share one read. Activations are coded on `grid`; those of a
   * whole layer on their own where it is null.
   */
  coded(
    layer: OpenLayer,
    reach: Reach<Float32Array>,
    grid: (() => Promise<Grid>) | null
  ): Promise<Coded>;
  codes(layer: OpenLayer, reach: Reach<Codes>): Promise<Codes>;
  summary(layer: OpenLayer, summary: Part<Summary>): Promise<Summary>;
  grid(layer: OpenLayer, grid: Part<Grid>): Promise<Grid>;
  /** What follows groups of a layer; null where `make` has none, and where that takes too much memory. */
  following(
    layer: OpenLayer,
    make: () => Promise<Following | null>
  ): Promise<Following | null>;
  /** Anything else, which is not kept. */
  read<T>(part: Part<T>): Promise<T>;
  /** Whether the part of a reach is here. */
  hasCoded(key: string): boolean;
  hasCodes(key: string): boolean;
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
  function read<T>(
    { name: layer }: { readonly name: string | null },
    part: Part<T>
  ): Promise<T> {
    const reading = readPart(reader, part, (loadedBytes, totalBytes) =>
      onProgress({ layer, loadedBytes, totalBytes })
    );
    reads.add(reading);
    void reading.catch(() => undefined).then(() => reads.delete(reading));
    return reading;
  }
  const coded = keptAnswers<string, Coded>(CODED_BUDGET_BYTES);
  const summaries = keptAnswers<OpenLayer, Summary>(SMALL_BUDGET_BYTES);
  const codes = keptAnswers<string, Codes>(SMALL_BUDGET_BYTES);
  const grids = keptAnswers<OpenLayer, Grid>(SMALL_BUDGET_BYTES);
  const chosen = keptAnswers<string, Uint32Array>(ROWS_BUDGET_BYTES);
  const followed = keptAnswers<OpenLayer, Following | null>(
    FOLLOWED_BUDGET_BYTES
  );
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
    chosen(where, find) {
      const key = JSON.stringify(where);
      // All samples may pass; a character takes two bytes.
      return chosen.get(key, 4 * samples.count + 2 * key.length, find);
    },
    coded(layer, { key, part, rowCount }, grid) {
      // An activation takes four bytes, its code one.
      const sizeBytes = rowCount * layer.neurons * 5;
      return grid === null
        ? coded.get(onOwnGrid(key), sizeBytes, async () =>
            codeLayer(await read(layer, part), layer, await kernels())
          )
        : coded.get(key, sizeBytes, async () => {
            const [values, known] = await Promise.all([
              read(layer, part),
              grid()
            ]);
            return codeRows(values, known, await kernels());
          });
    },
    codes: (layer, { key, part, rowCount }) =>
      codes.get(key, rowCount * layer.neurons, () => read(layer, part)),
    summary: (layer, part) =>
      summaries.get(layer, bytesOf(part), () => read(layer, part)),
    grid: (layer, part) =>
      grids.get(layer, bytesOf(part), () => read(layer, part)),
    async following(layer, make) {
      const sizeBytes = Following.sizeBytes(layer.neurons);
      return sizeBytes > FOLLOWED_BUDGET_BYTES
        ? null
        : followed.get(layer, sizeBytes, make);
    },
    read: part => read({ name: null }, part),
    hasCoded: key => coded.has(key) || coded.has(onOwnGrid(key)),
    hasCodes: codes.has,
    close: () => reader.close?.(),
    retire: () => void Promise.allSettled(reads).then(() => reader.close?.())
  };
}

/** A name for a part whose codes are on its own grid. */
function onOwnGrid(key: string): string {
  return `${key} on its own grid`;
}

function bytesOf({ spans }: Part<unknown>): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
}

/** Answers that are kept, and asked for again when they could not be had. */
function keptAnswers<K, V>(budgetBytes: number) {
  const kept = keepRecent<K, Promise<V>>(budgetBytes);
  return {
    has: kept.has,
    get: (key: K, sizeBytes: number, ask: () => Promise<V>): Promise<V> =>
      kept.get(key, sizeBytes, () => {
        const answer = ask();
        answer.catch(() => kept.drop(key));
        return answer;
      })
  };
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
