import { PathExt } from '@jupyterlab/coreutils';
import type { SavedViews } from '../view/saved';
import { parseSaved, savedToJson } from '../view/saved';
import type { ContentsPort } from './fileSource';

/** The views that are kept beside a recording's file. */
export type Sidecar =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'views';
      /** The view that was on screen, as JSON; undefined: none. */
      readonly current: unknown;
      readonly saved: SavedViews;
    }
  /** It is there, and not ours to change. */
  | { readonly kind: 'foreign'; readonly reason: 'version' | 'broken' };

const SUFFIX = '.views.json';
const VERSION = 1;

/** Where the views of a file are kept. */
export function sidecarPath(path: string): string {
  return path + SUFFIX;
}

/** The views beside a file. Looks for them in the folder's listing: asking for a missing file would leave an error in the console. */
export async function readSidecar(
  contents: ContentsPort,
  path: string
): Promise<Sidecar> {
  const folder = await contents.get(folderOf(contents, path), {
    content: true
  });
  const names = namesIn(folder.content);
  const has = (file: string) =>
    names.includes(PathExt.basename(contents.localPath(file)));
  if (has(sidecarPath(path))) {
    return readThere(contents, path);
  }
  // Servers can hide files: a listing without the recording may be one without its views.
  return has(path)
    ? { kind: 'none' }
    : readThere(contents, path).catch((error: unknown): Sidecar => {
        if (isMissing(error)) {
          return { kind: 'none' };
        }
        throw error;
      });
}

async function readThere(
  contents: ContentsPort,
  path: string
): Promise<Sidecar> {
  const { content } = (await contents.get(sidecarPath(path), {
    content: true,
    type: 'file',
    format: 'text'
  })) as { readonly content: unknown };
  return parseSidecar(typeof content === 'string' ? content : '');
}

/** Rejects as the contents manager does. */
export async function writeSidecar(
  contents: ContentsPort,
  path: string,
  current: unknown,
  saved: SavedViews
): Promise<void> {
  const json = { version: VERSION, current, saved: savedToJson(saved) };
  await contents.save(sidecarPath(path), {
    type: 'file',
    format: 'text',
    content: `${JSON.stringify(json, null, 1)}\n`
  });
}

/** Never throws. */
export function parseSidecar(text: string): Sidecar {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'foreign', reason: 'broken' };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { kind: 'foreign', reason: 'broken' };
  }
  const fields = new Map<string, unknown>(Object.entries(json));
  return fields.get('version') === VERSION
    ? {
        kind: 'views',
        current: fields.get('current'),
        saved: parseSaved(fields.get('saved'))
      }
    : { kind: 'foreign', reason: 'version' };
}

/** The folder of a file, on its drive. */
export function folderOf(contents: ContentsPort, path: string): string {
  const drive = contents.driveName(path);
  const folder = PathExt.dirname(contents.localPath(path));
  return drive === '' ? folder : `${drive}:${folder}`;
}

function namesIn(listing: unknown): readonly unknown[] {
  return Array.isArray(listing)
    ? listing.map((entry: { readonly name?: unknown }) => entry.name)
    : [];
}

/** Whether the server answered that there is no such file. */
function isMissing(error: unknown): boolean {
  const { response } = (error ?? {}) as { readonly response?: Response };
  return response?.status === 404;
}
