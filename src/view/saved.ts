/** A view that was given a name. `view` is JSON: what fits the recording is decided when it is applied. */
export type SavedView = {
  readonly name: string;
  /** The user's own words; empty: the view is described by what it shows. */
  readonly description: string;
  readonly view: unknown;
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
          description: next.description.trim().slice(0, DESCRIPTION_CHARACTERS)
        }
      : s
  );
}

export function removeView(list: SavedViews, name: string): SavedViews {
  return list.filter(s => s.name !== name);
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
  const next = list.filter((_, i) => i !== from);
  next.splice(to, 0, list[from]);
  return next;
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
  return list.map(({ name, description, view }) =>
    description === '' ? { name, view } : { name, description, view }
  );
}

function parseEntry(json: unknown): SavedView | null {
  if (typeof json !== 'object' || json === null) {
    return null;
  }
  const { name, description, view } = json as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') {
    return null;
  }
  return {
    name: name.slice(0, NAME_CHARACTERS),
    description:
      typeof description === 'string'
        ? description.slice(0, DESCRIPTION_CHARACTERS)
        : '',
    view
  };
}

/** `wanted`, or `wanted 2`, `wanted 3`, … */
export function freeName(list: SavedViews, wanted: string): string {
  const base = wanted.trim().slice(0, NAME_CHARACTERS) || '1';
  const taken = new Set(list.map(s => s.name));
  let name = base;
  for (let k = 2; taken.has(name); k++) {
    name = `${base} ${k}`;
  }
  return name;
}
