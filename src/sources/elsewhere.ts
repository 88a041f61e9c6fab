import { DecodeError } from '../core/errors';
import {
  choiceAt,
  fieldsOf,
  invalid,
  isObject,
  objectAt,
  stringAt,
  type Fields
} from '../core/fields';

/** Where all values of a recording are of which an output holds a summary, or nothing. */
export type Source =
  | {
      readonly kind: 'file';
      /** Relative to the notebook's folder. */
      readonly path: string;
      /** Of the recording in the file. */
      readonly id: string;
    }
  | { readonly kind: 'comm'; readonly target: string; readonly id: string };

/** The one comm target that is spoken to, whatever a notebook says. */
const TARGET = 'neuraldivergence';

/**
 * Where a descriptor says that all values are; null: it names no other place than the output itself.
 * Throws a DecodeError where it may not be gone to.
 */
export function sourceOf(descriptor: unknown): Source | null {
  if (!isElsewhere(descriptor)) {
    return null;
  }
  const fields = objectAt(fieldsOf(descriptor, ''), 'source');
  const id = stringAt(fields, 'id');
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw invalid(fields, 'id');
  }
  return choiceAt(fields, 'kind', KINDS) === 'file'
    ? { kind: 'file', path: pathAt(fields), id }
    : { kind: 'comm', target: choiceAt(fields, 'target', [TARGET]), id };
}

const KINDS = ['file', 'comm'] as const;

function isElsewhere(descriptor: unknown): boolean {
  const source = fieldOf(descriptor, 'source');
  return KINDS.some(kind => kind === fieldOf(source, 'kind'));
}

function fieldOf(json: unknown, key: string): unknown {
  return isObject(json) ? fieldsOf(json, '').values.get(key) : undefined;
}

function pathAt(fields: Fields): string {
  const path = stringAt(fields, 'path');
  const problem = problemOf(path);
  if (problem !== null) {
    throw new DecodeError('source.path', problem);
  }
  return path;
}

/** Servers on Windows take `\` and drive letters for what they are there. */
function problemOf(path: string): string | null {
  if (/^\/|[\\\p{Cc}]|(^|\/)[a-z]:/iu.test(path)) {
    return 'expected a path from the notebook’s folder, with / between folders';
  }
  return /[^/]\.ndiv$/i.test(path) ? null : 'expected the name of a .ndiv file';
}

/**
 * A path from a file's folder, as one from the root: `a/b.ipynb` and `../c.ndiv` give `c.ndiv`.
 * Throws a DecodeError when it leads out of the root.
 */
export function resolveBeside(file: string, path: string): string {
  const folders = file.split('/').slice(0, -1);
  const steps = path.split('/').filter(step => step !== '' && step !== '.');
  for (const step of steps) {
    if (step !== '..') {
      folders.push(step);
    } else if (folders.pop() === undefined) {
      throw new DecodeError(
        'source.path',
        'leads out of the folder that the server shows'
      );
    }
  }
  return folders.join('/');
}
