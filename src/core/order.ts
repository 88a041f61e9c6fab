const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Six digits of 11 bits hold the 64 bits of a score. */
const PASSES = 6;

/**
 * Neuron indices in the order of their scores: [row] → neuron.
 * Ties keep the order of the data; NaN (no value) comes last in both directions; −0 equals +0.
 * A least-significant-digit radix sort: stable, and linear in the number of neurons.
 */
export function orderNeurons(
  scores: Float64Array,
  descending: boolean
): Uint32Array {
  const keys = sortKeys(scores, descending);
  let order = new Uint32Array(scores.length);
  for (let neuron = 0; neuron < order.length; neuron++) {
    order[neuron] = neuron;
  }
  let spare = new Uint32Array(order.length);
  for (let pass = 0; pass < PASSES; pass++) {
    const digits = digitsOf(keys, pass);
    const starts = startsOf(digits);
    if (starts === null) {
      continue;
    }
    scatter(order, spare, digits, starts);
    [order, spare] = [spare, order];
  }
  return order;
}

type Keys = { readonly low: Uint32Array; readonly high: Uint32Array };

/** Unsigned 64-bit keys, in halves, that ascend in the wanted order. */
function sortKeys(scores: Float64Array, descending: boolean): Keys {
  const low = new Uint32Array(scores.length);
  const high = new Uint32Array(scores.length);
  const value = new Float64Array(1);
  const halves = new Uint32Array(value.buffer);
  for (let i = 0; i < scores.length; i++) {
    // Adding 0 turns −0 into +0.
    value[0] = scores[i] + 0;
    if (Number.isNaN(value[0])) {
      low[i] = high[i] = 0xffffffff;
      continue;
    }
    const isNegative = halves[1] >>> 31 === 1;
    const flip = isNegative !== descending ? 0xffffffff : 0;
    low[i] = halves[0] ^ flip;
    high[i] = halves[1] ^ flip ^ (isNegative ? 0 : 0x80000000);
  }
  return { low, high };
}

function digitsOf({ low, high }: Keys, pass: number): Uint16Array {
  const shift = pass * DIGIT_BITS;
  const digits = new Uint16Array(low.length);
  for (let i = 0; i < digits.length; i++) {
    const bits =
      shift >= 32
        ? high[i] >>> (shift - 32)
        : (low[i] >>> shift) | (shift > 21 ? high[i] << (32 - shift) : 0);
    digits[i] = bits & (DIGITS - 1);
  }
  return digits;
}

/** First row of each digit; null when all neurons share one digit. */
function startsOf(digits: Uint16Array): Uint32Array | null {
  const starts = new Uint32Array(DIGITS);
  for (let i = 0; i < digits.length; i++) {
    starts[digits[i]]++;
  }
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = starts[digit];
    if (count === digits.length) {
      return null;
    }
    starts[digit] = next;
    next += count;
  }
  return starts;
}

function scatter(
  from: Uint32Array,
  to: Uint32Array,
  digits: Uint16Array,
  next: Uint32Array
): void {
  for (let row = 0; row < from.length; row++) {
    const neuron = from[row];
    to[next[digits[neuron]]++] = neuron;
  }
}
