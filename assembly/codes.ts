/**
 * Codes, uint8 at `out`, of the `rows` × `width` float32 at `values`, `width` ≥ 16 columns.
 * Per column, float32: 2^−e is the product of `scales` and `more`, whose factors a float32 can hold;
 * `origins` are whole numbers within ± 2^24. Finite values must lie on the grid.
 * `biases` are 2^23 − o. With `isPlain` all e are in [−127, 0] and all o within ± 2^23.
 */
export function codes(
  values: usize,
  rows: usize,
  width: usize,
  scales: usize,
  more: usize,
  origins: usize,
  biases: usize,
  isPlain: bool,
  out: usize
): void {
  const last = width - 16;
  for (let row: usize = 0; row < rows; row++) {
    const from = values + ((row * width) << 2);
    const to = out + row * width;
    let column: usize = 0;
    for (;;) {
      const at = column << 2;
      if (
        !isPlain ||
        !plain16(from + at, scales + at, biases + at, to + column)
      ) {
        any16(from + at, scales + at, more + at, origins + at, to + column);
      }
      if (column === last) {
        break;
      }
      // The last sixteen columns may have been visited already, which changes nothing.
      column = min(column + 16, last);
    }
  }
}

/** Sixteen codes on a plain grid, if all values are finite; else tells so. */
function plain16(
  values: usize,
  scales: usize,
  biases: usize,
  out: usize
): bool {
  const a = v128.load(values);
  const b = v128.load(values, 16);
  const c = v128.load(values, 32);
  const d = v128.load(values, 48);
  // x − x is +0, all bits clear, or NaN.
  const excess = v128.or(
    v128.or(f32x4.sub(a, a), f32x4.sub(b, b)),
    v128.or(f32x4.sub(c, c), f32x4.sub(d, d))
  );
  store16(
    out,
    plain4(a, scales, biases),
    plain4(b, scales + 16, biases + 16),
    plain4(c, scales + 32, biases + 32),
    plain4(d, scales + 48, biases + 48)
  );
  return !v128.any_true(excess);
}

/** Nothing can underflow, and floor(x·2^−e) + (2^23 − o) is exact: its last bits are the code. */
function plain4(value: v128, scales: usize, biases: usize): v128 {
  const floor = f32x4.floor(f32x4.mul(value, v128.load(scales)));
  return v128.and(f32x4.add(floor, v128.load(biases)), i32x4.splat(0xff));
}

/** Sixteen codes on any grid. */
function any16(
  values: usize,
  scales: usize,
  more: usize,
  origins: usize,
  out: usize
): void {
  store16(
    out,
    any4(values, scales, more, origins),
    any4(values + 16, scales + 16, more + 16, origins + 16),
    any4(values + 32, scales + 32, more + 32, origins + 32),
    any4(values + 48, scales + 48, more + 48, origins + 48)
  );
}

function store16(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(
    out,
    i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
  );
}

/** Four codes as int32: floor(x·2^−e) − o, 0 where x is not finite. */
function any4(values: usize, scales: usize, more: usize, origins: usize): v128 {
  const value = v128.load(values);
  // A power of two only moves the exponent; where it underflows, what is below 1 stays there.
  const scaled = f32x4.mul(
    f32x4.mul(value, v128.load(scales)),
    v128.load(more)
  );
  const floor = f32x4.floor(scaled);
  const zero = f32x4.splat(0);
  // A negative value that underflowed to −0 belongs below: all bits set are −1.
  const lost = v128.and(f32x4.lt(value, zero), f32x4.eq(floor, zero));
  // Both are whole and at most 2^24: the difference is exact. Above 2^23 the last bits are units.
  const shifted = f32x4.add(
    f32x4.sub(floor, v128.load(origins)),
    f32x4.splat(8388608)
  );
  const finite = f32x4.eq(f32x4.sub(value, value), zero);
  return v128.and(
    v128.and(i32x4.add(shifted, lost), i32x4.splat(0xff)),
    finite
  );
}
