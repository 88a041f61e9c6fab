/** Rows at once: further ones would fall into the same lines of the first cache. */
const BLOCK: usize = 4;

/**
 * Widens the extents `min` and `max` of `width` ≥ 4 columns, float32, by the finite ones of the
 * `rows` × `width` float32 at `values`. The sign of a zero is lost.
 */
export function extent(
  values: usize,
  rows: usize,
  width: usize,
  min: usize,
  max: usize
): void {
  const rowBytes = width << 2;
  const last = rowBytes - 16;
  const end = values + rows * rowBytes;
  for (let row = values; row < end; row += BLOCK * rowBytes) {
    const stop = row + BLOCK * rowBytes < end ? row + BLOCK * rowBytes : end;
    // The last four columns may have been visited already, which changes nothing.
    for (let column: usize = 0; column < last; column += 16) {
      widen(row + column, stop, rowBytes, min + column, max + column);
    }
    widen(row + last, stop, rowBytes, min + last, max + last);
  }
}

/** Four columns. */
function widen(
  first: usize,
  stop: usize,
  rowBytes: usize,
  min: usize,
  max: usize
): void {
  let low = v128.load(min);
  let high = v128.load(max);
  for (let at = first; at < stop; at += rowBytes) {
    const value = v128.load(at);
    // NaN in place of ±∞; a comparison with NaN is false and keeps what is there.
    const finite = f32x4.add(value, f32x4.sub(value, value));
    low = f32x4.pmin(low, finite);
    high = f32x4.pmax(high, finite);
  }
  v128.store(min, low);
  v128.store(max, high);
}
