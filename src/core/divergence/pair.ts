import type { Column } from './column';

/** One neuron in two groups of which neither is empty. */
export type Pair = {
  readonly a: Column;
  readonly b: Column;
  readonly joint: Joint;
};

/** The entries of both groups, ascending: how many values of each are at every one. */
export type Joint = {
  readonly length: number;
  readonly at: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly halves: Float64Array;
};

export type JointRoom = { -readonly [K in keyof Joint]: Joint[K] };

export function jointRoom(capacity: number): JointRoom {
  return {
    length: 0,
    at: new Float64Array(capacity),
    a: new Float64Array(capacity),
    b: new Float64Array(capacity),
    halves: new Float64Array(capacity)
  };
}

/** Merges two columns; bins of both must be those of one grid. */
export function joinInto(room: JointRoom, a: Column, b: Column): Joint {
  let [i, j, length] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const atA = i < a.length ? a.at[i] : Infinity;
    const atB = j < b.length ? b.at[j] : Infinity;
    room.at[length] = Math.min(atA, atB);
    room.halves[length] = atA <= atB ? a.halves[i] : b.halves[j];
    room.a[length] = atA <= atB ? a.counts[i++] : 0;
    room.b[length] = atB <= atA ? b.counts[j++] : 0;
    length++;
  }
  room.length = length;
  return room;
}
