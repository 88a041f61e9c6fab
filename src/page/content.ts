import { DecodeError } from '../core/errors';

/** What a page carries: a recording as in a notebook output, its saved views, and the view to begin with. */
export type PageContent = {
  readonly descriptor: unknown;
  readonly data: unknown;
  readonly saved: unknown;
  readonly view: unknown;
};

export const CONTENT_ID = 'neuraldivergence-recording';

/** The content in the page's JSON block. Throws a DecodeError when there is none. */
export function readContent(page: Document): PageContent {
  const text = page.getElementById(CONTENT_ID)?.textContent;
  if (text === undefined || text === null) {
    throw new DecodeError('page', 'no recording in this file');
  }
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null) {
    throw new DecodeError('page', 'expected an object with a recording');
  }
  const { descriptor, data, saved, view } = json as Record<string, unknown>;
  return { descriptor, data, saved, view };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DecodeError('page', 'the recording is not JSON', { cause });
  }
}
