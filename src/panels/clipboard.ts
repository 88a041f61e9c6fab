import type { TranslationBundle } from '@jupyterlab/translation';

/** Put text onto the clipboard. Rejects with a sentence for the user. */
export async function copyText(
  text: string,
  trans: TranslationBundle
): Promise<void> {
  if (!('clipboard' in navigator)) {
    throw new Error(missing(trans));
  }
  await navigator.clipboard.writeText(text).catch((cause: unknown) => {
    throw refused(cause, trans);
  });
}

/** Put a picture onto the clipboard. Rejects with a sentence for the user. */
export async function copyPng(
  png: Promise<Blob>,
  trans: TranslationBundle
): Promise<void> {
  if (!('clipboard' in navigator) || typeof ClipboardItem === 'undefined') {
    png.catch(() => undefined);
    throw new Error(missing(trans));
  }
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch (cause) {
    // A picture that could not be drawn has a reason of its own.
    await png;
    throw refused(cause, trans);
  }
}

function missing(trans: TranslationBundle): string {
  return trans.__(
    'this page cannot copy: browsers allow it over https or on localhost only. Save a file instead'
  );
}

function refused(cause: unknown, trans: TranslationBundle): Error {
  return new Error(
    trans.__(
      'the browser refused to copy. Allow this page to use the clipboard, or save a file instead'
    ),
    { cause }
  );
}
