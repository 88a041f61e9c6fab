import type { Distribution } from '../core/distribution';
import type { Extent } from '../core/extent';
import { fullExtent } from '../core/extent';

/** What is the same of a distribution however it is looked at; each is made when it is first asked for. */
export class Facts {
  constructor(private readonly distribution: Distribution) {}

  /** Tells this distribution from all others of the page. */
  readonly id = nextId();

  /** Extent of all finite values. */
  get full(): Extent {
    return (this.fullOnce ??= fullExtent(this.distribution));
  }

  /** The finest grid among neurons whose values differ; Infinity without any. */
  get finest(): number {
    return (this.finestOnce ??= finestOf(this.distribution));
  }

  /** Exact zeros, and values that are not finite, of all neurons. */
  get totals(): Totals {
    return (this.totalsOnce ??= totalsOf(this.distribution));
  }

  private fullOnce: Extent | undefined;
  private finestOnce: number | undefined;
  private totalsOnce: Totals | undefined;
}

export type Totals = { readonly zeros: number; readonly nonFinite: number };

/** The facts of a distribution, the same object each time. */
export function factsOf(distribution: Distribution): Facts {
  let facts = known.get(distribution);
  if (!facts) {
    facts = new Facts(distribution);
    known.set(distribution, facts);
  }
  return facts;
}

const known = new WeakMap<Distribution, Facts>();

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}

function finestOf({ grid, min, max }: Distribution): number {
  let finest = Infinity;
  for (let neuron = 0; neuron < max.length; neuron++) {
    if (max[neuron] > min[neuron] && grid[2 * neuron] < finest) {
      finest = grid[2 * neuron];
    }
  }
  return finest;
}

function totalsOf({ zeros, nan, posinf, neginf }: Distribution): Totals {
  const nonFinite = sum(nan) + sum(posinf) + sum(neginf);
  return { zeros: sum(zeros), nonFinite };
}

function sum(counts: Uint32Array): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i];
  }
  return total;
}
