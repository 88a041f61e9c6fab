/**
 * Adds to the tallies of `columns` columns, a multiple of 4, the `rows` rows at `values`, float32,
 * `rowBytes` apart. Per column: `sums` float64; `min` and `max` float32; `zeros`, `nan`, `posinf`,
 * `neginf` uint32. Sums are made row after row, as src/core does, so they are equal to the last bit.
 */
export function tally(
  values: usize,
  rows: usize,
  rowBytes: usize,
  columns: usize,
  sums: usize,
  min: usize,
  max: usize,
  zeros: usize,
  nan: usize,
  posinf: usize,
  neginf: usize
): void {
  const end = values + rows * rowBytes;
  for (let column: usize = 0; column < columns; column += 4) {
    const at = column << 2;
    const sum = sums + (column << 3);
    if (
      !tallyFinite(
        values + at,
        end,
        rowBytes,
        sum,
        min + at,
        max + at,
        zeros + at
      )
    ) {
      tallyAny(
        values + at,
        end,
        rowBytes,
        sum,
        min + at,
        max + at,
        zeros + at,
        nan + at,
        posinf + at,
        neginf + at
      );
    }
  }
}

/** Four columns, if all their values are finite; else changes nothing and tells so. */
function tallyFinite(
  values: usize,
  end: usize,
  rowBytes: usize,
  sums: usize,
  min: usize,
  max: usize,
  zeros: usize
): bool {
  const zero = f32x4.splat(0);
  let low = v128.load(min);
  let high = v128.load(max);
  let zero4 = v128.load(zeros);
  let sum01 = v128.load(sums);
  let sum23 = v128.load(sums, 16);
  let excess = zero;
  for (let at = values; at < end; at += rowBytes) {
    const value = v128.load(at);
    // x − x is +0, all bits clear, or NaN.
    excess = v128.or(excess, f32x4.sub(value, value));
    low = f32x4.pmin(low, value);
    high = f32x4.pmax(high, value);
    zero4 = i32x4.sub(zero4, f32x4.eq(value, zero));
    sum01 = f64x2.add(sum01, f64x2.promote_low_f32x4(value));
    sum23 = f64x2.add(
      sum23,
      f64x2.promote_low_f32x4(v128.shuffle<i64>(value, value, 1, 1))
    );
  }
  if (v128.any_true(excess)) {
    return false;
  }
  v128.store(min, low);
  v128.store(max, high);
  v128.store(zeros, zero4);
  v128.store(sums, sum01);
  v128.store(sums, sum23, 16);
  return true;
}

/** Four columns with any values. */
function tallyAny(
  values: usize,
  end: usize,
  rowBytes: usize,
  sums: usize,
  min: usize,
  max: usize,
  zeros: usize,
  nan: usize,
  posinf: usize,
  neginf: usize
): void {
  const zero = f32x4.splat(0);
  const infinity = f32x4.splat(f32.POSITIVE_INFINITY);
  let low = v128.load(min);
  let high = v128.load(max);
  let zero4 = v128.load(zeros);
  let nan4 = v128.load(nan);
  let posinf4 = v128.load(posinf);
  let neginf4 = v128.load(neginf);
  let sum01 = v128.load(sums);
  let sum23 = v128.load(sums, 16);
  for (let at = values; at < end; at += rowBytes) {
    const value = v128.load(at);
    const finite = f32x4.eq(f32x4.sub(value, value), zero);
    nan4 = i32x4.sub(nan4, f32x4.ne(value, value));
    posinf4 = i32x4.sub(posinf4, f32x4.eq(value, infinity));
    neginf4 = i32x4.sub(neginf4, f32x4.eq(value, f32x4.neg(infinity)));
    zero4 = i32x4.sub(zero4, f32x4.eq(value, zero));
    low = f32x4.pmin(low, v128.bitselect(value, infinity, finite));
    high = f32x4.pmax(high, v128.bitselect(value, f32x4.neg(infinity), finite));
    // A sum that begins with +0 is never −0, so adding +0 changes nothing.
    const added = v128.and(value, finite);
    sum01 = f64x2.add(sum01, f64x2.promote_low_f32x4(added));
    sum23 = f64x2.add(
      sum23,
      f64x2.promote_low_f32x4(v128.shuffle<i64>(added, added, 1, 1))
    );
  }
  v128.store(min, low);
  v128.store(max, high);
  v128.store(zeros, zero4);
  v128.store(nan, nan4);
  v128.store(posinf, posinf4);
  v128.store(neginf, neginf4);
  v128.store(sums, sum01);
  v128.store(sums, sum23, 16);
}
