/** As many arguments as a function may surely have. */
const PIECE_BYTES = 2 ** 13;

/** Bytes of base64 text. Throws where it is none. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  return decodeNatively(text) ?? decodeByAtob(text);
}

/** Base64 text of bytes. */
export function base64Text(bytes: Uint8Array): string {
  let binary = '';
  for (let begin = 0; begin < bytes.length; begin += PIECE_BYTES) {
    const piece = bytes.subarray(begin, begin + PIECE_BYTES);
    binary += String.fromCharCode(...piece);
  }
  return btoa(binary);
}

/** By Uint8Array.fromBase64 (ES2026), ten times as fast as atob; null where it is missing. */
function decodeNatively(text: string): Uint8Array<ArrayBuffer> | null {
  const fromBase64: unknown = Reflect.get(Uint8Array, 'fromBase64');
  if (typeof fromBase64 !== 'function') {
    return null;
  }
  const bytes: unknown = Reflect.apply(fromBase64, Uint8Array, [text]);
  return isBytes(bytes) ? bytes : null;
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array;
}

function decodeByAtob(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}
