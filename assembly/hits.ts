/** Ranges of codes that a column wants. */
const RANGES: u32 = 3;
/** A slot and a value. */
const HIT_BYTES: usize = 8;
/** A mask and a column. */
const MASK_BYTES: usize = 16;

/**
 * The non-zero finite values, float32 [rows, stride], whose codes, uint8 [rows, stride], are wanted.
 * Range k of column j is `wanted`[k, j] and the `more`[k, j] codes above it, uint8 [3, stride], if
 * `valid`[k, j] is 0xff, and empty if it is 0. `stride` is a multiple of 16.
 * `masks` is room for stride + 16 bytes.
 * Writes the slot 3·column + range, uint32, and the value of each to `out`, by row; returns their number.
 */
export function hits(
  codes: usize,
  values: usize,
  rows: usize,
  stride: usize,
  wanted: usize,
  more: usize,
  valid: usize,
  masks: usize,
  out: usize
): usize {
  let to = out;
  for (let row: usize = 0; row < rows; row++) {
    const at = row * stride;
    const from = values + (at << 2);
    const end = find(codes + at, from, stride, wanted, more, valid, masks);
    for (let mask = masks; mask < end; mask += MASK_BYTES) {
      to = put(load<u64>(mask), load<u32>(mask, 8), from, to);
    }
  }
  return (to - out) / HIT_BYTES;
}

/**
 * The hits of one row: for every sixteen columns with any, a mask of sixteen bits a range, uint64, and the
 * first column, uint32. Returns their end. There is no branch: which columns have hits is not predictable.
 */
function find(
  codes: usize,
  values: usize,
  stride: usize,
  wanted: usize,
  more: usize,
  valid: usize,
  masks: usize
): usize {
  let to = masks;
  for (let column: usize = 0; column < stride; column += 16) {
    const code = v128.load(codes + column);
    let place = column;
    const a = within(code, wanted + place, more + place, valid + place);
    place += stride;
    const b = within(code, wanted + place, more + place, valid + place);
    place += stride;
    const c = within(code, wanted + place, more + place, valid + place);
    const mask =
      (bitsOf(a) | (bitsOf(b) << 16) | (bitsOf(c) << 32)) &
      nonZero(values + (column << 2));
    store<u64>(to, mask);
    store<u32>(to, <u32>column, 8);
    to += mask !== 0 ? MASK_BYTES : 0;
  }
  return to;
}

/** Which of sixteen codes are in a range. */
function within(code: v128, wanted: usize, more: usize, valid: usize): v128 {
  const above = i8x16.sub(code, v128.load(wanted));
  const inside = i8x16.eq(i8x16.min_u(above, v128.load(more)), above);
  return v128.and(inside, v128.load(valid));
}

function bitsOf(lanes: v128): u64 {
  return <u64>i8x16.bitmask(lanes);
}

/** Which of sixteen values are not 0, a bit each, thrice. Many are after a ReLU, and their bin may be wanted. */
function nonZero(values: usize): u64 {
  const zero = f32x4.splat(0);
  const a = f32x4.ne(v128.load(values), zero);
  const b = f32x4.ne(v128.load(values, 16), zero);
  const c = f32x4.ne(v128.load(values, 32), zero);
  const d = f32x4.ne(v128.load(values, 48), zero);
  const bits = bitsOf(
    i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
  );
  return bits | (bits << 16) | (bits << 32);
}

/** Writes the finite ones among the values of a mask that is not 0; where the next hit goes. */
function put(mask: u64, column: u32, values: usize, to: usize): usize {
  do {
    const bit = <u32>ctz(mask);
    const place = column + (bit & 15);
    const value = load<f32>(values + (place << 2));
    store<u32>(to, place * RANGES + (bit >> 4));
    store<f32>(to, value, 4);
    to += value - value === 0 ? HIT_BYTES : 0;
    mask &= mask - 1;
  } while (mask !== 0);
  return to;
}
