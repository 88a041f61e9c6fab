const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** From this many values on the radix sort is faster than that of typed arrays. */
const MANY = 300;
/** Numbers places below MANY; a key and a place make a float64 that is exact. */
const PLACES = 512;

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
    for (let i = 0; i < length; i++) {
      keys[i] = keyOf(bits[i]);
    }
    startDigits(starts, keys, length);
    for (let i = 0; i < length; i++) {
      spare[starts[keys[i] & MASK]++] = keys[i];
    }
    for (let i = 0; i < length; i++) {
      keys[starts[DIGITS + ((spare[i] >>> DIGIT_BITS) & MASK)]++] = spare[i];
    }
    for (let i = 0; i < length; i++) {
      const key = keys[i];
      bits[starts[2 * DIGITS + (key >>> (2 * DIGIT_BITS))]++] = bitsOf(key);
    }
  };
}

/** A sort of `values` as that of `sorterOf`, which takes the tag of each along. Those of equal values keep their order. */
export function taggedSorterOf(
  values: Float32Array,
  tags: Uint32Array
): SortValues {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(values.length);
  const spare = new Uint32Array(values.length);
  const spareTags = new Uint32Array(values.length);
  const starts = new Uint32Array(3 * DIGITS);
  const few = new Float64Array(MANY);
  return length => {
    if (length < MANY) {
      for (let i = 0; i < length; i++) {
        few[i] = keyOf(bits[i]) * PLACES + i;
        spareTags[i] = tags[i];
      }
      few.subarray(0, length).sort();
      for (let i = 0; i < length; i++) {
        const key = Math.floor(few[i] / PLACES);
        bits[i] = bitsOf(key);
        tags[i] = spareTags[few[i] - key * PLACES];
      }
      return;
    }
    for (let i = 0; i < length; i++) {
      keys[i] = keyOf(bits[i]);
    }
    startDigits(starts, keys, length);
    for (let i = 0; i < length; i++) {
      const to = starts[keys[i] & MASK]++;
      spare[to] = keys[i];
      spareTags[to] = tags[i];
    }
    for (let i = 0; i < length; i++) {
      const to = starts[DIGITS + ((spare[i] >>> DIGIT_BITS) & MASK)]++;
      keys[to] = spare[i];
      tags[to] = spareTags[i];
    }
    spareTags.set(tags.subarray(0, length));
    for (let i = 0; i < length; i++) {
      const to = starts[2 * DIGITS + (keys[i] >>> (2 * DIGIT_BITS))]++;
      bits[to] = bitsOf(keys[i]);
      tags[to] = spareTags[i];
    }
  };
}

/** Keys ascend with the values: of negative ones all bits are flipped, else the sign. */
function keyOf(bits: number): number {
  return (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
}

function bitsOf(key: number): number {
  return key >>> 31 === 1 ? key ^ 0x80000000 : ~key;
}

/** Where each of three digits of the keys begins. */
function startDigits(
  starts: Uint32Array,
  keys: Uint32Array,
  length: number
): void {
  starts.fill(0);
  for (let i = 0; i < length; i++) {
    const key = keys[i];
    starts[key & MASK]++;
    starts[DIGITS + ((key >>> DIGIT_BITS) & MASK)]++;
    starts[2 * DIGITS + (key >>> (2 * DIGIT_BITS))]++;
  }
  for (let pass = 0; pass < 3; pass++) {
    let next = 0;
    for (let digit = pass * DIGITS; digit < (pass + 1) * DIGITS; digit++) {
      const count = starts[digit];
      starts[digit] = next;
      next += count;
    }
  }
}
