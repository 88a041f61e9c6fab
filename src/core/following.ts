import type { Tally } from './counts';
import { FINE_BINS, type Distribution } from './distribution';
import type { Kernels } from './kernels';
import { isWithinGrid, withFitted, type Coded } from './measure';
import { binnedQuartiles } from './quantile';
import type { Grid } from './recording';

/** Groups that are kept to begin from, besides none and all: as many as one view follows. */
const KEPT_GROUPS = 2;
/** Those, of none, of all, and one that is made. */
const COUNTS_AT_ONCE = KEPT_GROUPS + 3;
/** Neurons at once: their counts are in the nearest cache. */
const BLOCK = 64;

/** A group, counted; `sums` of the finite values. */
type Counted = Pick<Tally, 'zeros' | 'nan' | 'posinf' | 'neginf'> & {
  rows: Uint32Array;
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
};

/**
 * Groups of samples that change step by step, as a selection does while one of its ends is dragged: each is counted
 * from the nearest one that is known by the samples in which they differ. Counts, zeros and non-finite values are
 * exact; means are to rounding; extents and quartiles are within one bin.
 */
export class Following {
  /** `count` samples; their values are all on the grid of `coded`. */
  private constructor(
    private readonly coded: Coded,
    count: number,
    private readonly kernels: Kernels
  ) {
    const { grid } = coded;
    const neurons = grid.length / 2;
    this.neurons = neurons;
    this.none = {
      rows: new Uint32Array(0),
      counts: new Uint32Array(neurons * FINE_BINS),
      sums: new Float64Array(neurons),
      zeros: new Uint32Array(neurons),
      nan: new Uint32Array(neurons),
      posinf: new Uint32Array(neurons),
      neginf: new Uint32Array(neurons)
    };
    const rows = Uint32Array.from({ length: count }, (_, row) => row);
    this.all = { ...copied(this.none), rows };
    this.extent = this.change(this.all, rows, 1);
  }

  /** Null where values have no bin of their own on the grid. */
  static of(coded: Coded, count: number, kernels: Kernels): Following | null {
    const following = new Following(coded, count, kernels);
    return isWithinGrid({ grid: coded.grid, ...following.extent })
      ? following
      : null;
  }

  /** Bytes that following a layer of so many neurons takes. */
  static sizeBytes(neurons: number): number {
    return 4 * FINE_BINS * neurons * COUNTS_AT_ONCE;
  }

  /** The distribution of the samples `rows`, ascending. Arrays of a distribution are its own. */
  measure(rows: Uint32Array): Distribution {
    const counted = this.follow(rows);
    this.kept = [counted, ...this.kept.filter(k => k !== counted)].slice(
      0,
      KEPT_GROUPS
    );
    const { grid } = this.coded;
    const { nan, posinf, neginf, sums } = counted;
    const counts =
      rows.length <= 0xffff
        ? new Uint16Array(counted.counts)
        : counted.counts.slice();
    // A sum of nothing may still hold the rounding of what went.
    const mean = sums.map((sum, n) => {
      const finite = rows.length - nan[n] - posinf[n] - neginf[n];
      return finite === 0 ? NaN : sum / finite;
    });
    return withFitted({
      size: rows.length,
      bins: FINE_BINS,
      grid: grid.slice(),
      counts,
      zeros: counted.zeros.slice(),
      nan: nan.slice(),
      posinf: posinf.slice(),
      neginf: neginf.slice(),
      mean,
      ...this.extentOf(counts),
      ...binnedQuartiles(grid, counts),
      exact: false,
      quantileBound: 1
    });
  }

  /** The nearest group that is kept becomes it; what is left beside one that is kept is all but that one. */
  private follow(rows: Uint32Array): Counted {
    const { all } = this;
    const beside = this.kept.find(k => isRest(rows, k.rows, all.rows.length));
    if (beside) {
      const next = this.kept.find(k => k !== beside) ?? copied(beside);
      COUNTED.forEach(part => subtract(next[part], all[part], beside[part]));
      next.rows = rows;
      return next;
    }
    const steps = [this.none, this.all, ...this.kept].map(from => ({
      from,
      ...between(from.rows, rows)
    }));
    const lengthOf = (step: (typeof steps)[number]) =>
      step.gone.length + step.come.length;
    const { from, gone, come } = steps.reduce((best, step) =>
      lengthOf(step) < lengthOf(best) ? step : best
    );
    const next = this.kept.includes(from) ? from : copied(from);
    this.change(next, come, 1);
    this.change(next, gone, -1);
    next.rows = rows;
    return next;
  }

