import type { JsonObject } from '../view/json';
import { isObject } from '../view/json';
import type { SavedViews } from '../view/saved';
import { parseSaved, savedToJson } from '../view/saved';

export { sameJson } from '../view/json';
export { mergeSaved } from '../view/saved';

/** Key of the views in a cell's metadata. */
export const METADATA_KEY = 'neuraldivergence';

/** What a cell keeps for one recording. */
export type Kept = {
  /** The view that was on screen, as JSON; undefined: none. */
  readonly current: unknown;
  readonly saved: SavedViews;
};

export const NOTHING_KEPT: Kept = { current: undefined, saved: [] };

/** What a cell's metadata keep for the recording of this name. Never throws. */
export function readKept(metadata: unknown, name: string): Kept {
  const entry = entryOf(metadata, name);
  return entry
    ? { current: entry['current'], saved: parseSaved(entry['saved']) }
    : NOTHING_KEPT;
}

/**
 * The metadata with what is kept for this recording replaced; everything else stays.
 * Null when a newer version wrote the metadata: then nothing may be changed.
 */
export function withKept(
  metadata: unknown,
  name: string,
  { current, saved }: Kept
): object | null {
  if (isFromFuture(metadata)) {
    return null;
  }
  const base = isObject(metadata) ? metadata : {};
  const views = isObject(base['views']) ? base['views'] : {};
  const entry = {
    ...entryOf(metadata, name),
    ...(current === undefined ? {} : { current }),
    saved: savedToJson(saved)
  };
  const others = Object.entries(views).filter(([key]) => key !== name);
  return {
    ...base,
    version: 1,
    // Own properties, also for a recording named "__proto__".
    views: Object.fromEntries([...others, [name, entry]])
  };
}

/** Whether a newer version wrote the metadata. */
export function isFromFuture(metadata: unknown): boolean {
  return isObject(metadata) && !isVersion1(metadata);
}

function entryOf(metadata: unknown, name: string): JsonObject | null {
  if (!isObject(metadata) || !isVersion1(metadata)) {
    return null;
  }
  const views = metadata['views'];
  const entry =
    isObject(views) && Object.hasOwn(views, name) ? views[name] : null;
  return isObject(entry) ? entry : null;
}

function isVersion1(metadata: JsonObject): boolean {
  return metadata['version'] === 1;
}
