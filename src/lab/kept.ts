import type { JsonObject } from '../view/json';
import { isObject, sameJson, unknownVersion } from '../view/json';
import type { SavedViews } from '../view/saved';
import { mergeSaved, parseSaved, savedToJson } from '../view/saved';

/** Key of the views in a cell's metadata. */
export const METADATA_KEY = 'neuraldivergence';

/** What a view belongs to: the recording's name, and the view that its output was made to begin with. */
export type Key = {
  readonly name: string;
  /** The `view` of the output's descriptor. */
  readonly start: unknown;
};

/** What a cell keeps for one output. */
export type Kept = {
  /** The view that was on screen, as JSON; undefined: none. */
  readonly current: unknown;
  readonly saved: SavedViews;
};

const NOTHING_KEPT: Kept = { current: undefined, saved: [] };

/** Outputs of one recording in one cell whose views are kept; the least recently changed are forgotten. */
const CURRENTS_AT_MOST = 40;

/** What a cell's metadata keep for an output. Never throws. */
export function readKept(metadata: unknown, { name, start }: Key): Kept {
  const entry = entryOf(metadata, name);
  return entry
    ? {
        current: currentOf(entry, start),
        saved: parseSaved(entry['saved'])
      }
    : NOTHING_KEPT;
}

/**
 * The metadata with what is kept for this output replaced; everything else stays, also a current view that a
 * newer version wrote. Null when a newer version wrote the metadata: then nothing may be changed.
 */
export function withKept(
  metadata: unknown,
  { name, start }: Key,
  { current, saved }: Kept
): object | null {
  if (isNewer(metadata)) {
    return null;
  }
  const base = isObject(metadata) ? metadata : {};
  const views = isObject(base['views']) ? base['views'] : {};
  const before = entryOf(metadata, name) ?? {};
  const entry = {
    ...before,
    ...(current === undefined || isNewer(currentOf(before, start))
      ? {}
      : withCurrent(before, start, current)),
    saved: savedToJson(saved)
  };
  const key = escaped(name);
  const others = Object.entries(views).filter(([k]) => k !== key);
  return {
    ...base,
    version: 1,
    views: Object.fromEntries([...others, [key, withKeys(entry, escaped)]])
  };
}

/** The view that was on screen in the first of several cells that keeps one. */
export function firstCurrent(kept: readonly Kept[]): unknown {
  return kept.find(k => k.current !== undefined)?.current;
}

/** The named views of several cells: none lost and none twice. */
export function joined(kept: readonly Kept[]): SavedViews {
  return kept
    .map(k => k.saved)
    .reduce<SavedViews>((list, saved) => mergeSaved(list, saved), []);
}

/** Whether a newer version wrote this: metadata, or a view. */
export function isNewer(json: unknown): boolean {
  return unknownVersion(json) !== undefined;
}

/** The current view of the output that begins with `start`; without a list of them that of any. */
function currentOf(entry: JsonObject, start: unknown): unknown {
  const { current, currents } = entry;
  return Array.isArray(currents)
    ? currents.filter(isObject).find(c => sameJson(c['start'], start))?.['view']
    : current;
}

function withCurrent(
  { current: before, currents }: JsonObject,
  start: unknown,
  current: unknown
): object {
  const list: unknown[] = Array.isArray(currents) ? currents : [];
  const isOwn = (c: unknown) => isObject(c) && sameJson(c['start'], start);
  const own = list.find(isOwn);
  const others = list.filter(c => !isOwn(c));
  return {
    ...(isNewer(before) ? {} : { current }),
    currents: [
      { ...(isObject(own) ? own : {}), start: start ?? null, view: current },
      ...others
    ].slice(0, CURRENTS_AT_MOST)
  };
}

function entryOf(metadata: unknown, name: string): JsonObject | null {
  if (!isObject(metadata) || isNewer(metadata)) {
    return null;
  }
  const { views } = metadata;
  const key = escaped(name);
  const entry =
    isObject(views) && Object.hasOwn(views, key) ? views[key] : null;
  return isObject(entry) ? withKeys(entry, unescaped) : null;
}

/** The application loses keys of this name when it copies metadata: they are written with a sign before. */
const LOST = /^\$*__proto__$/;

function escaped(key: string): string {
  return LOST.test(key) ? `$${key}` : key;
}

function unescaped(key: string): string {
  return LOST.test(key) ? key.replace(/^\$/, '') : key;
}

/** The value with the keys of all objects in it renamed. */
function withKeys<T>(json: T, rename: (key: string) => string): T;
function withKeys(json: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(json)) {
    return json.map(v => withKeys<unknown>(v, rename));
  }
  return isObject(json)
    ? Object.fromEntries(
        Object.entries(json).map(([k, v]) => [rename(k), withKeys(v, rename)])
      )
    : json;
}
