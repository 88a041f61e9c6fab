import type { TranslationBundle } from '@jupyterlab/translation';
import { identify } from '../core/descriptor';
import { ReadError } from '../core/errors';
import { headerEnd, LENGTH_BYTES, readBlock } from '../core/safetensors';
import type { Store } from '../view/store';
import { joinChunks } from '../core/chunks';
import { INFLATED_LIMIT_BYTES } from '../worker/unpack';
import { fileNameOf } from '../worker/fileName';
import type { OutputContent } from './content';
import { fetchTemplate, pageHtml } from './exportPage';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';

/** How much of a file a page may hold. */
export type PageLimits = {
  /** Of the file. A page does not open more. */
  readonly fileBytes: number;
  /** Of the data as the text in the page: as `MAX_BYTES` in Python's `page.py`. */
  readonly textBytes: number;
};

const LIMITS: PageLimits = {
  fileBytes: INFLATED_LIMIT_BYTES,
  textBytes: 200_000_000
};

/** What the export of a file's view asks for: a page with all of the file. */
export function fileExport(
  contents: ContentsPort,
  path: string,
  store: Store,
  trans: TranslationBundle,
  limits: PageLimits = LIMITS
): () => Promise<string> {
  return async () => {
    const { url, headers } = await fileCarried(contents, path);
    const response = await fetch(url, { headers });
    const content = await contentOf(response, {
      file: fileNameOf(url),
      id: store.info.id,
      limits,
      trans
    });
    return pageHtml(await fetchTemplate(), content, store.saved, store.view);
  };
}

type Expected = {
  readonly file: string;
  /** Of the recording on screen. */
  readonly id: string;
  readonly limits: PageLimits;
  readonly trans: TranslationBundle;
};

/** A tensor block as a notebook's output has it; read no further than until it is known not to do. */
async function contentOf(
  response: Response,
  expected: Expected
): Promise<OutputContent> {
  const { file, limits, trans } = expected;
  const { body, headers, ok, status } = response;
  const refused = (error: Error) => {
    void body?.cancel();
    return error;
  };
  if (!ok || body === null) {
    throw refused(
      new Error(trans.__('the server did not send the file (%1)', status))
    );
  }
  if (Number(headers.get('Content-Length')) > limits.fileBytes) {
    throw refused(tooLarge(limits.fileBytes, trans));
  }
  let descriptor: unknown;
  const packed = body
    .pipeThrough(inspected(expected, found => (descriptor = found)))
    .pipeThrough(new CompressionStream('gzip'));
  const mostBytes = Math.floor(limits.textBytes / 4) * 3;
  const data = await collected(packed, mostBytes, () =>
    tooLarge(limits.textBytes, trans)
  );
  if (descriptor === undefined) {
    throw new ReadError(file, 'changed');
  }
  return { descriptor, data: await base64(data) };
}

/** Passes a file on, tells its descriptor, and fails when it is too large or another than is shown. */
function inspected(
  { file, id, limits, trans }: Expected,
  tell: (descriptor: unknown) => void
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let head: Uint8Array[] | null = [];
  let loadedBytes = 0;
  let neededBytes = LENGTH_BYTES;
  return new TransformStream({
    transform(chunk, controller) {
      loadedBytes += chunk.length;
      if (loadedBytes > limits.fileBytes) {
        throw tooLarge(limits.fileBytes, trans);
      }
      head?.push(chunk);
      while (head && loadedBytes >= neededBytes) {
        const bytes = joinChunks(head, loadedBytes);
        const end = headerEnd(bytes, limits.fileBytes);
        if (loadedBytes >= end) {
          const descriptor = descriptorIn(bytes, limits.fileBytes);
          if (identify(descriptor).id !== id) {
            throw new ReadError(file, 'changed');
          }
          tell(descriptor);
          head = null;
        }
        neededBytes = end;
      }
      controller.enqueue(chunk);
    }
  });
}

function descriptorIn(head: Uint8Array, sizeBytes: number): unknown {
  const { metadata } = readBlock(head, sizeBytes, bytes =>
    new TextDecoder().decode(bytes)
  );
  return JSON.parse(String(metadata.get('neuraldivergence')));
}

/** All that a stream brings. Rejects, and reads no further, when that is more than `mostBytes`. */
async function collected(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  mostBytes: number,
  failure: () => Error
): Promise<Blob> {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let loadedBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return new Blob(chunks);
    }
    loadedBytes += value.length;
    if (loadedBytes > mostBytes) {
      await reader.cancel().catch(() => undefined);
      throw failure();
    }
    chunks.push(value);
  }
}

function tooLarge(mostBytes: number, trans: TranslationBundle): Error {
  return new Error(
    trans.__(
      'the data need more than the %1 MB that a page may hold; in Python, recording.to_html(…, max_bytes=…) makes larger pages',
      Math.round(mostBytes / 1e6)
    )
  );
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () =>
      reject(reader.error ?? new Error('the file could not be encoded'));
    reader.readAsDataURL(blob);
  });
}
