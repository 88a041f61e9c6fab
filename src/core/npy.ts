import { viewAs } from './dtype';
import { DecodeError } from './errors';
import { widenHalves } from './half';
import { quoted } from './shown';

/** An array of NumPy's `.npy` format, its values not read yet. */
export type NpyArray = {
  readonly path: string;
  /** Float, signed, unsigned, boolean, or text of UCS-4 characters. */
  readonly kind: 'f' | 'i' | 'u' | 'b' | 'U';
  /** Bytes of one element. */
  readonly itemBytes: number;
  readonly isLittleEndian: boolean;
  /** The first index runs fastest. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Elements in all. */
  readonly size: number;
  readonly bytes: Uint8Array;
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const RANK_LIMIT = 32;
const SIZES: Readonly<Record<string, readonly number[]>> = {
  f: [2, 4, 8],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  b: [1]
};
const TEXTS_LIMIT = 100_000;
/** Of one text. */
const CHARACTERS_LIMIT = 2 ** 16;

/** Reads the header of a `.npy` file and checks that its data is there. Throws DecodeError with `path`. */
export function parseNpy(path: string, file: Uint8Array): NpyArray {
  const { text, dataBegin } = headerOf(path, file);
  const { descr, isFortran, shape } = parseHeader(path, text);
  const type = parseType(path, descr);
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = file.subarray(dataBegin);
  if (size * type.itemBytes !== bytes.length) {
    throw new DecodeError(
      path,
      `shape [${shape.join(', ')}] needs ${size * type.itemBytes} bytes, found ${bytes.length}`
    );
  }
  return { path, ...type, isFortran, shape, size, bytes };
}

function headerOf(
  path: string,
  file: Uint8Array
): { readonly text: string; readonly dataBegin: number } {
  const major = file[MAGIC.length];
  const lengthAt = MAGIC.length + 2;
  const textAt = lengthAt + (major === 1 ? 2 : 4);
  if (
    file.length < textAt ||
    MAGIC.some((byte, i) => file[i] !== byte) ||
    major < 1 ||
    major > 3
  ) {
    throw new DecodeError(path, 'not an array of NumPy');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const length =
    major === 1
      ? view.getUint16(lengthAt, true)
      : view.getUint32(lengthAt, true);
  const dataBegin = textAt + length;
  if (dataBegin > file.length || length > HEADER_LIMIT_BYTES) {
    throw new DecodeError(path, `a header of ${length} bytes does not fit`);
  }
  const text = String.fromCharCode(...file.subarray(textAt, dataBegin));
  return { text, dataBegin };
}

/** Those of plain arrays have about a hundred bytes. */
const HEADER_LIMIT_BYTES = 2 ** 14;

type Header = {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
};

/** The dict literal of a header: these three keys, nothing evaluated. */
function parseHeader(path: string, text: string): Header {
  const dict = /^\{(.*?),?\s*\}\s*$/s.exec(text)?.[1];
  if (dict === undefined) {
    throw invalidHeader(path, text);
  }
  const entries = new Map<string, string>();
  const entry =
    /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d\s,L]*\)|\[.*\])\s*(?:,|$)/sy;
  while (entry.lastIndex < dict.length) {
    const found = entry.exec(dict);
    if (found === null || entries.has(found[1])) {
      throw invalidHeader(path, text);
    }
    entries.set(found[1], found[2]);
  }
  const descr = entries.get('descr') ?? '';
  const fortran = entries.get('fortran_order') ?? '';
  if (descr.startsWith('[')) {
    throw new DecodeError(path, 'structured arrays are not read');
  }
  if (
    entries.size !== 3 ||
    !descr.startsWith("'") ||
    !/^(True|False)$/.test(fortran)
  ) {
    throw invalidHeader(path, text);
  }
  return {
    descr: descr.slice(1, -1),
    isFortran: fortran === 'True',
    shape: parseShape(path, entries.get('shape') ?? '')
  };
}

function parseShape(path: string, text: string): readonly number[] {
  if (!/^\(\s*(\d+L?\s*(,\s*\d+L?\s*)*,?\s*)?\)$/.test(text)) {
    throw new DecodeError(path, `invalid shape: ${quoted(text)}`);
  }
  const shape = (text.match(/\d+/g) ?? []).map(Number);
  if (shape.length > RANK_LIMIT || !shape.every(Number.isSafeInteger)) {
    throw new DecodeError(path, `invalid shape: ${quoted(text)}`);
  }
  return shape;
}

function invalidHeader(path: string, text: string): DecodeError {
  return new DecodeError(path, `invalid header: ${quoted(text.trim())}`);
}

