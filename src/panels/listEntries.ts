/** A line of a long list: a row, by index, or a heading. */
export type ListEntry = {
  readonly key: string;
  readonly row: number | null;
  readonly head: string;
  /** Place among all rows, from 1, and their number. */
  readonly place: number;
  readonly of: number;
};

export type ListOptions = {
  /** Part of the name, letters large or small; empty lists all. */
  readonly filter: string;
  readonly isListed: (index: number) => boolean;
  /** Stand on top as long as nothing is filtered. */
  readonly recent: readonly number[];
  /** Above those, and above all. */
  readonly heads: readonly [recent: string, all: string];
};

/** What a long list lists, from top to bottom. */
export function listEntries(
  names: readonly string[],
  { filter, isListed, recent, heads }: ListOptions
): readonly ListEntry[] {
  const wanted = filter.toLocaleLowerCase();
  const all = [...names.keys()].filter(
    index =>
      isListed(index) &&
      (wanted === '' || names[index].toLocaleLowerCase().includes(wanted))
  );
  const top = wanted === '' ? recent.filter(i => i < names.length) : [];
  const of = top.length + all.length;
  const row = (kind: string, before: number) => (index: number, k: number) => ({
    key: `${kind}:${index}`,
    row: index,
    head: '',
    place: before + k + 1,
    of
  });
  const head = (text: string) => ({
    key: `head:${text}`,
    row: null,
    head: text,
    place: 0,
    of
  });
  return top.length === 0
    ? all.map(row('all', 0))
    : [
        head(heads[0]),
        ...top.map(row('recent', 0)),
        head(heads[1]),
        ...all.map(row('all', top.length))
      ];
}

/** The entry that a key goes to from the current one, never a heading; null for other keys. */
export function moveIn(
  entries: readonly ListEntry[],
  key: string,
  current: number,
  page: number
): number | null {
  const last = entries.length - 1;
  const pageRows = Math.max(1, page);
  const [target, step] =
    new Map<string, readonly [number, 1 | -1]>([
      ['ArrowDown', [current + 1, 1]],
      ['ArrowUp', [current - 1, -1]],
      ['PageDown', [current + pageRows, 1]],
      ['PageUp', [current - pageRows, -1]],
      ['Home', [0, 1]],
      ['End', [last, -1]]
    ]).get(key) ?? [];
  if (target === undefined || step === undefined) {
    return null;
  }
  const isRow = (at: number) => (entries[at]?.row ?? null) !== null;
  for (const direction of [step, -step]) {
    let at = Math.min(Math.max(target, 0), last);
    while (at >= 0 && at <= last && !isRow(at)) {
      at += direction;
    }
    if (isRow(at)) {
      return at;
    }
  }
  return null;
}

const RECENT = 8;
const NONE: readonly number[] = [];
const LISTS_AT_MOST = 100;
const recents = new Map<string, readonly number[]>();

/** What was lately used in the list that `memory` names, the latest first; as long as the page lives. */
export function recentOf(memory: string): readonly number[] {
  return recents.get(memory) ?? NONE;
}

/** One that is among them stays at its place. */
export function noteRecent(memory: string, index: number): void {
  const known = recentOf(memory);
  if (!known.includes(index)) {
    recents.delete(memory);
    recents.set(memory, [index, ...known].slice(0, RECENT));
    for (const oldest of recents.keys()) {
      if (recents.size <= LISTS_AT_MOST) {
        break;
      }
      recents.delete(oldest);
    }
  }
}
