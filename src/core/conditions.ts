import type { Condition, Range } from './condition';
import { UnavailableError } from './errors';
import type { Samples } from './recording';
import { quoted } from './shown';

/** A neuron whose activations a condition looks at. */
export type NeuronOf = { readonly layer: string; readonly neuron: number };

/** The activations of a neuron, in the order of the rows; [samples]. */
export type ColumnOf = (neuron: NeuronOf) => ArrayLike<number>;

/**
 * The rows that pass, ascending. A test of what a sample does not have fails: no label, NaN, none of the
 * column. `not` is the plain complement, so that those pass it. Throws an UnavailableError when the
 * recording does not hold what a test looks at.
 */
export function rowsWhere(
  condition: Condition,
  samples: Samples,
  columnOf: ColumnOf
): Uint32Array {
  const passed = passing(condition, samples, columnOf);
  let count = 0;
  for (const bit of passed) {
    count += bit;
  }
  const rows = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < passed.length; row++) {
    if (passed[row] === 1) {
      rows[next++] = row;
    }
  }
  return rows;
}

/** The neurons that a condition looks at, each once. */
export function neuronsIn(condition: Condition): NeuronOf[] {
  const found = new Map<string, NeuronOf>();
  visit(condition, one => {
    if ('neuron' in one) {
      const { layer, neuron } = one;
      found.set(`${neuron}:${layer}`, { layer, neuron });
    }
  });
  return [...found.values()];
}

function visit(condition: Condition, see: (one: Condition) => void): void {
  see(condition);
  if ('not' in condition) {
    visit(condition.not, see);
  }
  const parts = 'all' in condition ? condition.all : anyOf(condition);
  parts.forEach(part => visit(part, see));
}

function anyOf(condition: Condition): readonly Condition[] {
  return 'any' in condition ? condition.any : [];
}

/** 1 for each row that passes, else 0; its own array. */
function passing(
  condition: Condition,
  samples: Samples,
  columnOf: ColumnOf
): Uint8Array {
  const { count } = samples;
  const pass = (part: Condition) => passing(part, samples, columnOf);
  if ('all' in condition) {
    return condition.all.map(pass).reduce(and, new Uint8Array(count).fill(1));
  }
  if ('any' in condition) {
    return condition.any.map(pass).reduce(or, new Uint8Array(count));
  }
  if ('not' in condition) {
    return pass(condition.not).map(bit => 1 - bit);
  }
  if ('label' in condition) {
    return among(labelsOf(samples), condition.label);
  }
  if ('prediction' in condition) {
    return among(predictionsOf(samples), condition.prediction);
  }
  if ('correct' in condition) {
    return agreeing(samples, condition.correct);
  }
  if ('group' in condition) {
    return inGroup(samples, condition.group);
  }
  if ('samples' in condition) {
    return numbered(samples, condition.samples);
  }
  if ('layer' in condition) {
    return within(columnOf(condition), condition);
  }
  return 'in' in condition
    ? among(...categoriesIn(samples, condition.column, condition.in))
    : within(numbersOf(samples, condition.column), condition);
}

function and(all: Uint8Array, passed: Uint8Array): Uint8Array {
  for (let row = 0; row < all.length; row++) {
    all[row] &= passed[row];
  }
  return all;
}

function or(any: Uint8Array, passed: Uint8Array): Uint8Array {
  for (let row = 0; row < any.length; row++) {
    any[row] |= passed[row];
  }
  return any;
}

/** Those whose index is one of `wanted`; −1 is none. */
function among(
  indices: ArrayLike<number>,
  wanted: readonly number[]
): Uint8Array {
  const isWanted = new Set(wanted.filter(index => index >= 0));
  return Uint8Array.from(indices, index => (isWanted.has(index) ? 1 : 0));
}

function agreeing(samples: Samples, correct: boolean): Uint8Array {
  const labels = labelsOf(samples);
  const predictions = predictionsOf(samples);
  return Uint8Array.from(labels, (label, row) =>
    label >= 0 &&
    predictions[row] >= 0 &&
    (label === predictions[row]) === correct
      ? 1
      : 0
  );
}

/** from ≤ x < to; NaN fails. */
function within(x: ArrayLike<number>, { from, to }: Range): Uint8Array {
  const low = from ?? -Infinity;
  const passed = new Uint8Array(x.length);
  for (let row = 0; row < passed.length; row++) {
    passed[row] = x[row] >= low && (to === null || x[row] < to) ? 1 : 0;
  }
  return passed;
}

function inGroup({ groups, count }: Samples, id: string): Uint8Array {
  const { mask } = known(
    groups.find(group => group.id === id),
    `group ${quoted(id)}`
  );
  const passed = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    passed[row] = (mask[row >> 3] >> (row & 7)) & 1;
  }
  return passed;
}

/** Samples as the author counts them; those that are not there fail. */
function numbered(
  { order, count }: Samples,
  wanted: readonly number[]
): Uint8Array {
  const passed = new Uint8Array(count);
  wanted
    .filter(sample => sample in passed)
    .forEach(sample => {
      passed[sample] = 1;
    });
  return order === null
    ? passed
    : Uint8Array.from(order, sample => passed[sample]);
}

/** A column's categories by row, and which of them have one of `texts`. */
function categoriesIn(
  samples: Samples,
  name: string,
  texts: readonly string[]
): [values: ArrayLike<number>, wanted: number[]] {
  const { values, categories } = columnIn(samples, name);
  const wanted = new Set(texts);
  const indices = known(categories, `column ${quoted(name)} of texts`).flatMap(
    (text, index) => (wanted.has(text) ? [index] : [])
  );
  return [values, indices];
}

function numbersOf(samples: Samples, name: string): ArrayLike<number> {
  const { values, categories } = columnIn(samples, name);
  return known(
    categories === null ? values : null,
    `column ${quoted(name)} of numbers`
  );
}

function columnIn({ columns }: Samples, name: string) {
  return known(
    columns.find(column => column.name === name),
    `column ${quoted(name)}`
  );
}

function labelsOf({ labels }: Samples): Int32Array {
  return known(labels, 'labels');
}

function predictionsOf({ predictions }: Samples): Int32Array {
  return known(predictions, 'predictions');
}

function known<T>(found: T | null | undefined, what: string): T {
  if (found === null || found === undefined) {
    throw new UnavailableError(`this recording holds no ${what}`, 'samples');
  }
  return found;
}
