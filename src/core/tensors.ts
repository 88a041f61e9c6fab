import { joinChunks } from './chunks';
import { bytesOfDtype, doublesOf, floatsOf, viewAs, type Dtype } from './dtype';
import { DecodeError } from './errors';
import { EXPONENT_RANGE, ORIGIN_LIMIT } from './grid';
import type { Part, Span, TablePart } from './part';
import type { Grid } from './recording';
import { rowOfPlanes } from './planes';
import { checkSize, type Block } from './safetensors';
import { quoted } from './shown';

/** A tensor of the expected dtype and size, not read yet: its place in the block. */
export type Ref = Span & {
  readonly path: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Its bytes are stored as planes. */
  readonly inPlanes?: true;
};

/** What `read` makes of a tensor. */
export function tensorPart<T>(
  ref: Ref,
  read: (ref: Ref, bytes: Uint8Array) => T
): Part<T> {
  return { spans: [ref], make: bytesOf => read(ref, bytesOf(ref)) };
}

/** What `read` makes of a copy of one row of a tensor, `bytes` being those of the tensor. */
export function readRow<T>(
  ref: Ref,
  bytes: Uint8Array,
  row: number,
  read: (ref: Ref, bytes: Uint8Array) => T
): T {
  const { dtype, shape, inPlanes } = ref;
  const rowBytes = bytes.length / Math.max(shape[0], 1);
  return read(
    ref,
    inPlanes
      ? rowOfPlanes(bytes, [...shape, bytesOfDtype(dtype)], row)
      : bytes.slice(row * rowBytes, (row + 1) * rowBytes)
  );
}

/** What `read` makes of a tensor [samples, any] or of some of its rows. */
export function tablePart<T>(
  ref: Ref,
  read: (ref: Ref, bytes: Uint8Array) => T
): TablePart<T> {
  const rowBytes = (ref.end - ref.begin) / Math.max(ref.shape[0], 1);
  return {
    ...tensorPart(ref, read),
    rows(runs) {
      const spans = runs.map(({ begin, end }) => ({
        begin: ref.begin + begin * rowBytes,
        end: ref.begin + end * rowBytes
      }));
      return { spans, make: bytesOf => read(ref, joined(spans.map(bytesOf))) };
    }
  };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1
    ? chunks[0]
    : joinChunks(
        chunks,
        chunks.reduce((sum, { length }) => sum + length, 0)
      );
}

/** The named tensor, when it has one of `dtypes` and the shape. Throws DecodeError with `path`. */
export function findTensor(
  { tensors, dataBegin }: Block,
  path: string,
  name: string,
  dtypes: readonly Dtype[],
  shape: readonly number[]
): Ref {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new DecodeError(path, `unknown tensor: ${quoted(name)}`);
  }
  if (!dtypes.includes(tensor.dtype)) {
    throw new DecodeError(
      path,
      `dtype ${tensor.dtype}, expected ${dtypes.join(' or ')}`
    );
  }
  checkSize(path, tensor);
  if (tensor.shape.join() !== shape.join()) {
    throw new DecodeError(
      path,
      `shape [${tensor.shape.join(', ')}], expected [${shape.join(', ')}]`
    );
  }
  return {
    path,
    dtype: tensor.dtype,
    shape: tensor.shape,
    begin: dataBegin + tensor.begin,
    end: dataBegin + tensor.end
  };
}

/**
 * As `findTensor`, of a tensor that may be stored as planes of its bytes instead: U8, the bytes of an
 * element first, then the dimensions reversed.
 */
export function findPacked(
  block: Block,
  path: string,
  name: string,
  dtypes: readonly Dtype[],
  shape: readonly number[]
): Ref {
  const stored = block.tensors.get(name);
  if (stored?.dtype !== 'U8') {
    return findTensor(block, path, name, dtypes, shape);
  }
  const planes = stored.shape[0] ?? 0;
  const dtype = dtypes.find(one => bytesOfDtype(one) === planes);
  if (dtype === undefined) {
    const expected = dtypes.map(bytesOfDtype).join(' or ');
    throw new DecodeError(path, `${planes} byte planes, expected ${expected}`);
  }
  const reversed = [planes, ...[...shape].reverse()];
  const ref = findTensor(block, path, name, ['U8'], reversed);
  return { ...ref, dtype, shape, inPlanes: true };
}

export function readFloats({ dtype }: Ref, bytes: Uint8Array): Float32Array {
  return floatsOf(dtype, bytes);
}

export function readDoubles({ dtype }: Ref, bytes: Uint8Array): Float64Array {
  return doublesOf(dtype, bytes);
}

export function readCounts(
  { dtype }: Ref,
  bytes: Uint8Array
): Uint16Array | Uint32Array {
  return dtype === 'U16'
    ? viewAs(Uint16Array, bytes)
    : viewAs(Uint32Array, bytes);
}

export function readUints(_: Ref, bytes: Uint8Array): Uint32Array {
  return viewAs(Uint32Array, bytes);
}

/** Indices from −1 (none) up to, not including, `end`. */
export function readIndices(
  { path }: Ref,
  bytes: Uint8Array,
  end: number
): Int32Array {
  const indices = viewAs(Int32Array, bytes);
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] < -1 || indices[i] >= end) {
      throw new DecodeError(
        `${path}[${i}]`,
        `${indices[i]} is out of range, there are ${end}`
      );
    }
  }
  return indices;
}

/** Each of 0 … count − 1 once. */
export function readPermutation({ path }: Ref, bytes: Uint8Array): Int32Array {
  const order = viewAs(Int32Array, bytes);
  const seen = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    if (seen[order[i]] !== 0) {
      const problem = order[i] in seen ? 'is there twice' : 'is out of range';
      throw new DecodeError(
        `${path}[${i}]`,
        `${order[i]} ${problem}, expected each of 0 … ${order.length - 1} once`
      );
    }
    seen[order[i]] = 1;
  }
  return order;
}

export function readGrid({ path }: Ref, bytes: Uint8Array): Grid {
  const grid = viewAs(Int32Array, bytes);
  const [min, max] = EXPONENT_RANGE;
  for (let i = 0; i < grid.length; i += 2) {
    const [exponent, origin] = [grid[i], grid[i + 1]];
    if (exponent < min || exponent > max || Math.abs(origin) > ORIGIN_LIMIT) {
      throw new DecodeError(
        `${path}[${i / 2}]`,
        `exponent ${exponent} or origin ${origin} is out of range`
      );
    }
  }
  return grid;
}
