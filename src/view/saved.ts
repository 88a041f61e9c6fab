import type { JsonObject } from './json';
import { isObject, sameJson } from './json';

/** A view that was given a name. `view` is JSON: what fits the recording is decided when it is applied. */
export type SavedView = {
  readonly name: string;
  /** The user's own words; empty: the view is described by what it shows. */
  readonly description: string;
  readonly view: unknown;
  /** Fields that another version wrote: they stay. */
  readonly others?: JsonObject;
};

export type SavedViews = readonly SavedView[];

/** Names and descriptions are cut there. */
export const NAME_CHARACTERS = 200;
export const DESCRIPTION_CHARACTERS = 500;

/** The list with one more view at its end. Its name is made different from all others. */
export function saveView(
  list: SavedViews,
  name: string,
  view: unknown
): SavedViews {
  return [...list, { name: freeName(list, name), description: '', view }];
}

export function replaceView(
  list: SavedViews,
  name: string,
  view: unknown
): SavedViews {
  return list.map(s => (s.name === name ? { ...s, view } : s));
}

/** Another name and description. The name is made different from all others. */
export function renameView(
  list: SavedViews,
  name: string,
  next: { readonly name: string; readonly description: string }
): SavedViews {
  const others = list.filter(s => s.name !== name);
  return list.map(s =>
    s.name === name
      ? {
          ...s,
          name: freeName(others, next.name),
          description: cut(next.description.trim(), DESCRIPTION_CHARACTERS)
        }
      : s
  );
}

export function removeView(list: SavedViews, name: string): SavedViews {
  return list.filter(s => s.name !== name);
}

/** The list with a view brought back to its place; where its name is taken by another, under a new one. */
export function insertView(
  list: SavedViews,
  view: SavedView,
  at: number
): SavedViews {
  const name = freeName(list, view.name);
  const isThere = list.some(s => sameJson(s, view));
  return isThere ? list : inserted(list, at, { ...view, name });
}

/** The list with one view moved to the place before another; without another, to the end. */
export function moveBefore(
  list: SavedViews,
  name: string,
  before: string | null
): SavedViews {
  const view = list.find(s => s.name === name);
  if (!view || name === before) {
    return list;
  }
  const others = removeView(list, name);
  const at = others.findIndex(s => s.name === before);
  return inserted(others, at < 0 ? others.length : at, view);
}

/** The list with one view moved by `step` places, at most to an end. */
export function moveView(
  list: SavedViews,
  name: string,
  step: number
): SavedViews {
  const from = list.findIndex(s => s.name === name);
  if (from < 0) {
    return list;
  }
  const to = Math.max(0, Math.min(list.length - 1, from + step));
  return inserted(
    list.filter((_, i) => i !== from),
    to,
    list[from]
  );
}

/** The entries of a JSON list that are saved views; of equal names the first. Never throws. */
export function parseSaved(json: unknown): SavedViews {
  const found = new Map<string, SavedView>();
  for (const entry of Array.isArray(json) ? (json as unknown[]) : []) {
    const saved = parseEntry(entry);
    if (saved && !found.has(saved.name)) {
      found.set(saved.name, saved);
    }
  }
  return [...found.values()];
}

/** The JSON of `format.md`. */
export function savedToJson(list: SavedViews): object[] {
  return list.map(({ name, description, view, others }) => ({
    ...others,
    name,
    ...(description === '' ? {} : { description }),
    view
  }));
}

/** One list out of two: what both have once, other views of a name that is taken under a new name. */
export function mergeSaved(first: SavedViews, second: SavedViews): SavedViews {
  return mergeThree([], second, first);
}

/**
 * `ours` with what a copy of the list keeps beyond it. The copy may be of any time: what it does not have was
 * not deleted, and what it has as `known` does was not changed.
 */
export function mergeCopy(
  known: SavedViews,
  ours: SavedViews,
  copy: SavedViews
): SavedViews {
  const before = byName(known);
  const unchanged = copy.filter(s => sameJson(before.get(s.name), s));
  return mergeThree(unchanged, copy, ours);
}

