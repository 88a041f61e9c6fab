/** The fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const ROUNDS = Uint32Array.from(primes(64), p => fraction(Math.cbrt(p)));
/** Those of the square roots of the first 8 (FIPS 180-4, 5.3.3). */
const START = Uint32Array.from(primes(8), p => fraction(Math.sqrt(p)));
const BLOCK_BYTES = 64;

/** SHA-256 of `bytes`, hex: FIPS 180-4, where the browser offers none (a page without HTTPS). */
export function sha256(bytes: Uint8Array): string {
  const hash = START.slice();
  const words = new Uint32Array(BLOCK_BYTES);
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  for (let at = 0; at < whole; at += BLOCK_BYTES) {
    mix(hash, words, bytes, at);
  }
  const rest = padded(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < rest.length; at += BLOCK_BYTES) {
    mix(hash, words, rest, at);
  }
  return Array.from(hash, word => word.toString(16).padStart(8, '0')).join('');
}

/** The last bytes, a one, zeros, and the length in bits. */
function padded(rest: Uint8Array, sizeBytes: number): Uint8Array {
  const blocks = rest.length + 9 > BLOCK_BYTES ? 2 : 1;
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  bytes.set(rest);
  bytes[rest.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 8, Math.floor(sizeBytes / 2 ** 29));
  view.setUint32(bytes.length - 4, (sizeBytes * 8) >>> 0);
  return bytes;
}

/** One block of 64 bytes into the hash (FIPS 180-4, 6.2.2). */
function mix(
  hash: Uint32Array,
  words: Uint32Array,
  bytes: Uint8Array,
  begin: number
): void {
  for (let t = 0, at = begin; t < 16; t++, at += 4) {
    words[t] =
      (bytes[at] << 24) |
      (bytes[at + 1] << 16) |
      (bytes[at + 2] << 8) |
      bytes[at + 3];
  }
  for (let t = 16; t < 64; t++) {
    const [x, y] = [words[t - 15], words[t - 2]];
    const small = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const large = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words[t] = words[t - 16] + small + words[t - 7] + large;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < 64; t++) {
    const chosen = (e & f) ^ (~e & g);
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + sum1 + chosen + ROUNDS[t] + words[t]) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + sum0 + most) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    hash[i] += value;
  });
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every(p => n % p !== 0)) {
      found.push(n);
    }
  }
  return found;
}
