import { DecodeError } from '../core/errors';
import { npzRecording, type NpzFiles } from '../core/npz';
import type { OpenRecording } from '../core/open';
import type { TellLoaded } from '../core/part';
import { sha256 } from '../core/sha256';
import { fileNameOf } from './fileName';
import type { CarriedUrl } from './protocol';
import { downloadUrl, type UrlOptions } from './urlReader';
import { readDirectory, unpackMember } from './zip';

/** Arrays above this in all are refused. */
const INFLATED_LIMIT_BYTES = 2 ** 30;
const MEMBERS_LIMIT = 10_000;
const SUFFIX = '.npy';

/** The recording in a `.npz` file. Rejects with a DecodeError or a ReadError. */
export async function openNpz(
  carried: CarriedUrl,
  tell: TellLoaded,
  options: UrlOptions = {}
): Promise<OpenRecording> {
  const bytes = await downloadUrl(carried, tell, options);
  // Digesting may copy the archive: before there are arrays beside it.
  const id = await digest(bytes);
  return npzRecording(unzipArrays(bytes), {
    id,
    name: fileNameOf(carried.url)
  });
}

/**
 * The arrays in a zip archive by key, in its order, each unpacked when it is called for. Declared sizes are
 * checked before, and none can inflate to more than it declares. Throws DecodeError.
 */
export function unzipArrays(
  bytes: Uint8Array,
  limitBytes = INFLATED_LIMIT_BYTES
): NpzFiles {
  const members = readDirectory(bytes, MEMBERS_LIMIT);
  const totalBytes = members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes > limitBytes) {
    throw new DecodeError(
      'archive',
      `inflates to more than the limit of ${limitBytes} bytes`
    );
  }
  return new Map(
    members
      .filter(({ name }) => name.endsWith(SUFFIX))
      .map(member => [
        member.name.slice(0, -SUFFIX.length),
        () => unpackMember(bytes, member)
      ])
  );
}

async function digest(bytes: Uint8Array): Promise<string> {
  // Missing where the page did not come by HTTPS or from this machine.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    return sha256(bytes);
  }
  const hash = await subtle.digest('SHA-256', bytes as BufferSource);
  return Array.from(new Uint8Array(hash), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}
