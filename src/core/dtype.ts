import { DecodeError } from './errors';
import { widenBFloats, widenHalves } from './half';

const BYTES = {
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  U32: 4,
  I32: 4,
  I64: 8,
  BOOL: 1
} as const;

/** Element type of a tensor, in the words of safetensors. */
export type Dtype = keyof typeof BYTES;

export const DTYPES: readonly Dtype[] = [
  'F16',
  'BF16',
  'F32',
  'F64',
  'U8',
  'I8',
  'U16',
  'I16',
  'U32',
  'I32',
  'I64',
  'BOOL'
];

export function bytesOfDtype(dtype: Dtype): number {
  return BYTES[dtype];
}

type View<T> = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
};

/**
 * `bytes` seen as elements: in place where they are aligned, else a copy.
 * Little-endian as the format, like every machine that runs a browser.
 */
export function viewAs<T>(Kind: View<T>, bytes: Uint8Array): T {
  const size = Kind.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Kind(aligned.buffer, aligned.byteOffset, bytes.length / size);
}

/** Dtypes that `floatsOf` reads. */
export const FLOAT_DTYPES: readonly Dtype[] = ['F32', 'F16', 'BF16', 'F64'];

/** Elements of a float dtype as float32: in place for F32, widened or rounded otherwise. */
export function floatsOf(dtype: Dtype, bytes: Uint8Array): Float32Array {
  switch (dtype) {
    case 'F32':
      return viewAs(Float32Array, bytes);
    case 'F16':
      return widenHalves(viewAs(Uint16Array, bytes));
    case 'BF16':
      return widenBFloats(viewAs(Uint16Array, bytes));
    case 'F64':
      return Float32Array.from(viewAs(Float64Array, bytes));
    default:
      throw new DecodeError('', `invalid dtype: ${dtype}`);
  }
}

/** Elements of F32 or F64 as float64. */
export function doublesOf(dtype: Dtype, bytes: Uint8Array): Float64Array {
  return dtype === 'F64'
    ? viewAs(Float64Array, bytes)
    : Float64Array.from(floatsOf(dtype, bytes));
}
