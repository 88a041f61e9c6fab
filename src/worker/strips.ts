/** A part of a matrix's columns: `width` from `first` on of `neurons`. */
export type Columns = {
  readonly neurons: number;
  readonly first: number;
  readonly width: number;
};

/** Below this many elements a loop is faster than what a copy by `set` costs to begin. */
const SHORT = 32;

/** Blocks of up to `limit` neurons that make up all of them. */
export function blocksOf(neurons: number, limit: number): Columns[] {
  const blocks: Columns[] = [];
  for (let first = 0; first < neurons; first += limit) {
    blocks.push({ neurons, first, width: Math.min(limit, neurons - first) });
  }
  return blocks;
}

/**
 * Copies `columns` of the `rows` of `source` [any, neurons] to `target`, from the element `at` on,
 * `stride` elements a row.
 */
export function gatherRows<T extends Uint8Array | Float32Array>(
  source: T,
  { neurons, first, width }: Columns,
  rows: Uint32Array,
  target: T,
  at: number,
  stride: number
): void {
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r] * neurons + first;
    const to = at + r * stride;
    if (width < SHORT) {
      for (let i = 0; i < width; i++) {
        target[to + i] = source[from + i];
      }
    } else {
      target.set(source.subarray(from, from + width), to);
    }
  }
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
