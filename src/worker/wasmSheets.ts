import { codesOf, growExtent, type Extent } from '../core/grid';
import type { Grid } from '../core/recording';
import { blocksOf, type Columns } from './strips';
import { AT, room, WIDTH, type Wasm } from './wasmMemory';

/** The kernels over all samples: rows are taken as they lie, many at once. */

/** Floats of a strip. */
const STRIP_FLOATS = 1 << 16;
/** Columns that these kernels need at least. */
const LEAST_WIDTH = 16;
/** The largest power of two in a float32. */
const LARGEST_EXPONENT = 127;

const [MIN, MAX] = [room(0), room(1)];
const [SCALES, MORE] = [room(0), room(1)];
const [ORIGINS, BIASES] = [room(2), room(3)];
/** Whole numbers up to twice this are float32. */
const UNIT = 2 ** 23;

/**
 * A matrix as these kernels see it. A narrow layer has several of its rows side by side in one row;
 * the last block of a wide one may overlap the block before, for what is done twice changes nothing.
 */
type Sheet = {
  readonly blocks: readonly Columns[];
  readonly rows: number;
  /** Elements in whole rows. */
  readonly length: number;
};

function sheetOf(length: number, neurons: number): Sheet {
  const joined = neurons * Math.ceil(LEAST_WIDTH / neurons);
  const width = Math.min(joined, WIDTH);
  const rows = Math.floor(length / joined);
  const blocks = blocksOf(joined, width).map(({ first }) => ({
    neurons: joined,
    first: Math.min(first, joined - width),
    width
  }));
  return { blocks, rows, length: rows * joined };
}

/** Copies one block in, strip by strip. */
function eachStrip(
  { f32 }: Wasm,
  values: Float32Array,
  { neurons, first, width }: Columns,
  rows: number,
  visit: (begin: number, count: number) => void
): void {
  const at = AT.strip / 4;
  const most = Math.floor(STRIP_FLOATS / width);
  for (let begin = 0; begin < rows; begin += most) {
    const count = Math.min(most, rows - begin);
    const from = begin * neurons + first;
    if (width === neurons) {
      f32.set(values.subarray(from, from + count * width), at);
    } else {
      for (let row = 0; row < count; row++) {
        const start = from + row * neurons;
        f32.set(values.subarray(start, start + width), at + row * width);
      }
    }
    visit(begin, count);
  }
}

/** `growExtent` of src/core. */
export function growExtentBy(
  wasm: Wasm,
  extent: Extent,
  values: Float32Array
): void {
  const neurons = extent.min.length;
  if (neurons === 0) {
    return;
  }
  const { blocks, rows, length } = sheetOf(values.length, neurons);
  const low = wasm.f32.subarray(MIN / 4, MIN / 4 + WIDTH);
  const high = wasm.f32.subarray(MAX / 4, MAX / 4 + WIDTH);
  for (const block of blocks) {
    low.fill(Infinity);
    high.fill(-Infinity);
    eachStrip(wasm, values, block, rows, (_, count) =>
      wasm.run.extent(AT.strip, count, block.width, MIN, MAX)
    );
    for (let i = 0; i < block.width; i++) {
      const neuron = (block.first + i) % neurons;
      extent.min[neuron] = Math.min(extent.min[neuron], low[i]);
      extent.max[neuron] = Math.max(extent.max[neuron], high[i]);
    }
  }
  growExtent(extent, values.subarray(length));
}

/** `codesOf` of src/core. */
export function codesBy(
  wasm: Wasm,
  values: Float32Array,
  grid: Grid
): Uint8Array {
  const codes = new Uint8Array(values.length);
  if (grid.length === 0) {
    return codes;
  }
  const { blocks, rows, length } = sheetOf(values.length, grid.length / 2);
  for (const block of blocks) {
    const isPlain = writeGrid(wasm, block, grid);
    eachStrip(wasm, values, block, rows, (begin, count) => {
      const { width } = block;
      wasm.run.codes(
        AT.strip,
        count,
        width,
        SCALES,
        MORE,
        ORIGINS,
        BIASES,
        isPlain,
        AT.codes
      );
      readCodes(wasm, codes, block, begin, count);
    });
  }
  codes.set(codesOf(values.subarray(length), grid), length);
  return codes;
}

/** Puts the grid of a block in; true when it is one that the kernel is fastest on. */
function writeGrid(
  { f32 }: Wasm,
  { first, width }: Columns,
  grid: Grid
): boolean {
  const neurons = grid.length / 2;
  let isPlain = true;
  for (let i = 0; i < width; i++) {
    const neuron = (first + i) % neurons;
    const [exponent, origin] = [grid[2 * neuron], grid[2 * neuron + 1]];
    const most = Math.min(-exponent, LARGEST_EXPONENT);
    f32[SCALES / 4 + i] = 2 ** most;
    f32[MORE / 4 + i] = 2 ** (-exponent - most);
    f32[ORIGINS / 4 + i] = origin;
    f32[BIASES / 4 + i] = UNIT - origin;
    isPlain &&= most === -exponent && exponent <= 0;
    isPlain &&= Math.abs(origin) <= UNIT;
  }
  return isPlain;
}

function readCodes(
  { u8 }: Wasm,
  codes: Uint8Array,
  { neurons, first, width }: Columns,
  begin: number,
  count: number
): void {
  const start = begin * neurons + first;
  if (width === neurons) {
    codes.set(u8.subarray(AT.codes, AT.codes + count * width), start);
    return;
  }
  for (let row = 0; row < count; row++) {
    const from = AT.codes + row * width;
    codes.set(u8.subarray(from, from + width), start + row * neurons);
  }
}
