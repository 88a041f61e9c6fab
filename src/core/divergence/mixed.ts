import { addValues, clearColumn, columnRoom, type Column } from './column';
import {
  commonOf,
  countColumns,
  gather,
  STRIP,
  type Columns,
  type LayerValues
} from './columns';
import type { Distribution } from '../distribution';
import { taggedSorterOf } from './sortValues';

/** The finite values of one neuron in several groups together, ascending. Arrays are used again. */
export type Mixed = {
  /** Entries in use. Of values, the zeros of a group are one and all others are single. */
  readonly length: number;
  /** Ascending, and the same where values are or share a bin. */
  readonly at: Float32Array | Float64Array;
  /** The group of each entry, and how many values it stands for. */
  readonly of: Uint32Array;
  readonly counts: Uint32Array | Float64Array;
  /** 1: a bin, whose centre stands for its values. */
  readonly binned: Uint8Array;
};

/** Reads one neuron after the other. */
export type Mixing = (neuron: number) => Mixed;

/** All groups of a layer: a neuron is sorted once, whatever their number. Groups may overlap. */
export function mixing(
  { values, grid }: LayerValues,
  groups: readonly Uint32Array[]
): Mixing {
  const neurons = grid.length / 2;
  const rows = Uint32Array.from(groups.flatMap(group => [...group]));
  const groupOf = Uint32Array.from(
    groups.flatMap((group, g) => new Array<number>(group.length).fill(g))
  );
  const strip = new Float32Array(STRIP * rows.length);
  const at = new Float32Array(rows.length);
  const of = new Uint32Array(rows.length);
  const counts = new Uint32Array(rows.length);
  const binned = new Uint8Array(rows.length);
  const zeros = new Uint32Array(groups.length);
  const sort = taggedSorterOf(at, of);
  let first = -STRIP;
  return neuron => {
    if (neuron < first || neuron >= first + STRIP) {
      first = neuron;
      gather(strip, values, neurons, rows, first);
    }
    const start = (neuron - first) * rows.length;
    let [length, negative] = [0, 0];
    zeros.fill(0);
    for (let r = 0; r < rows.length; r++) {
      const value = strip[start + r];
      if (value === 0) {
        zeros[groupOf[r]]++;
      } else if (value - value === 0) {
        negative += value < 0 ? 1 : 0;
        at[length] = value;
        of[length++] = groupOf[r];
      }
    }
    sort(length);
    counts.fill(1, 0, length);
    length += insertZeros(negative, length);
    return { length, at, of, counts, binned };
  };

  /** How many entries they take. */
  function insertZeros(place: number, length: number): number {
    const some = [...zeros.keys()].filter(g => zeros[g] > 0);
    at.copyWithin(place + some.length, place, length);
    of.copyWithin(place + some.length, place, length);
    counts.fill(1, length, length + some.length);
    at.fill(0, place, place + some.length);
    of.set(some, place);
    some.forEach((g, i) => (counts[place + i] = zeros[g]));
    return some.length;
  }
}

/** The same from counts. Where grids differ, counts are on the coarsest. */
export function mixingCounts(groups: readonly Distribution[]): Mixing {
  const common = commonOf(groups);
  const [first] = groups;
  const isShared = groups.every(
    ({ bins, grid }) =>
      bins === first.bins && grid.every((x, i) => x === first.grid[i])
  );
  const capacity = groups.reduce((sum, { bins }) => sum + bins + 2, 0);
  const room: Room = {
    length: 0,
    at: new Float64Array(capacity),
    of: new Uint32Array(capacity),
    counts: new Float64Array(capacity),
    binned: new Uint8Array(capacity)
  };
  const fill = isShared
    ? fillBins(groups, common.zerosApart)
    : fillColumns(groups.map(group => countColumns(group, common)));
  return neuron => {
    room.length = 0;
    fill(room, neuron);
    return room;
  };
}

type Room = { -readonly [K in keyof Mixed]: Mixed[K] };
type Fill = (room: Room, neuron: number) => void;

function addEntry(
  room: Room,
  at: number,
  of: number,
  count: number,
  binned: 0 | 1
): void {
  const entry = room.length++;
  room.at[entry] = at;
  room.of[entry] = of;
  room.counts[entry] = count;
  room.binned[entry] = binned;
}

/** Bin after bin of a grid that all share; places are those of the bins, zeros come half a bin before theirs. */
function fillBins(
  groups: readonly Distribution[],
  zerosApart: Uint8Array
): Fill {
  return (room, neuron) => {
    const [{ bins, grid }] = groups;
    const zeroBin = zerosApart[neuron] === 1 ? -grid[2 * neuron + 1] : -1;
    for (let bin = 0; bin < bins; bin++) {
      const isZero = bin === zeroBin;
      for (let g = 0; isZero && g < groups.length; g++) {
        if (groups[g].zeros[neuron] > 0) {
          addEntry(room, bin - 0.5, g, groups[g].zeros[neuron], 0);
        }
      }
      for (let g = 0; g < groups.length; g++) {
        const { counts, zeros } = groups[g];
        const all = counts[neuron * bins + bin];
        const count = isZero ? all - zeros[neuron] : all;
        if (count > 0) {
          addEntry(room, bin, g, count, 1);
        }
      }
    }
  };
}

/** Merges columns that are on grids of their own. */
function fillColumns(columns: readonly Columns[]): Fill {
  return (room, neuron) => {
    const read = columns.map(one => one.read(neuron));
    const places = read.map(() => 0);
    for (;;) {
      const next = Math.min(
        ...read.map(({ at, length }, g) =>
          places[g] < length ? at[places[g]] : Infinity
        )
      );
      if (next === Infinity) {
        return;
      }
      read.forEach(({ at, counts, halves, length }, g) => {
        const entry = places[g];
        if (entry < length && at[entry] === next) {
          addEntry(room, next, g, counts[entry], halves[entry] > 0 ? 1 : 0);
          places[g]++;
        }
      });
    }
  };
}

/** The column of each group, until the next are made. */
export function unmixing(
  groups: readonly Uint32Array[]
): (mixed: Mixed) => readonly Column[] {
  const rooms = groups.map(group => columnRoom(group.length));
  return ({ length, at, of, counts }) => {
    rooms.forEach(clearColumn);
    for (let i = 0; i < length; i++) {
      addValues(rooms[of[i]], at[i], counts[i], 0);
    }
    return rooms;
  };
}

/** Where the entries end that have the value of entry `i`. */
export function endOfTies({ length, at }: Mixed, i: number): number {
  let end = i + 1;
  while (end < length && at[end] === at[i]) {
    end++;
  }
  return end;
}