function parseType(
  path: string,
  descr: string
): Pick<NpyArray, 'kind' | 'itemBytes' | 'isLittleEndian'> {
  if (/^[<>|=]?O/.test(descr)) {
    throw new DecodeError(
      path,
      'Python objects are never loaded; save numbers or text'
    );
  }
  const match = /^([<>|=]?)([fiubU])(\d+)$/.exec(descr);
  if (match === null) {
    throw new DecodeError(path, `unknown dtype: ${quoted(descr)}`);
  }
  const [, order, letter, digits] = match;
  const kind = letter as NpyArray['kind'];
  const count = Number(digits);
  const isKnown =
    kind === 'U'
      ? // Of texts without length any number would fit into no bytes.
        count >= 1 && count <= CHARACTERS_LIMIT
      : SIZES[kind].includes(count);
  if (!isKnown) {
    throw new DecodeError(path, `unknown dtype: ${quoted(descr)}`);
  }
  const itemBytes = kind === 'U' ? 4 * count : count;
  return { kind, itemBytes, isLittleEndian: order !== '>' };
}

/** The numbers of an array as float32, in C order: in place where they are that. Throws DecodeError for text. */
export function floatsOfNpy(array: NpyArray): Float32Array {
  const { kind, itemBytes, isLittleEndian, isFortran, bytes, size } = array;
  if (kind === 'f' && isLittleEndian && !isFortran && itemBytes < 8) {
    return itemBytes === 4
      ? viewAs(Float32Array, bytes)
      : widenHalves(viewAs(Uint16Array, bytes));
  }
  const floats = new Float32Array(size);
  const numberAt = numberReader(array);
  eachInOrder(array, (to, from) => {
    floats[to] = numberAt(from);
  });
  return floats;
}

/** The numbers of an integer array, in C order. Throws DecodeError when one is no int32. */
export function intsOfNpy(array: NpyArray): Int32Array {
  if (array.kind !== 'i' && array.kind !== 'u') {
    throw new DecodeError(array.path, 'expected integers');
  }
  const ints = new Int32Array(array.size);
  const numberAt = numberReader(array);
  eachInOrder(array, (to, from) => {
    const value = numberAt(from);
    ints[to] = value;
    if (ints[to] !== value) {
      throw new DecodeError(array.path, `${value} is out of range`);
    }
  });
  return ints;
}

/** The texts of a unicode array, in C order. Throws DecodeError for other dtypes and for very many. */
export function textsOfNpy(array: NpyArray): string[] {
  const { path, kind, itemBytes, isLittleEndian, bytes, size } = array;
  if (kind !== 'U') {
    throw new DecodeError(path, 'expected text');
  }
  if (size > TEXTS_LIMIT) {
    throw new DecodeError(path, `${size} texts, more than ${TEXTS_LIMIT}`);
  }
  const view = viewOf(bytes);
  const texts: string[] = [];
  eachInOrder(array, (to, from) => {
    const begin = from * itemBytes;
    texts[to] = textOf(path, view, begin, begin + itemBytes, isLittleEndian);
  });
  return texts;
}

const CHARACTERS_AT_ONCE = 1024;

/** The text in some bytes of UCS-4. NumPy fills up with NUL. */
function textOf(
  path: string,
  view: DataView,
  begin: number,
  filledEnd: number,
  isLittleEndian: boolean
): string {
  let end = filledEnd;
  while (end > begin && view.getUint32(end - 4, isLittleEndian) === 0) {
    end -= 4;
  }
  const pieces: string[] = [];
  const points: number[] = [];
  try {
    for (let at = begin; at < end; at += 4) {
      points.push(view.getUint32(at, isLittleEndian));
      if (points.length === CHARACTERS_AT_ONCE || at + 4 === end) {
        pieces.push(String.fromCodePoint(...points.splice(0)));
      }
    }
  } catch (cause) {
    throw new DecodeError(path, 'text is not Unicode', { cause });
  }
  return pieces.join('');
}

/** Calls `visit` with each place in C order and the element of the file that belongs there. */
function eachInOrder(
  { isFortran, shape, size }: NpyArray,
  visit: (to: number, from: number) => void
): void {
  if (!isFortran) {
    for (let i = 0; i < size; i++) {
      visit(i, i);
    }
    return;
  }
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1)
  );
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < size; to++) {
    visit(to, from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      from += strides[axis];
      if (index[axis] < shape[axis]) {
        break;
      }
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}

/** The element at an index of the file, as a number. */
function numberReader({
  path,
  kind,
  itemBytes,
  isLittleEndian: little,
  bytes
}: NpyArray): (index: number) => number {
  const view = viewOf(bytes);
  switch (`${kind}${itemBytes}`) {
    case 'f2':
      return i => {
        const half = Uint16Array.of(view.getUint16(2 * i, little));
        return widenHalves(half)[0];
      };
    case 'f4':
      return i => view.getFloat32(4 * i, little);
    case 'f8':
      return i => view.getFloat64(8 * i, little);
    case 'i1':
      return i => view.getInt8(i);
    case 'i2':
      return i => view.getInt16(2 * i, little);
    case 'i4':
      return i => view.getInt32(4 * i, little);
    case 'i8':
      return i => Number(view.getBigInt64(8 * i, little));
    case 'u1':
      return i => view.getUint8(i);
    case 'u2':
      return i => view.getUint16(2 * i, little);
    case 'u4':
      return i => view.getUint32(4 * i, little);
    case 'u8':
      return i => Number(view.getBigUint64(8 * i, little));
    case 'b1':
      return i => (view.getUint8(i) === 0 ? 0 : 1);
    default:
      throw new DecodeError(path, 'expected numbers');
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
