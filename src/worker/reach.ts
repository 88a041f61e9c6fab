import { placesIn, rowsOf, runsOf } from '../core/groups';
import type { OpenLayer } from '../core/open';
import { mergeSpans, readBytes, type Part, type TablePart } from '../core/part';
import type { Opened } from './opened';
import type { Wanted } from './places';

/** What is read for a subset: all of a layer, or the rows of the subset and maybe of some others. */
export type Reach<T> = {
  /** Tells one part of a recording from another. */
  readonly key: string;
  readonly part: Part<T>;
  /** Rows in `part`. */
  readonly rowCount: number;
  /** The rows of the subset among those of `part`, in the order of the samples. */
  readonly rows: Uint32Array;
};

/** More runs of rows than this are not looked at. */
const RUNS_LIMIT = 2 ** 10;
/** A request costs time: more than these are slower than one for everything. */
const REQUESTS_LIMIT = 64;
/** Less is saved than other subsets may need: everything is read at once. */
const SHARE_LIMIT = 0.5;

/** All samples of a layer, among which a subset has these `rows`. */
export function wholeReach<T>(
  { recording }: Opened,
  layer: OpenLayer,
  part: Part<T>,
  rows: Uint32Array
): Reach<T> {
  return {
    key: `${recording.layers.indexOf(layer)}`,
    part,
    rowCount: recording.samples.count,
    rows
  };
}

/**
 * The samples of a subset, where they lie side by side or nearly so; else null. Those classified correctly are
 * read with the others of their label, which are asked for as well, most often.
 */
export function groupReach<T>(
  opened: Opened,
  layer: OpenLayer,
  table: Part<T> & Pick<TablePart<T>, 'rows'>,
  wanted: Wanted
): Reach<T> | null {
  const { name, all } = readWith(opened, wanted);
  const runs = runsOf(all, RUNS_LIMIT);
  if (runs === null) {
    return null;
  }
  const part = table.rows(runs);
  const isWorth =
    readBytes(part) <= readBytes(table) * SHARE_LIMIT &&
    mergeSpans(part.spans).length <= REQUESTS_LIMIT;
  return isWorth
    ? {
        key: `${opened.recording.layers.indexOf(layer)}:${name}`,
        part,
        rowCount: all.length,
        rows: placesIn(all, wanted.rows)
      }
    : null;
}

/** All rows that are read for a subset, and a name for them. */
function readWith(opened: Opened, { subset, rows }: Wanted) {
  if ('where' in subset) {
    return { name: JSON.stringify(subset.where), all: rows };
  }
  const { classIndex, membership } = subset;
  const by = membership === 'correct' ? 'label' : membership;
  return {
    name: `${by}:${classIndex}`,
    all: rowsOf(opened.groups(by), classIndex)
  };
}
