import { QUARTILES, type Group, type Strip } from '../core/collect';
import { emptyTally, finishTally, type Tally } from '../core/counts';
import { FINE_BINS } from '../core/distribution';
import { blocksOf, gatherRows, roundUp, type Columns } from './strips';
import { AT, room, WIDTH, type Wasm } from './wasmMemory';

/** The kernels over a group of samples: its rows are gathered from wherever they are. */

/** Rows of codes at once: a byte can count them. */
const CODE_ROWS = 250;
/** Rows of values at once. */
const VALUE_ROWS = 64;
/** Elements between rows: rows 4 kB apart get in each other’s way in the first cache, and in copying. */
const GAP = 16;

/** `countCodes` of src/core. */
export function countCodesBy(
  { run, u8, u16, u32 }: Wasm,
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array
): Uint16Array | Uint32Array {
  const size = neurons * FINE_BINS;
  const [counts, view, count] =
    rows.length <= 0xffff
      ? [new Uint16Array(size), u16, run.count16]
      : [new Uint32Array(size), u32, run.count32];
  const at = AT.counts / view.BYTES_PER_ELEMENT;
  for (const block of blocksOf(neurons, WIDTH)) {
    const stride = roundUp(block.width, 8);
    view.fill(0, at, at + stride * FINE_BINS);
    for (let r = 0; r < rows.length; r += CODE_ROWS) {
      const some = rows.subarray(r, r + CODE_ROWS);
      gatherRows(codes, block, some, u8, AT.strip, stride);
      count(AT.strip, some.length, stride, AT.tile, AT.counts);
    }
    const counted = view.subarray(at, at + block.width * FINE_BINS);
    counts.set(counted, block.first * FINE_BINS);
  }
  return counts;
}

const SUMS = room(0);
const [MIN, MAX] = [room(2), room(3)];
const [ZEROS, NAN, POSINF, NEGINF] = [room(4), room(5), room(6), room(7)];

/** `tallyOf` of src/core. */
export function tallyBy(
  wasm: Wasm,
  values: Float32Array,
  neurons: number,
  rows: Uint32Array
): Tally {
  const tally = emptyTally(neurons);
  for (const block of blocksOf(neurons, WIDTH)) {
    clearTally(wasm);
    const columns = roundUp(block.width, 4);
    const stride = columns + GAP;
    for (let r = 0; r < rows.length; r += VALUE_ROWS) {
      const some = rows.subarray(r, r + VALUE_ROWS);
      gatherRows(values, block, some, wasm.f32, AT.strip / 4, stride);
      wasm.run.tally(
        AT.strip,
        some.length,
        4 * stride,
        columns,
        SUMS,
        MIN,
        MAX,
        ZEROS,
        NAN,
        POSINF,
        NEGINF
      );
    }
    readTally(wasm, tally, block);
  }
  finishTally(tally, rows.length);
  return tally;
}

function clearTally({ f32, f64, u32 }: Wasm): void {
  f64.fill(0, SUMS / 8, SUMS / 8 + WIDTH);
  f32.fill(Infinity, MIN / 4, MIN / 4 + WIDTH);
  f32.fill(-Infinity, MAX / 4, MAX / 4 + WIDTH);
  u32.fill(0, ZEROS / 4, NEGINF / 4 + WIDTH);
}

function readTally(
  { f32, f64, u32 }: Wasm,
  tally: Tally,
  { first, width }: Columns
): void {
  const floats = (at: number) => f32.subarray(at / 4, at / 4 + width);
  const uints = (at: number) => u32.subarray(at / 4, at / 4 + width);
  tally.mean.set(f64.subarray(SUMS / 8, SUMS / 8 + width), first);
  tally.min.set(floats(MIN), first);
  tally.max.set(floats(MAX), first);
  tally.zeros.set(uints(ZEROS), first);
  tally.nan.set(uints(NAN), first);
  tally.posinf.set(uints(POSINF), first);
  tally.neginf.set(uints(NEGINF), first);
}

/** First wanted code, how many more, and 0xff where any is wanted; bytes, [QUARTILES, stride]. */
const [WANTED, MORE, VALID] = [room(0), room(1), room(2)];
const MASKS = room(3);
/** Rows at once: a value may be in QUARTILES ranges, and a hit takes eight bytes. */
const HIT_ROWS = 32;
const HITS = AT.counts;
const CODES = HITS + 8 * QUARTILES * HIT_ROWS * WIDTH;

/** `collect` of src/core. */
export function collectBy(
  wasm: Wasm,
  { values, codes, grid, rows }: Group,
  strip: Strip
): Float32Array {
  const collected = new Float32Array(strip.total);
  const next = strip.starts.slice();
  const neurons = grid.length / 2;
  for (const { first: i, width } of blocksOf(strip.width, WIDTH)) {
    const block = { neurons, first: strip.first + i, width };
    const stride = roundUp(width, 16) + GAP;
    const isAny = writeWanted(wasm, strip, i, width, stride);
    for (let r = 0; r < rows.length && isAny; r += HIT_ROWS) {
      const some = rows.subarray(r, r + HIT_ROWS);
      gatherRows(values, block, some, wasm.f32, AT.strip / 4, stride);
      gatherRows(codes, block, some, wasm.u8, CODES, stride);
      const found = wasm.run.hits(
        CODES,
        AT.strip,
        some.length,
        stride,
        WANTED,
        MORE,
        VALID,
        MASKS,
        HITS
      );
      putHits(wasm, found, next, i * QUARTILES, collected);
    }
  }
  return collected;
}

/** What `width` neurons of a strip want, from the i-th on; false when it is nothing. */
function writeWanted(
  { u8 }: Wasm,
  { firstBin, lastBin, starts, ends }: Strip,
  i: number,
  width: number,
  stride: number
): boolean {
  let isAny = false;
  u8.fill(0, VALID, VALID + QUARTILES * stride);
  for (let column = 0; column < width; column++) {
    for (let quartile = 0; quartile < QUARTILES; quartile++) {
      const segment = (i + column) * QUARTILES + quartile;
      const at = quartile * stride + column;
      u8[WANTED + at] = firstBin[segment];
      u8[MORE + at] = lastBin[segment] - firstBin[segment];
      u8[VALID + at] = starts[segment] === ends[segment] ? 0 : 0xff;
      isAny ||= starts[segment] < ends[segment];
    }
  }
  return isAny;
}

/** Puts hits into their segments: hit k goes to the segment of slot `first` + its slot. */
function putHits(
  { u32, f32 }: Wasm,
  found: number,
  next: Uint32Array,
  first: number,
  collected: Float32Array
): void {
  const end = HITS / 4 + 2 * found;
  for (let at = HITS / 4; at < end; at += 2) {
    collected[next[first + u32[at]]++] = f32[at + 1];
  }
}

/** `sortFew` of src/core. */
export function sortFewBy(
  { run, f32 }: Wasm,
  values: Float32Array,
  neurons: number,
  rows: Uint32Array
): Float32Array {
  const sorted = new Float32Array(rows.length * neurons);
  const at = AT.strip / 4;
  for (const block of blocksOf(neurons, WIDTH)) {
    const { first, width } = block;
    const stride = roundUp(width, 4) + GAP;
    gatherRows(values, block, rows, f32, at, stride);
    run.sort(AT.strip, rows.length, stride);
    for (let r = 0; r < rows.length; r++) {
      const from = at + r * stride;
      sorted.set(f32.subarray(from, from + width), r * neurons + first);
    }
  }
  return sorted;
}
