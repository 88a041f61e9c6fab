import { ReadError } from '../core/errors';
import type { IBlockReader } from '../core/part';
import type { CarriedPort, PortAnswer, PortQuestion } from './protocol';

/** Bytes asked for at once. */
const PIECE_BYTES = 2 ** 20;
/** Questions that are open at the same time. */
const OPEN_LIMIT = 4;
/** Most headers fit: they are read with one question. */
const HEAD_BYTES = 2 ** 16;

/**
 * A tensor block whose bytes come through a port, piece by piece. Rejects with a ReadError, as its reads do.
 */
export async function openPort(carried: CarriedPort): Promise<IBlockReader> {
  const { sizeBytes } = carried;
  const pieces = askPieces(carried);
  const head = await readHead(pieces, Math.min(HEAD_BYTES, sizeBytes));
  return {
    sizeBytes,
    read: async (begin, end, tell = () => undefined) =>
      end <= head.length
        ? head.subarray(begin, end)
        : readPieces(pieces, begin, end, tell),
    close: pieces.close
  };
}

async function readHead(pieces: Pieces, sizeBytes: number) {
  try {
    return await readPieces(pieces, 0, sizeBytes, () => undefined);
  } catch (error) {
    pieces.close();
    throw error;
  }
}

/** A read of several pieces, vain once one of them could not be had. */
type Reading = { isVain: boolean };

type Pieces = {
  /** A run of bytes; those asked for first come first. Never settles for a reading that became vain before. */
  ask(begin: number, end: number, reading: Reading): Promise<Uint8Array>;
  close(): void;
};

type Piece = {
  readonly begin: number;
  readonly end: number;
  readonly reading: Reading;
  readonly take: (bytes: Uint8Array) => void;
  readonly fail: (error: ReadError) => void;
};

function askPieces({ port, name }: CarriedPort): Pieces {
  const waiting: Piece[] = [];
  const asked = new Map<number, Piece>();
  let isClosed = false;
  let last = 0;

  const send = (question: PortQuestion) => port.postMessage(question);

  function askMore(): void {
    while (asked.size < OPEN_LIMIT) {
      const piece = waiting.shift();
      if (piece === undefined) {
        return;
      }
      if (!piece.reading.isVain) {
        const { begin, end } = piece;
        asked.set(++last, piece);
        send({ request: last, begin, end });
      }
    }
  }

  port.onmessage = ({ data }) => {
    // Both ends of the port are this extension's.
    const answer = data as PortAnswer;
    const piece = asked.get(answer.request);
    if (piece !== undefined) {
      asked.delete(answer.request);
      settle(piece, answer, name);
      askMore();
    }
  };

  return {
    ask: (begin, end, reading) =>
      new Promise((take, fail) => {
        if (isClosed) {
          fail(new ReadError(name, 'interrupted'));
        } else {
          waiting.push({ begin, end, reading, take, fail });
          askMore();
        }
      }),
    close() {
      if (!isClosed) {
        isClosed = true;
        send({ close: true });
        port.close();
        const left = [...asked.values(), ...waiting.splice(0)];
        asked.clear();
        left.forEach(({ fail }) => fail(new ReadError(name, 'interrupted')));
      }
    }
  };
}

function settle(
  { begin, end, reading, take, fail }: Piece,
  answer: PortAnswer,
  name: string
): void {
  if (!('error' in answer) && answer.bytes.length === end - begin) {
    take(answer.bytes);
    return;
  }
  const { reason, status } =
    'error' in answer
      ? answer.error
      : ({ reason: 'refused', status: null } as const);
  reading.isVain = true;
  fail(new ReadError(name, reason, status));
}

async function readPieces(
  pieces: Pieces,
  begin: number,
  end: number,
  tell: (loadedBytes: number) => void
): Promise<Uint8Array> {
  const reading: Reading = { isVain: false };
  if (0 < end - begin && end - begin <= PIECE_BYTES) {
    const bytes = await pieces.ask(begin, end, reading);
    tell(bytes.length);
    return bytes;
  }
  const all = new Uint8Array(end - begin);
  let loadedBytes = 0;
  const starts = Array.from(
    { length: Math.ceil(all.length / PIECE_BYTES) },
    (_, i) => begin + i * PIECE_BYTES
  );
  await Promise.all(
    starts.map(async at => {
      const pieceEnd = Math.min(at + PIECE_BYTES, end);
      const bytes = await pieces.ask(at, pieceEnd, reading);
      all.set(bytes, at - begin);
      loadedBytes += bytes.length;
      tell(loadedBytes);
    })
  );
  return all;
}