/**
 * What became of a list that two have changed: additions, deletions, renamings, updates and moves of both.
 * Where both changed a view of one name, `theirs` keeps it and `ours` gets a new one; what one deleted and
 * the other changed stays. Merging the result again changes nothing.
 */
export function mergeThree(
  base: SavedViews,
  ours: SavedViews,
  theirs: SavedViews
): SavedViews {
  if (theirs === base || theirs === ours) {
    return ours;
  }
  const [before, mine, other] = [base, ours, theirs].map(byName);
  const order = isMoved(base, ours)
    ? interleave(ours, theirs)
    : interleave(theirs, ours);
  const merged = new Map<string, SavedView>();
  const twice: SavedView[] = [];
  for (const name of order) {
    const [b, o, t] = [before, mine, other].map(list => list.get(name));
    const isOurs = sameJson(t, b);
    const isTheirs = sameJson(o, b) || sameJson(o, t);
    const kept = isOurs ? o : isTheirs ? t : (t ?? o);
    if (kept) {
      merged.set(name, kept);
    }
    if (o && t && !isOurs && !isTheirs) {
      twice.push(o);
    }
  }
  return withOthers(merged, twice);
}

/** Views whose names are taken get new names, right behind those who have them. */
function withOthers(
  merged: ReadonlyMap<string, SavedView>,
  twice: SavedViews
): SavedViews {
  const taken = new Map(merged);
  const behind = new Map<string, SavedView>();
  for (const view of twice) {
    const same = (name: string) => sameJson(taken.get(name), { ...view, name });
    const name = firstName(view.name, n => !taken.has(n) || same(n));
    if (!taken.has(name)) {
      taken.set(name, { ...view, name });
      behind.set(view.name, { ...view, name });
    }
  }
  return [...merged.values()].flatMap(view => {
    const second = behind.get(view.name);
    return second ? [view, second] : [view];
  });
}

function inserted(list: SavedViews, at: number, view: SavedView): SavedViews {
  return [...list.slice(0, at), view, ...list.slice(at)];
}

function byName(list: SavedViews): ReadonlyMap<string, SavedView> {
  return new Map(list.map(s => [s.name, s]));
}

/** Whether the views of `base` that are still there stand in another order. */
function isMoved(base: SavedViews, list: SavedViews): boolean {
  const [was, is] = [base, list].map(byName);
  const stayed = base.filter(s => is.has(s.name));
  return list
    .filter(s => was.has(s.name))
    .some((s, i) => s.name !== stayed[i]?.name);
}

/** The names of `first` in their order; those that only `second` has stand before who follows them there. */
function interleave(first: SavedViews, second: SavedViews): string[] {
  const known = byName(first);
  const before = new Map<string, string[]>();
  let waiting: string[] = [];
  for (const { name } of second) {
    if (known.has(name)) {
      before.set(name, waiting);
      waiting = [];
    } else {
      waiting.push(name);
    }
  }
  return [
    ...first.flatMap(({ name }) => [...(before.get(name) ?? []), name]),
    ...waiting
  ];
}

function parseEntry(json: unknown): SavedView | null {
  if (!isObject(json)) {
    return null;
  }
  const { name, description, view, ...others } = json;
  if (typeof name !== 'string' || name === '') {
    return null;
  }
  return {
    name: cut(name, NAME_CHARACTERS),
    description:
      typeof description === 'string'
        ? cut(description, DESCRIPTION_CHARACTERS)
        : '',
    view,
    ...(Object.keys(others).length > 0 ? { others } : {})
  };
}

/** `wanted`, or `wanted 2`, `wanted 3`, … */
export function freeName(list: SavedViews, wanted: string): string {
  const taken = byName(list);
  return firstName(wanted, name => !taken.has(name));
}

/** The first of `wanted`, `wanted 2`, … that will do. */
function firstName(wanted: string, will: (name: string) => boolean): string {
  const base = cut(wanted.trim(), NAME_CHARACTERS) || '1';
  let name = base;
  for (let k = 2; !will(name); k++) {
    const suffix = ` ${k}`;
    name = cut(base, NAME_CHARACTERS - suffix.length) + suffix;
  }
  return name;
}

/** At most so many UTF-16 units, and no half of a character. */
function cut(text: string, length: number): string {
  return text.length > length
    ? text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
    : text;
}