  /** The samples `rows` come to a group, or go; their tally. */
  private change(group: Counted, rows: Uint32Array, sign: 1 | -1): Tally {
    const { values, codes } = this.coded;
    const tally = this.kernels.tallyOf(values, this.neurons, rows);
    countInto(group.counts, codes, this.neurons, rows, sign);
    for (let n = 0; n < this.neurons; n++) {
      const others = tally.nan[n] + tally.posinf[n] + tally.neginf[n];
      const finite = rows.length - others;
      group.counts[n * FINE_BINS] -= sign * others;
      group.sums[n] += finite === 0 ? 0 : sign * finite * tally.mean[n];
      group.zeros[n] += sign * tally.zeros[n];
      group.nan[n] += sign * tally.nan[n];
      group.posinf[n] += sign * tally.posinf[n];
      group.neginf[n] += sign * tally.neginf[n];
    }
    return tally;
  }

  /** By the edges of the bins in which the least and the largest value are. */
  private extentOf(
    counts: Uint16Array | Uint32Array
  ): Pick<Distribution, 'min' | 'max'> {
    const { neurons, extent } = this;
    const min = new Float64Array(neurons).fill(NaN);
    const max = new Float64Array(neurons).fill(NaN);
    for (let neuron = 0; neuron < neurons; neuron++) {
      const start = neuron * FINE_BINS;
      let first = 0;
      while (first < FINE_BINS && counts[start + first] === 0) {
        first++;
      }
      let end = FINE_BINS;
      while (end > first && counts[start + end - 1] === 0) {
        end--;
      }
      if (first < end) {
        const [low, high] = edgesAt(this.coded.grid, neuron, first, end);
        min[neuron] = Math.max(low, extent.min[neuron]);
        max[neuron] = Math.min(high, extent.max[neuron]);
      }
    }
    return { min, max };
  }

  private readonly neurons: number;
  private readonly none: Counted;
  private readonly all: Counted;
  /** Of all samples. */
  private readonly extent: Pick<Tally, 'min' | 'max'>;
  private kept: readonly Counted[] = [];
}

function copied(from: Counted): Counted {
  return {
    rows: from.rows,
    counts: from.counts.slice(),
    sums: from.sums.slice(),
    zeros: from.zeros.slice(),
    nan: from.nan.slice(),
    posinf: from.posinf.slice(),
    neginf: from.neginf.slice()
  };
}

/** What of a group is all of it, less what another has. */
const COUNTED = [
  'counts',
  'sums',
  'zeros',
  'nan',
  'posinf',
  'neginf'
] as const satisfies readonly (keyof Counted)[];

function subtract(
  into: Uint32Array | Float64Array,
  from: Uint32Array | Float64Array,
  what: Uint32Array | Float64Array
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = from[i] - what[i];
  }
}

/** Whether two ascending lists have each of `count` rows once, in one or the other. */
function isRest(a: Uint32Array, b: Uint32Array, count: number): boolean {
  let k = 0;
  return (
    a.length + b.length === count &&
    a.every(row => {
      while (k < b.length && b[k] < row) {
        k++;
      }
      return b[k] !== row;
    })
  );
}

/** Of few rows this is sooner done than to count them apart and to add all bins. */
function countInto(
  counts: Uint32Array,
  codes: Uint8Array,
  neurons: number,
  rows: Uint32Array,
  sign: 1 | -1
): void {
  for (let first = 0; first < neurons; first += BLOCK) {
    const end = Math.min(first + BLOCK, neurons);
    for (let i = 0; i < rows.length; i++) {
      const start = rows[i] * neurons;
      for (let neuron = first; neuron < end; neuron++) {
        const at = neuron * FINE_BINS + codes[start + neuron];
        // As int32: sums of uint32 are made in float64.
        counts[at] = (counts[at] + sign) | 0;
      }
    }
  }
}

/** What goes and what comes from one ascending list to another. */
function between(
  from: Uint32Array,
  to: Uint32Array
): { readonly gone: Uint32Array; readonly come: Uint32Array } {
  const gone = new Uint32Array(from.length);
  const come = new Uint32Array(to.length);
  let [goneCount, comeCount, i, k] = [0, 0, 0, 0];
  while (i < from.length || k < to.length) {
    if (k === to.length || from[i] < to[k]) {
      gone[goneCount++] = from[i++];
    } else if (i === from.length || to[k] < from[i]) {
      come[comeCount++] = to[k++];
    } else {
      i++;
      k++;
    }
  }
  return {
    gone: gone.subarray(0, goneCount),
    come: come.subarray(0, comeCount)
  };
}

/** Lower edge of the bin `first`, upper edge of the one before `end`. */
function edgesAt(
  grid: Grid,
  neuron: number,
  first: number,
  end: number
): readonly [number, number] {
  const width = 2 ** grid[2 * neuron];
  const origin = grid[2 * neuron + 1];
  return [(origin + first) * width, (origin + end) * width];
}
