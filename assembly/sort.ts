/**
 * Sorts the finite values of each column of the `rows` ≥ 1 rows at `values`, float32 [rows, stride], in
 * place, smallest first, and puts +∞ behind them. −0 becomes 0. `stride` is a multiple of 4.
 */
export function sort(values: usize, rows: usize, stride: usize): void {
  const rowBytes = stride << 2;
  const end = values + rows * rowBytes;
  for (let column = values; column < values + rowBytes; column += 16) {
    for (let at = column; at < end; at += rowBytes) {
      insert(column, at, rowBytes);
    }
  }
}

/** Puts the four values at `at` among those of the rows above, which are in order. */
function insert(column: usize, at: usize, rowBytes: usize): void {
  const value = v128.load(at);
  const zero = f32x4.splat(0);
  let carried = v128.bitselect(
    f32x4.add(value, zero),
    f32x4.splat(f32.POSITIVE_INFINITY),
    f32x4.eq(f32x4.sub(value, value), zero)
  );
  for (let place = column; place < at; place += rowBytes) {
    const other = v128.load(place);
    v128.store(place, f32x4.pmin(other, carried));
    carried = f32x4.pmax(other, carried);
  }
  v128.store(at, carried);
}
