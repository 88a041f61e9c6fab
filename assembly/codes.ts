/**
 * Codes, uint8 at `out`, of the `rows` × `width` float32 at `values`, `width` ≥ 16 columns.
 * Per column, float32: 2^−e is the product of `scales` and `more`, whose factors a float32 can hold;
 * `origins` are whole numbers within ± 2^24. Finite values must lie on the grid.
 */
export function codes(
  values: usize,
  rows: usize,
  width: usize,
  scales: usize,
  more: usize,
  origins: usize,
  out: usize
): void {
  const last = width - 16;
  for (let row: usize = 0; row < rows; row++) {
    const from = values + ((row * width) << 2);
    const to = out + row * width;
    // The last sixteen columns may have been visited already, which changes nothing.
    for (let column: usize = 0; column < last; column += 16) {
      const bytes = column << 2;
      code16(
        from + bytes,
        scales + bytes,
        more + bytes,
        origins + bytes,
        to + column
      );
    }
    const bytes = last << 2;
    code16(
      from + bytes,
      scales + bytes,
      more + bytes,
      origins + bytes,
      to + last
    );
  }
}

function code16(
  values: usize,
  scales: usize,
  more: usize,
  origins: usize,
  out: usize
): void {
  const a = code4(values, scales, more, origins);
  const b = code4(values + 16, scales + 16, more + 16, origins + 16);
  const c = code4(values + 32, scales + 32, more + 32, origins + 32);
  const d = code4(values + 48, scales + 48, more + 48, origins + 48);
  v128.store(
    out,
    i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
  );
}

/** Four codes as int32: floor(x·2^−e) − o, 0 where x is not finite. */
function code4(
  values: usize,
  scales: usize,
  more: usize,
  origins: usize
): v128 {
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
