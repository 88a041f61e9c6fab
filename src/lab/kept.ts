import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import type { SavedViews } from '../view/saved';
import { parseSaved, savedToJson } from '../view/saved';

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

/** One list out of two: what both have once, other views of a name that is taken under a new name. */
export function mergeSaved(first: SavedViews, second: SavedViews): SavedViews {
  const more = second.filter(s => !first.some(known => sameJson(known, s)));
  return more.reduce<SavedViews>((list, saved) => {
    const taken = new Set(list.map(s => s.name));
    let name = saved.name;
    for (let k = 2; taken.has(name); k++) {
      name = `${saved.name} ${k}`;
    }
    return [...list, { ...saved, name }];
  }, first);
}

/** Whether a newer version wrote the metadata. */
export function isFromFuture(metadata: unknown): boolean {
  return isObject(metadata) && !isVersion1(metadata);
}

/** Whether two values are the same JSON; the order of keys does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSONExt.deepEqual(
    (a ?? null) as ReadonlyPartialJSONValue,
    (b ?? null) as ReadonlyPartialJSONValue
  );
}

function entryOf(metadata: unknown, name: string): Json | null {
  if (!isObject(metadata) || !isVersion1(metadata)) {
    return null;
  }
  const views = metadata['views'];
  const entry =
    isObject(views) && Object.hasOwn(views, name) ? views[name] : null;
  return isObject(entry) ? entry : null;
}

function isVersion1(metadata: Json): boolean {
  return metadata['version'] === 1;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
