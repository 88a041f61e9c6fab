import { placesIn, rowsOf, runsOf } from '../core/groups';
import type { OpenLayer } from '../core/open';
import { mergeSpans, readBytes, type Part, type TablePart } from '../core/part';
import type { Membership } from '../core/recording';
import type { Opened } from './opened';

/** A group of samples. */
export type Asked = {
  readonly classIndex: number;
  readonly membership: Membership;
};

/** What is read for a group of samples: all of a layer, or the rows of the group and maybe of some others. */
export type Reach<T> = {
  /** Tells one part of a recording from another. */
  readonly key: string;
  readonly part: Part<T>;
  /** Rows in `part`. */
  readonly rowCount: number;
  /** The rows of the group among those of `part`, in the order of the samples. */
  readonly rows: Uint32Array;
};

/** More runs of rows than this are not looked at. */
const RUNS_LIMIT = 2 ** 10;
/** A request costs time: more than these are slower than one for everything. */
const REQUESTS_LIMIT = 64;
/** Less is saved than other groups may need: everything is read at once. */
const SHARE_LIMIT = 0.5;

/** All samples of a layer. */
export function wholeReach<T>(
  opened: Opened,
  layer: OpenLayer,
  part: Part<T>,
  asked: Asked
): Reach<T> {
  return {
    key: `${indexOf(opened, layer)}`,
    part,
    rowCount: opened.recording.samples.count,
    rows: groupRows(opened, asked)
  };
}

/**
 * The samples of a group, where they lie side by side or nearly so; else null. Those classified correctly are
 * read with the others of their label, which are asked for as well, most often.
 */
export function groupReach<T>(
  opened: Opened,
  layer: OpenLayer,
  table: Part<T> & Pick<TablePart<T>, 'rows'>,
  asked: Asked
): Reach<T> | null {
  const { classIndex, membership } = asked;
  const by = membership === 'correct' ? 'label' : membership;
  const all = groupRows(opened, { classIndex, membership: by });
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
        key: `${indexOf(opened, layer)}:${by}:${classIndex}`,
        part,
        rowCount: all.length,
        rows: placesIn(all, groupRows(opened, asked))
      }
    : null;
}

function groupRows(opened: Opened, { classIndex, membership }: Asked) {
  return rowsOf(opened.groups(membership), classIndex);
}

function indexOf({ recording }: Opened, layer: OpenLayer): number {
  return recording.layers.indexOf(layer);
}
