/** A run of a file's bytes, or of a table's rows, from `begin` up to, not including, `end`. */
export type Span = { readonly begin: number; readonly end: number };

/** Something that is made from some bytes of a file, which need not be here yet. */
export type Part<T> = {
  readonly spans: readonly Span[];
  /** Throws DecodeError. */
  make(bytesOf: BytesOf): T;
};

/** A table of samples, of which runs of rows can be read alone. */
export type TablePart<T> = Part<T> & {
  /** The rows of all `runs`, below each other. */
  rows(runs: readonly Span[]): Part<T>;
};

export type BytesOf = (span: Span) => Uint8Array;

/** Where the bytes of a file come from. */
export interface IBlockReader {
  readonly sizeBytes: number;
  /**
   * The bytes from `begin` up to, not including, `end` ≤ `sizeBytes`; not to be written to.
   * `tell` hears how many of them are here. Rejects with a ReadError.
   */
  read(
    begin: number,
    end: number,
    tell?: (loadedBytes: number) => void
  ): Promise<Uint8Array>;
  /**
   * Rejects with a ReadError when the file is no longer the one that was opened; asked once `runs` were read.
   * Absent where bytes cannot change.
   */
  readonly confirm?: (runs: readonly Span[]) => Promise<void>;
  /** Stops reads that are under way. */
  readonly close?: () => void;
}

/** Hears of a download: bytes that are here, and in all. */
export type TellLoaded = (loadedBytes: number, totalBytes: number) => void;

/** Closer spans are read in one go: a request costs more than these bytes. */
const GAP_BYTES = 2 ** 15;
/** Element sizes divide this; a run that begins at a multiple of it keeps tensors aligned. */
const ALIGNMENT_BYTES = 8;
const READS_AT_ONCE = 4;

/** A part that needs no bytes. */
export function known<T>(value: T): Part<T> {
  return { spans: [], make: () => value };
}

/** All parts as one, so that they are read together. */
export function allParts<T>(parts: readonly Part<T>[]): Part<readonly T[]> {
  return {
    spans: parts.flatMap(part => part.spans),
    make: bytesOf => parts.map(part => part.make(bytesOf))
  };
}

/** Reads what a part needs, neighbours in one request, makes sure that it belongs together, and makes it. */
export async function readPart<T>(
  reader: IBlockReader,
  part: Part<T>,
  tell: TellLoaded = () => undefined
): Promise<T> {
  const runs = mergeSpans(part.spans);
  const totalBytes = runs.reduce((sum, run) => sum + run.end - run.begin, 0);
  const loadedBytes = runs.map(() => 0);
  const read: Uint8Array[] = [];
  await inTurns(runs.length, READS_AT_ONCE, async i => {
    const { begin, end } = runs[i];
    read[i] = await reader.read(begin, end, bytes => {
      loadedBytes[i] = bytes;
      tell(
        loadedBytes.reduce((sum, loaded) => sum + loaded, 0),
        totalBytes
      );
    });
  });
  await reader.confirm?.(runs);
  return part.make(({ begin, end }) => {
    const i = runs.findIndex(run => run.begin <= begin && end <= run.end);
    return i < 0
      ? new Uint8Array(0)
      : read[i].subarray(begin - runs[i].begin, end - runs[i].begin);
  });
}

/** A reader of bytes that are here. */
export function memoryReader(bytes: Uint8Array): IBlockReader {
  return {
    sizeBytes: bytes.length,
    read: async (begin, end) => bytes.subarray(begin, end)
  };
}

/** The bytes that are read for a part. */
export function readBytes({ spans }: Part<unknown>): number {
  return mergeSpans(spans).reduce(
    (sum, { begin, end }) => sum + end - begin,
    0
  );
}

/** The runs that hold all spans, in order of the file. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const runs: { begin: number; end: number }[] = [];
  const inOrder = spans
    .filter(({ begin, end }) => begin < end)
    .sort((a, b) => a.begin - b.begin);
  for (const { begin, end } of inOrder) {
    const last = runs.at(-1);
    if (last !== undefined && begin - last.end <= GAP_BYTES) {
      last.end = Math.max(last.end, end);
    } else {
      runs.push({ begin: begin - (begin % ALIGNMENT_BYTES), end });
    }
  }
  return runs;
}

/** Does `work` for 0 … `count` − 1, in order, at most `atOnce` at the same time; none more after one failed. */
async function inTurns(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>
): Promise<void> {
  let next = 0;
  async function go(): Promise<void> {
    try {
      while (next < count) {
        await work(next++);
      }
    } catch (error) {
      next = count;
      throw error;
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, go));
}
