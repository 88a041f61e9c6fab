import type { TranslationBundle } from '@jupyterlab/translation';
import { readBlock } from '../core/safetensors';
import type { Store } from '../view/store';
import type { OutputContent } from './content';
import { fetchTemplate, pageHtml } from './exportPage';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';

/** Larger pages are slow to open everywhere. */
const SIZE_AT_MOST_MIB = 200;

/** What the export of a file's view asks for: a page with all of the file. */
export function fileExport(
  contents: ContentsPort,
  path: string,
  store: Store,
  trans: TranslationBundle
): () => Promise<string> {
  return async () => {
    const { url, headers } = await fileCarried(contents, path);
    const response = await fetch(url, { headers });
    if (!response.ok) {
      throw new Error(
        trans.__('The server did not send the file (%1).', response.status)
      );
    }
    const blob = await response.blob();
    if (blob.size > SIZE_AT_MOST_MIB * 2 ** 20) {
      throw new Error(
        trans.__(
          'The file has %1 MiB, and a page may have %2 MiB. In Python, recording.to_html(…, max_bytes=…) makes larger pages.',
          Math.round(blob.size / 2 ** 20),
          SIZE_AT_MOST_MIB
        )
      );
    }
    return pageHtml(
      await fetchTemplate(),
      await contentOf(blob),
      store.saved,
      store.view
    );
  };
}

/** A tensor block as a notebook's output has it. */
async function contentOf(block: Blob): Promise<OutputContent> {
  const bytes = new Uint8Array(await block.arrayBuffer());
  const { metadata } = readBlock(bytes, bytes.length, part =>
    new TextDecoder().decode(part)
  );
  const packed = new Response(
    block.stream().pipeThrough(new CompressionStream('gzip'))
  );
  return {
    descriptor: JSON.parse(String(metadata.get('neuraldivergence'))) as unknown,
    data: await base64(await packed.blob())
  };
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
