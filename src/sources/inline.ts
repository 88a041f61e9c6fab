import { identify } from '../core/descriptor';
import { DecodeError } from '../core/errors';
import { choiceAt, fieldsOf, objectAt } from '../core/fields';
import type { Carried } from '../worker/protocol';

/**
 * The recording inside a notebook output, from the two values of its MIME bundle.
 * Null when the descriptor says that the data is elsewhere, in a file or behind a comm.
 * The data's own descriptor is the one that counts; the engine checks that both have one id.
 * Throws DecodeError or VersionError.
 */
export function inlineCarried(
  descriptor: unknown,
  data: unknown
): Carried | null {
  identify(descriptor);
  if (typeof data === 'string') {
    return { kind: 'base64', descriptor, text: data };
  }
  if (data !== undefined) {
    throw new DecodeError('data', 'expected base64 text');
  }
  const source = objectAt(fieldsOf(descriptor, ''), 'source');
  if (choiceAt(source, 'kind', ['inline', 'file', 'comm']) === 'inline') {
    throw new DecodeError('data', 'missing from the output');
  }
  return null;
}
