import { ReadError, type ReadFailure } from '../core/errors';
import { memoryReader, type IBlockReader, type TellLoaded } from '../core/part';
import type { CarriedUrl } from './protocol';
import { joinChunks } from '../core/chunks';
import { fileNameOf } from './fileName';

export type UrlOptions = {
  readonly fetch?: typeof globalThis.fetch;
  /** Bytes of the first request, which also tells the file's size. */
  readonly headBytes?: number;
};

/** Most headers fit; a larger one costs a second request. */
const HEAD_BYTES = 2 ** 16;
/** A server that cannot send ranges sends everything; above this it is refused. */
const WHOLE_LIMIT_BYTES = 2 ** 31;

/**
 * A file behind a URL, read by HTTP ranges; as a whole from a server that ignores them, which `tell` hears of.
 * Rejects with a ReadError. Reads reject with one too, also when the file changes in the meantime.
 */
export async function openUrl(
  carried: CarriedUrl,
  tell: TellLoaded,
  { fetch = globalThis.fetch, headBytes = HEAD_BYTES }: UrlOptions = {}
): Promise<IBlockReader> {
  const ask = asker(carried, fetch);
  const response = await ask.range(0, headBytes);
  const range = rangeOf(response);
  if (response.status === 416 && range?.sizeBytes === 0) {
    return memoryReader(new Uint8Array(0));
  }
  if (response.status === 200) {
    return wholeReader(ask, response, tell);
  }
  ask.check(response);
  if (range === null) {
    // Without the size a file cannot be read by ranges.
    void response.body?.cancel();
    return wholeReader(ask, await ask.whole(), tell);
  }
  if (range.begin !== 0 || range.end > headBytes) {
    void response.body?.cancel();
    throw ask.error('refused', response.status);
  }
  const head = await receive(ask, response, range.end, ignore);
  const file = { sizeBytes: range.sizeBytes, version: versionOf(response) };
  return {
    sizeBytes: file.sizeBytes,
    close: ask.stop,
    read: async (begin, end, tellLoaded = ignore) =>
      end <= head.length
        ? head.subarray(begin, end)
        : readRange(ask, file, begin, end, tellLoaded),
    // Dates have seconds. The first bytes of a recording hold the digest of all others.
    confirm: async runs => {
      if (runs.some(({ end }) => end > head.length)) {
        const now = await readRange(ask, file, 0, head.length, ignore);
        if (!equalBytes(now, head)) {
          throw ask.error('changed');
        }
      }
    }
  };
}

/** The whole file behind a URL. Rejects with a ReadError. */
export async function downloadUrl(
  carried: CarriedUrl,
  tell: TellLoaded,
  { fetch = globalThis.fetch }: UrlOptions = {}
): Promise<Uint8Array> {
  const ask = asker(carried, fetch);
  return receiveWhole(ask, await ask.whole(), tell);
}

const ignore = () => undefined;

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Requests for one file. */
type Ask = {
  range(begin: number, end: number): Promise<Response>;
  whole(): Promise<Response>;
  /** Throws the ReadError of a response that is none of the file. */
  check(response: Response): void;
  error(
    reason: ReadFailure,
    status?: number | null,
    cause?: unknown
  ): ReadError;
  stop(): void;
};

function asker(
  { url, headers }: CarriedUrl,
  fetch: typeof globalThis.fetch
): Ask {
  const file = fileNameOf(url);
  const stopping = new AbortController();

  const error: Ask['error'] = (reason, status = null, cause) =>
    new ReadError(file, reason, status, { cause });

  async function request(more: Record<string, string>): Promise<Response> {
    try {
      return await fetch(url, {
        headers: { ...headers, ...more },
        credentials: 'same-origin',
        // Recordings are large and read once.
        cache: 'no-store',
        signal: stopping.signal
      });
    } catch (cause) {
      throw error('unreachable', null, cause);
    }
  }

  return {
    range: (begin, end) => request({ Range: `bytes=${begin}-${end - 1}` }),
    whole: () => request({}),
    check(response) {
      if (!response.ok) {
        throw error(failureOf(response.status), response.status);
      }
      // Where a session has ended, servers redirect to a page that asks for a password.
      if (/^text\/html\b/i.test(response.headers.get('Content-Type') ?? '')) {
        void response.body?.cancel();
        throw error('forbidden');
      }
    },
    error,
    stop: () => stopping.abort()
  };
}

function failureOf(status: number): ReadFailure {
  switch (status) {
    case 401:
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'missing';
    default:
      return 'refused';
  }
}

