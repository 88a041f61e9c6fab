import { base64Bytes } from '../core/base64';
import { DecodeError } from '../core/errors';
import type { Ports } from './carriers';
import { loadKernels } from './kernels';
import { openNpz } from './npz';
import { openUrl } from './urlReader';

/** Inflated data above this is refused. */
export const INFLATED_LIMIT_BYTES = 2 ** 30;

/** Inflated at once. */
const PIECE_BYTES = 2 ** 16;
/** A gzip ends with its size. */
const TRAILER_BYTES = 4;
/** Deflate makes a byte of this many at most. */
const DEFLATE_LIMIT = 1032;

/** What a browser gives the engine. */
export const browserPorts: Ports = {
  decodeText: bytes => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
  unpack: unpackBase64,
  openUrl,
  openNpz,
  kernels: loadKernels
};

/**
 * Bytes of base64 text, inflated when they are gzip'd (1f 8b).
 * Rejects with a DecodeError when the text is malformed or inflates to more than `limitBytes`.
 */
export async function unpackBase64(
  text: string,
  limitBytes = INFLATED_LIMIT_BYTES
): Promise<Uint8Array> {
  const bytes = decodeBase64(text);
  const isGzip = bytes.length > 1 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? inflate(bytes, limitBytes) : bytes;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return base64Bytes(text);
  } catch (cause) {
    throw new DecodeError('data', 'invalid base64', { cause });
  }
}

async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  limitBytes: number
): Promise<Uint8Array> {
  const inflated = piecesOf(bytes)
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  let all = new Uint8Array(Math.min(declaredBytes(bytes), limitBytes));
  let totalBytes = 0;
  for (;;) {
    const { done, value } = await inflated.read().catch((cause: unknown) => {
      throw new DecodeError('data', 'invalid gzip', { cause });
    });
    if (done) {
      return all.length === totalBytes ? all : all.slice(0, totalBytes);
    }
    const begin = totalBytes;
    totalBytes += value.length;
    if (totalBytes > limitBytes) {
      // The stream may be broken already; the limit is the error that counts.
      await inflated.cancel().catch(() => undefined);
      throw new DecodeError(
        'data',
        `inflates to more than the limit of ${limitBytes} bytes`
      );
    }
    if (totalBytes > all.length) {
      all = grown(all, Math.min(2 * totalBytes, limitBytes));
    }
    all.set(value, begin);
  }
}

/** What a gzip says of its own size, which need not be true; no more than its bytes can hold. */
function declaredBytes(bytes: Uint8Array): number {
  if (bytes.length < TRAILER_BYTES) {
    return 0;
  }
  const at = bytes.byteOffset + bytes.length - TRAILER_BYTES;
  const view = new DataView(bytes.buffer, at, TRAILER_BYTES);
  const declared = view.getUint32(0, true);
  return Math.min(declared, bytes.length * DEFLATE_LIMIT);
}

function grown(bytes: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(sizeBytes);
  more.set(bytes);
  return more;
}

/** Piece by piece, so that no more is inflated than is taken. */
function piecesOf(
  bytes: Uint8Array<ArrayBuffer>
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
      at += PIECE_BYTES;
      if (at >= bytes.length) {
        controller.close();
      }
    }
  });
}
