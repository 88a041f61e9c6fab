const POLYNOMIAL = 0xedb88320;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  }
  return rest;
});

/** CRC-32 of `bytes`, as zip archives have it. */
export function crc32(bytes: Uint8Array): number {
  let rest = -1;
  // Six times as fast as for … of.
  for (let i = 0; i < bytes.length; i++) {
    rest = (rest >>> 8) ^ TABLE[(rest ^ bytes[i]) & 0xff];
  }
  return ~rest >>> 0;
}