async function wholeReader(
  ask: Ask,
  response: Response,
  tell: TellLoaded
): Promise<IBlockReader> {
  return memoryReader(await receiveWhole(ask, response, tell));
}

async function readRange(
  ask: Ask,
  file: { readonly sizeBytes: number; readonly version: string },
  begin: number,
  end: number,
  tell: (loadedBytes: number) => void
): Promise<Uint8Array> {
  const response = await ask.range(begin, end);
  if (response.status === 416) {
    throw ask.error('changed', 416);
  }
  ask.check(response);
  const range = rangeOf(response);
  const isChanged =
    versionOf(response) !== file.version ||
    (range !== null && range.sizeBytes !== file.sizeBytes);
  if (isChanged || range?.begin !== begin || range.end !== end) {
    void response.body?.cancel();
    throw ask.error(isChanged ? 'changed' : 'refused', response.status);
  }
  return receive(ask, response, end - begin, tell);
}

/** What tells one state of a file from another. */
function versionOf({ headers }: Response): string {
  return `${headers.get('ETag')} ${headers.get('Last-Modified')}`;
}

type Range = {
  readonly begin: number;
  readonly end: number;
  readonly sizeBytes: number;
};

/** The range that a response holds, and the size of the file; null when it does not say. */
function rangeOf({ headers }: Response): Range | null {
  const text = headers.get('Content-Range') ?? '';
  const empty = /^bytes \*\/(\d+)$/.exec(text);
  if (empty !== null) {
    return { begin: 0, end: 0, sizeBytes: Number(empty[1]) };
  }
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(text);
  if (match === null) {
    return null;
  }
  const [begin, last, sizeBytes] = match.slice(1).map(Number);
  return { begin, end: last + 1, sizeBytes };
}

/** A body of known size, into one buffer. Rejects with a ReadError when it is shorter or longer. */
async function receive(
  ask: Ask,
  response: Response,
  sizeBytes: number,
  tell: (loadedBytes: number) => void
): Promise<Uint8Array> {
  const bytes = allocate(response, sizeBytes);
  let loadedBytes = 0;
  for await (const chunk of chunksOf(ask, response)) {
    if (loadedBytes + chunk.length > sizeBytes) {
      throw ask.error('refused', response.status);
    }
    bytes.set(chunk, loadedBytes);
    loadedBytes += chunk.length;
    tell(loadedBytes);
  }
  if (loadedBytes < sizeBytes) {
    throw ask.error('interrupted');
  }
  return bytes;
}

/** Throws a RangeError, and nothing is downloaded, where there is not so much memory. */
function allocate(response: Response, sizeBytes: number): Uint8Array {
  try {
    return new Uint8Array(sizeBytes);
  } catch (error) {
    void response.body?.cancel();
    throw error;
  }
}

/** A body whose size the server may tell. */
async function receiveWhole(
  ask: Ask,
  response: Response,
  tell: TellLoaded
): Promise<Uint8Array> {
  ask.check(response);
  const { headers } = response;
  // A packed body is longer than it says.
  const isPlain = !headers.has('Content-Encoding');
  const length = headers.get('Content-Length');
  const sizeBytes = isPlain && length !== null ? Number(length) : 0;
  if (sizeBytes > WHOLE_LIMIT_BYTES) {
    void response.body?.cancel();
    throw ask.error('too-large');
  }
  if (sizeBytes > 0) {
    return receive(ask, response, sizeBytes, loadedBytes =>
      tell(loadedBytes, sizeBytes)
    );
  }
  const chunks: Uint8Array[] = [];
  let loadedBytes = 0;
  for await (const chunk of chunksOf(ask, response)) {
    loadedBytes += chunk.length;
    if (loadedBytes > WHOLE_LIMIT_BYTES) {
      throw ask.error('too-large');
    }
    chunks.push(chunk);
    tell(loadedBytes, 0);
  }
  return joinChunks(chunks, loadedBytes);
}

async function* chunksOf(
  ask: Ask,
  response: Response
): AsyncGenerator<Uint8Array> {
  const body = response.body?.getReader();
  let isDone = body === undefined;
  try {
    while (body !== undefined && !isDone) {
      const result = await body.read().catch((cause: unknown) => {
        throw ask.error('interrupted', null, cause);
      });
      isDone = result.done;
      if (!result.done) {
        yield result.value;
      }
    }
  } finally {
    if (!isDone) {
      // Whoever reads gave up; a stream that is broken already cannot be cancelled.
      await body?.cancel().catch(() => undefined);
    }
  }
}
