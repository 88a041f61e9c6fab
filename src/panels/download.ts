/** Offer `blob` as a file to be saved. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  // Firefox follows links of the document only.
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the URL after this turn.
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}

const REVOKE_MS = 10_000;

/**
 * "lenet-on-cifar-10-view.png" for the recording "LeNet on CIFAR-10": letters with their marks, digits, - and _ of
 * the name, at most 60; what is saved follows, so that no name is one that a system reserves.
 */
export function fileName(
  recording: string,
  what: string,
  extension: string
): string {
  return `${slugOf(recording)}-${what}.${extension}`;
}

const SLUG_LENGTH = 60;
/** A slug is found in the start of a name, however long that is. */
const LOOKED_AT = 400;

function slugOf(name: string): string {
  const slug = name
    .slice(0, LOOKED_AT)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '-');
  const short = Array.from(slug).slice(0, SLUG_LENGTH).join('');
  // A mark belongs to the letter before it.
  return short.replace(/^[-\p{M}]+|-+$/gu, '') || 'recording';
}
