import { DecodeError } from './errors';
import { bytesOfDtype, DTYPES, type Dtype } from './dtype';
import { choiceAt, fieldsOf, listAt, parseJson, tensorPath } from './fields';
import { shown } from './shown';

/** The header of a safetensors block; the data follows it. */
export type Block = {
  /** Tensors by name: a Map, so that no name can reach a prototype. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, unknown>;
  /** Where the data begins in the block. */
  readonly dataBegin: number;
  readonly dataBytes: number;
};

export type Tensor = {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Place in the data. */
  readonly begin: number;
  readonly end: number;
};

export type DecodeText = (bytes: Uint8Array) => string;

const HEADER_LIMIT_BYTES = 16 * 2 ** 20;
/** A block begins with the length of its header. */
export const LENGTH_BYTES = 8;
const RANK_LIMIT = 4;

/**
 * Reads the header of a tensor block of `sizeBytes`, which ends where `bytes` end or before.
 * Sizes and layout are for `checkSize` and `checkLayout`. Throws DecodeError.
 */
export function readBlock(
  bytes: Uint8Array,
  sizeBytes: number,
  decodeText: DecodeText
): Block {
  const dataBegin = headerEnd(bytes, sizeBytes);
  const header = parseHeader(
    bytes.subarray(LENGTH_BYTES, dataBegin),
    decodeText
  );
  const metadata = fieldsOf(
    header.get('__metadata__') ?? {},
    'header.__metadata__'
  );
  header.delete('__metadata__');
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of header) {
    tensors.set(name, parseTensor(tensorPath(name), entry));
  }
  return {
    tensors,
    metadata: metadata.values,
    dataBegin,
    dataBytes: sizeBytes - dataBegin
  };
}

/** Throws DecodeError unless a tensor's shape and dtype fill its bytes. */
export function checkSize(path: string, tensor: Tensor): void {
  const { dtype, shape, begin, end } = tensor;
  const neededBytes =
    shape.reduce((product, size) => product * size, 1) * bytesOfDtype(dtype);
  if (neededBytes !== end - begin) {
    throw new DecodeError(
      path,
      `shape [${shape.join(', ')}] needs ${neededBytes} bytes, found ${end - begin}`
    );
  }
}

/** Throws DecodeError unless all tensors have their size and fill the data without gap or overlap. */
export function checkLayout({ tensors, dataBytes }: Block): void {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end
  );
  let next = 0;
  for (const [name, tensor] of inOrder) {
    checkSize(tensorPath(name), tensor);
    if (tensor.begin !== next) {
      const problem =
        tensor.begin < next ? 'overlaps the tensor before it' : 'leaves a gap';
      throw new DecodeError(
        tensorPath(name),
        `begins at ${tensor.begin}, expected ${next}: ${problem}`
      );
    }
    next = tensor.end;
  }
  if (next !== dataBytes) {
    throw new DecodeError('tensors', `need ${next} bytes, found ${dataBytes}`);
  }
}

/** Where the header ends, from the first eight bytes of a block. Throws DecodeError. */
export function headerEnd(bytes: Uint8Array, sizeBytes: number): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new DecodeError('header', `needs 8 bytes, found ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > HEADER_LIMIT_BYTES) {
    throw new DecodeError(
      'header',
      `${length} bytes are above the limit of ${HEADER_LIMIT_BYTES}`
    );
  }
  if (length > sizeBytes - LENGTH_BYTES) {
    throw new DecodeError(
      'header',
      `needs ${length} bytes, found ${sizeBytes - LENGTH_BYTES}`
    );
  }
  return LENGTH_BYTES + length;
}

function parseHeader(
  bytes: Uint8Array,
  decodeText: DecodeText
): Map<string, unknown> {
  const header = parseJson('header', () => decodeText(bytes));
  return new Map(fieldsOf(header, 'header').values);
}

function parseTensor(path: string, entry: unknown): Tensor {
  const fields = fieldsOf(entry, path);
  const dtype = choiceAt(fields, 'dtype', DTYPES);
  const shape = listAt(fields, 'shape', readSize);
  if (shape.length > RANK_LIMIT) {
    throw new DecodeError(
      `${path}.shape`,
      `${shape.length} dimensions are above the limit of ${RANK_LIMIT}`
    );
  }
  const offsets = listAt(fields, 'data_offsets', readSize);
  const [begin, end] = offsets;
  if (offsets.length !== 2 || begin > end) {
    throw new DecodeError(`${path}.data_offsets`, 'expected [begin, end]');
  }
  return { dtype, shape, begin, end };
}

function readSize(json: unknown, path: string): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0) {
    throw new DecodeError(path, `invalid value: ${shown(json)}`);
  }
  return json;
}
