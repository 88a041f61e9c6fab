import type { Column } from './column';

/** One neuron in two groups of which neither is empty. */
export type Pair = {
  readonly a: Column;
  readonly b: Column;
  /** Merged when it is first looked at. */
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
  const { at: atA, counts: countsA, halves: halvesA, length: lengthA } = a;
  const { at: atB, counts: countsB, halves: halvesB, length: lengthB } = b;
  const { at, a: ofA, b: ofB, halves } = room;
  let [i, j, length] = [0, 0, 0];
  for (; i < lengthA || j < lengthB; length++) {
    const nextA = i < lengthA ? atA[i] : Infinity;
    const nextB = j < lengthB ? atB[j] : Infinity;
    if (nextA <= nextB) {
      at[length] = nextA;
      halves[length] = halvesA[i];
      ofA[length] = countsA[i++];
      ofB[length] = nextA === nextB ? countsB[j++] : 0;
    } else {
      at[length] = nextB;
      halves[length] = halvesB[j];
      ofA[length] = 0;
      ofB[length] = countsB[j++];
    }
  }
  room.length = length;
  return room;
}
