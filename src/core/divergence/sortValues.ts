const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** From this many values on the radix sort is faster than that of typed arrays. */
const MANY = 300;

/** Sorts the first `length` of the values that it was made for, ascending. */
export type SortValues = (length: number) => void;

/** A sort of `values`, none of them NaN; −0 comes before 0. Its own room is used again. */
export function sorterOf(values: Float32Array): SortValues {
  if (values.length < MANY) {
    return length => void values.subarray(0, length).sort();
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(values.length);
  const spare = new Uint32Array(values.length);
  const starts = new Uint32Array(3 * DIGITS);
  return length => {
    if (length < MANY) {
      values.subarray(0, length).sort();
      return;
    }
    starts.fill(0);
    for (let i = 0; i < length; i++) {
      // Keys ascend with the values: of negative ones all bits are flipped, else the sign.
      const key = (bits[i] ^ ((bits[i] >> 31) | 0x80000000)) >>> 0;
      keys[i] = key;
      starts[key & MASK]++;
      starts[DIGITS + ((key >>> DIGIT_BITS) & MASK)]++;
      starts[2 * DIGITS + (key >>> (2 * DIGIT_BITS))]++;
    }
    startDigits(starts);
    for (let i = 0; i < length; i++) {
      spare[starts[keys[i] & MASK]++] = keys[i];
    }
    for (let i = 0; i < length; i++) {
      keys[starts[DIGITS + ((spare[i] >>> DIGIT_BITS) & MASK)]++] = spare[i];
    }
    for (let i = 0; i < length; i++) {
      const key = keys[i];
      bits[starts[2 * DIGITS + (key >>> (2 * DIGIT_BITS))]++] =
        key >>> 31 === 1 ? key ^ 0x80000000 : ~key;
    }
  };
}

/** Turns the counts of three digits into where each begins. */
function startDigits(starts: Uint32Array): void {
  for (let pass = 0; pass < 3; pass++) {
    let next = 0;
    for (let digit = pass * DIGITS; digit < (pass + 1) * DIGITS; digit++) {
      const count = starts[digit];
      starts[digit] = next;
      next += count;
    }
  }
}
