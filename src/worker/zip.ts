import { inflateSync, strFromU8 } from 'fflate';
import { crc32 } from '../core/crc32';
import { DecodeError } from '../core/errors';
import { quoted } from '../core/shown';

/** A member of a zip archive, as the archive's directory declares it. */
export type ZipMember = {
  readonly name: string;
  readonly packing: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where its own header begins. */
  readonly begin: number;
};

type Layout = { readonly signature: number; readonly sizeBytes: number };

const END: Layout = { signature: 0x06054b50, sizeBytes: 22 };
const END_64_PLACE: Layout = { signature: 0x07064b50, sizeBytes: 20 };
const END_64: Layout = { signature: 0x06064b50, sizeBytes: 56 };
const ENTRY: Layout = { signature: 0x02014b50, sizeBytes: 46 };
const MEMBER: Layout = { signature: 0x04034b50, sizeBytes: 30 };
const COMMENT_LIMIT_BYTES = 2 ** 16;
const ELSEWHERE = 2 ** 32 - 1;
const STORED = 0;
const DEFLATED = 8;

/** The members of a zip archive, in the order of its directory. Throws DecodeError. */
export function readDirectory(
  bytes: Uint8Array,
  membersLimit: number
): ZipMember[] {
  const { count, begin } = findDirectory(bytes);
  if (count > membersLimit) {
    throw invalid(`${count} members, more than ${membersLimit}`);
  }
  const members: ZipMember[] = [];
  let at = begin;
  for (let i = 0; i < count; i++) {
    const entry = viewAt(bytes, at, ENTRY);
    const nameAt = at + ENTRY.sizeBytes;
    const extraAt = nameAt + entry.getUint16(28, true);
    const commentAt = extraAt + entry.getUint16(30, true);
    members.push(
      parseEntry(
        entry,
        bytes.subarray(nameAt, extraAt),
        bytes.subarray(extraAt, commentAt)
      )
    );
    at = commentAt + entry.getUint16(32, true);
  }
  return members;
}

/**
 * The bytes of a member, as many as it declares, in memory of their own. Throws DecodeError when they are not
 * what was packed.
 */
export function unpackMember(bytes: Uint8Array, member: ZipMember): Uint8Array {
  const { packing, isEncrypted, crc, packedBytes, sizeBytes, begin } = member;
  const path = `archive[${quoted(member.name)}]`;
  if (isEncrypted || (packing !== STORED && packing !== DEFLATED)) {
    throw new DecodeError(path, 'packed in an unknown way');
  }
  const header = viewAt(bytes, begin, MEMBER);
  const dataBegin =
    begin +
    MEMBER.sizeBytes +
    header.getUint16(26, true) +
    header.getUint16(28, true);
  const packed = bytes.subarray(dataBegin, dataBegin + packedBytes);
  if (
    packed.length !== packedBytes ||
    (packing === STORED && packedBytes !== sizeBytes)
  ) {
    throw new DecodeError(path, 'damaged: bytes are missing');
  }
  const unpacked =
    packing === STORED ? packed.slice() : inflate(path, packed, sizeBytes);
  if (unpacked.length !== sizeBytes || crc32(unpacked) !== crc) {
    throw new DecodeError(path, 'damaged: the checksum does not match');
  }
  return unpacked;
}

/** What does not fit into `sizeBytes` is left out. */
function inflate(
  path: string,
  packed: Uint8Array,
  sizeBytes: number
): Uint8Array {
  const out = new Uint8Array(sizeBytes);
  try {
    return inflateSync(packed, { out });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(path, `damaged: ${reason}`, { cause });
  }
}

function findDirectory(bytes: Uint8Array): {
  readonly count: number;
  readonly begin: number;
} {
  const last = bytes.length - END.sizeBytes;
  const first = Math.max(0, last - COMMENT_LIMIT_BYTES);
  for (let at = last; at >= first; at--) {
    if (hasLayout(bytes, at, END)) {
      const end = viewAt(bytes, at, END);
      return (
        findDirectory64(bytes, at) ?? {
          count: end.getUint16(10, true),
          begin: end.getUint32(16, true)
        }
      );
    }
  }
  throw invalid('it has no directory');
}

/** For archives whose sizes or counts need more than four or two bytes. */
function findDirectory64(bytes: Uint8Array, endAt: number) {
  const placeAt = endAt - END_64_PLACE.sizeBytes;
  if (!hasLayout(bytes, placeAt, END_64_PLACE)) {
    return null;
  }
  const place = viewAt(bytes, placeAt, END_64_PLACE);
  const end = viewAt(bytes, uint64At(place, 8), END_64);
  return { count: uint64At(end, 32), begin: uint64At(end, 48) };
}

function parseEntry(
  entry: DataView,
  name: Uint8Array,
  extra: Uint8Array
): ZipMember {
  const flags = entry.getUint16(8, true);
  const wide = wideSizes(extra);
  const sizeAt = (at: number) => {
    const size = entry.getUint32(at, true);
    return size === ELSEWHERE ? (wide.shift() ?? size) : size;
  };
  // In the order in which an extra field holds them.
  const sizeBytes = sizeAt(24);
  const packedBytes = sizeAt(20);
  const begin = sizeAt(42);
  return {
    name: strFromU8(name, (flags & 0x800) === 0),
    packing: entry.getUint16(10, true),
    isEncrypted: (flags & 1) !== 0,
    crc: entry.getUint32(16, true),
    packedBytes,
    sizeBytes,
    begin
  };
}

/** Sizes and places of eight bytes. */
function wideSizes(extra: Uint8Array): number[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  let at = 0;
  while (at + 4 <= extra.length) {
    const id = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (id === 1 && end <= extra.length) {
      const count = Math.floor((end - at - 4) / 8);
      return Array.from({ length: count }, (_, i) =>
        uint64At(view, at + 4 + 8 * i)
      );
    }
    at = end;
  }
  return [];
}

/** Not exact above 2^53, which is more than any file has. */
function uint64At(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

function hasLayout(bytes: Uint8Array, at: number, layout: Layout): boolean {
  if (at < 0 || at + layout.sizeBytes > bytes.length) {
    return false;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
  return view.getUint32(0, true) === layout.signature;
}

function viewAt(bytes: Uint8Array, at: number, layout: Layout): DataView {
  if (!hasLayout(bytes, at, layout)) {
    throw invalid(`nothing is at ${at}`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset + at, layout.sizeBytes);
}

function invalid(problem: string): DecodeError {
  return new DecodeError('archive', `invalid zip: ${problem}`);
}
