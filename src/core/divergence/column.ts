/**
 * The finite values of one neuron in one group, ascending, none twice. An entry is an exact value, or a
 * bin whose centre stands for its values. Arrays are longer than `length` and are used again.
 */
export type Column = {
  /** Entries in use. */
  readonly length: number;
  readonly at: Float64Array;
  /** How many values are at each entry. */
  readonly counts: Float64Array;
  /** Half the width of a bin; 0 for an exact value. */
  readonly halves: Float64Array;
  /** Finite values. */
  readonly total: number;
  /** No entry is a bin. */
  readonly exact: boolean;
  /** Exact zeros have an entry of their own: no bin holds any. */
  readonly zerosApart: boolean;
  /** Statistics of the values that are known though entries are bins. */
  readonly known: Known | null;
};

export type Known = {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly median: number;
};

/** A column that is being written. */
export type ColumnRoom = { -readonly [K in keyof Column]: Column[K] };

/** Room for as many entries. */
export function columnRoom(capacity: number): ColumnRoom {
  return {
    length: 0,
    at: new Float64Array(capacity),
    counts: new Float64Array(capacity),
    halves: new Float64Array(capacity),
    total: 0,
    exact: true,
    zerosApart: true,
    known: null
  };
}

export function clearColumn(room: ColumnRoom): void {
  room.length = room.total = 0;
  room.exact = room.zerosApart = true;
  room.known = null;
}

/** Adds values above all others, or to the last entry when that is where they are. */
export function addValues(
  room: ColumnRoom,
  at: number,
  count: number,
  half: number
): void {
  const last = room.length - 1;
  room.total += count;
  if (last >= 0 && room.at[last] === at) {
    room.counts[last] += count;
    return;
  }
  const entry = room.length++;
  room.at[entry] = at;
  room.counts[entry] = count;
  room.halves[entry] = half;
}

/** The column on bins of width 2^exponent alone. */
export function binInto(
  room: ColumnRoom,
  { at, counts, length }: Column,
  exponent: number
): Column {
  const scale = 2 ** -exponent;
  const width = 2 ** exponent;
  clearColumn(room);
  room.exact = room.zerosApart = false;
  for (let entry = 0; entry < length; entry++) {
    const bin = Math.floor(at[entry] * scale);
    addValues(room, (bin + 0.5) * width, counts[entry], width / 2);
  }
  return room;
}

/** Mean − `shift`: exact values near it lose no digits. */
export function meanOf(column: Column, shift: number): number {
  if (column.known !== null) {
    return column.known.mean - shift;
  }
  const { at, counts, length, total } = column;
  let sum = 0;
  for (let entry = 0; entry < length; entry++) {
    sum += counts[entry] * (at[entry] - shift);
  }
  return sum / total;
}

/** Largest error of `meanOf`. */
export function meanErrorOf({ known, counts, halves, length, total }: Column) {
  let sum = 0;
  for (let entry = 0; entry < length && known === null; entry++) {
    sum += counts[entry] * halves[entry];
  }
  return sum / total;
}

/** The median as numpy.median: of an even count the mean of the two in the middle. */
export function medianOf(column: Column): number {
  return column.known === null
    ? middleOf(column, column.at)
    : column.known.median;
}

/** Largest error of `medianOf`. */
export function medianErrorOf(column: Column): number {
  return column.known === null ? middleOf(column, column.halves) : 0;
}

/** Mean of what the entries of the two values in the middle have. */
function middleOf({ counts, total }: Column, of: Float64Array): number {
  const upper = Math.floor(total / 2);
  const lower = Math.floor((total - 1) / 2);
  let entry = 0;
  let seen = counts[0];
  while (seen <= lower) {
    seen += counts[++entry];
  }
  return seen > upper ? of[entry] : (of[entry] + of[entry + 1]) / 2;
}
