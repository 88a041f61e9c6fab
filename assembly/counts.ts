/** Columns whose bytes of counts stay in the first cache. */
const COLUMNS: usize = 64;
const BINS: usize = 256;

/**
 * Adds to `counts`, uint16 [stride, 256], the codes of `rows` ≤ 255 rows, uint8 [rows, stride];
 * `stride` is a multiple of 8. `tile`, uint8 [64, 256], is all zeros before and after.
 */
export function count16(
  codes: usize,
  rows: usize,
  stride: usize,
  tile: usize,
  counts: usize
): void {
  for (let first: usize = 0; first < stride; first += COLUMNS) {
    const columns = min(COLUMNS, stride - first);
    countTile(codes + first, rows, stride, columns, tile);
    flush16(tile, columns * BINS, counts + ((first * BINS) << 1));
  }
}

/** As count16, with `counts` uint32. */
export function count32(
  codes: usize,
  rows: usize,
  stride: usize,
  tile: usize,
  counts: usize
): void {
  for (let first: usize = 0; first < stride; first += COLUMNS) {
    const columns = min(COLUMNS, stride - first);
    countTile(codes + first, rows, stride, columns, tile);
    flush32(tile, columns * BINS, counts + ((first * BINS) << 2));
  }
}

function countTile(
  codes: usize,
  rows: usize,
  stride: usize,
  columns: usize,
  tile: usize
): void {
  const end = codes + rows * stride;
  for (let row = codes; row < end; row += stride) {
    let bins = tile;
    for (let column: usize = 0; column < columns; column += 8) {
      count8(load<u64>(row + column), bins);
      bins += 8 * BINS;
    }
  }
}

/** Eight codes of one row. Written out, so that the place of a column is in the instruction. */
function count8(codes: u64, bins: usize): void {
  const low = <u32>codes;
  const high = <u32>(codes >> 32);
  let at = bins + (low & 0xff);
  store<u8>(at, load<u8>(at) + 1);
  at = bins + ((low >> 8) & 0xff);
  store<u8>(at, load<u8>(at, 256) + 1, 256);
  at = bins + ((low >> 16) & 0xff);
  store<u8>(at, load<u8>(at, 512) + 1, 512);
  at = bins + (low >> 24);
  store<u8>(at, load<u8>(at, 768) + 1, 768);
  at = bins + (high & 0xff);
  store<u8>(at, load<u8>(at, 1024) + 1, 1024);
  at = bins + ((high >> 8) & 0xff);
  store<u8>(at, load<u8>(at, 1280) + 1, 1280);
  at = bins + ((high >> 16) & 0xff);
  store<u8>(at, load<u8>(at, 1536) + 1, 1536);
  at = bins + (high >> 24);
  store<u8>(at, load<u8>(at, 1792) + 1, 1792);
}

function flush16(tile: usize, sizeBytes: usize, counts: usize): void {
  for (let i: usize = 0; i < sizeBytes; i += 16) {
    const bytes = v128.load(tile + i);
    v128.store(tile + i, i32x4.splat(0));
    const to = counts + (i << 1);
    add16(to, i16x8.extend_low_i8x16_u(bytes));
    add16(to + 16, i16x8.extend_high_i8x16_u(bytes));
  }
}

function add16(to: usize, counts: v128): void {
  v128.store(to, i16x8.add(v128.load(to), counts));
}

function flush32(tile: usize, sizeBytes: usize, counts: usize): void {
  for (let i: usize = 0; i < sizeBytes; i += 16) {
    const bytes = v128.load(tile + i);
    v128.store(tile + i, i32x4.splat(0));
    const to = counts + (i << 2);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    add32(to, i32x4.extend_low_i16x8_u(low));
    add32(to + 16, i32x4.extend_high_i16x8_u(low));
    add32(to + 32, i32x4.extend_low_i16x8_u(high));
    add32(to + 48, i32x4.extend_high_i16x8_u(high));
  }
}

function add32(to: usize, counts: v128): void {
  v128.store(to, i32x4.add(v128.load(to), counts));
}
