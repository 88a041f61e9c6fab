import { unzipSync } from 'fflate';
import { DecodeError } from '../core/errors';
import { npzRecording } from '../core/npz';
import type { OpenRecording } from '../core/open';
import type { TellLoaded } from '../core/part';
import { sha256 } from '../core/sha256';
import type { CarriedUrl } from './protocol';
import { downloadUrl, fileNameOf, type UrlOptions } from './urlReader';

/** Arrays above this in all are refused. */
const INFLATED_LIMIT_BYTES = 2 ** 30;
const MEMBERS_LIMIT = 10_000;

/** The recording in a `.npz` file. Rejects with a DecodeError or a ReadError. */
export async function openNpz(
  carried: CarriedUrl,
  tell: TellLoaded,
  options: UrlOptions = {}
): Promise<OpenRecording> {
  const bytes = await downloadUrl(carried, tell, options);
  return npzRecording(unzipArrays(bytes), {
    id: await digest(bytes),
    name: fileNameOf(carried.url)
  });
}

/**
 * The arrays in a zip archive, in its order. Declared sizes are checked before anything is inflated, and no
 * member can inflate to more than it declares. Throws DecodeError.
 */
export function unzipArrays(
  bytes: Uint8Array,
  limitBytes = INFLATED_LIMIT_BYTES
): ReadonlyMap<string, Uint8Array> {
  const names: string[] = [];
  let totalBytes = 0;
  readArchive(bytes, file => {
    names.push(file.name);
    // A member that is not packed is as long as it is, whatever it declares.
    totalBytes += Math.max(file.originalSize, file.size);
    if (names.length > MEMBERS_LIMIT || !(totalBytes <= limitBytes)) {
      throw new DecodeError(
        'archive',
        `inflates to more than the limit of ${limitBytes} bytes`
      );
    }
    return false;
  });
  const files = readArchive(bytes, ({ name }) => name.endsWith('.npy'));
  return new Map(
    names.flatMap(name =>
      Object.hasOwn(files, name) ? [[name, files[name]] as const] : []
    )
  );
}

function readArchive(
  bytes: Uint8Array,
  filter: (file: {
    readonly name: string;
    readonly size: number;
    readonly originalSize: number;
  }) => boolean
): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof DecodeError) {
      throw cause;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError('archive', `invalid zip: ${reason}`, { cause });
  }
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
