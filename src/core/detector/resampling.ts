import { interpolate } from '../quantile';

/** A number and its 95 % bootstrap interval, which is NaN where it cannot be told. */
export type Estimate = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Values on both sides. */
  readonly of: number;
  readonly against: number;
};

/** How an interval is drawn. */
export type Drawn = { readonly resamples: number; readonly seed: number };

/** The interval: 2.5 % of the draws are below it, and as many above. */
const TAIL = 0.025;

/**
 * P(of > against) + ½ P(of = against): the area under the ROC curve. NaN scores do not count; null where a side
 * has none. Of pairs, side by side, pairs are drawn, and one with a NaN does not count.
 */
export function areaOf(
  of: Float64Array,
  against: Float64Array,
  isPaired: boolean,
  drawn: Drawn
): Estimate | null {
  const [mine, others] = isPaired
    ? bothKnown(of, against)
    : [of, against].map(known);
  if (mine.length === 0 || others.length === 0) {
    return null;
  }
  const order = Uint32Array.from(others.keys()).sort(
    (i, j) => others[i] - others[j] || i - j
  );
  const ranked = Float64Array.from(order, i => others[i]);
  const below = mine.map(value => lowerBound(ranked, value));
  const upto = mine.map(value => upperBound(ranked, value));
  const cumulative = new Float64Array(ranked.length + 1);
  /** From how many times each value is drawn. */
  const area = (timesOf: Uint32Array, timesAgainst: Uint32Array) => {
    for (let rank = 0; rank < order.length; rank++) {
      cumulative[rank + 1] = cumulative[rank] + timesAgainst[order[rank]];
    }
    let wins = 0;
    for (let i = 0; i < mine.length; i++) {
      wins += timesOf[i] * (cumulative[below[i]] + cumulative[upto[i]]);
    }
    return wins / 2 / (mine.length * others.length);
  };
  const random = generator(drawn.seed);
  const sides = isPaired ? [mine] : [mine, others];
  const times = sides.map(({ length }) => new Uint32Array(length));
  const areas = Float64Array.from({ length: drawn.resamples }, () => {
    times.forEach(one => drawInto(one, random));
    return area(times[0], times[times.length - 1]);
  });
  const once = [mine, others].map(side => new Uint32Array(side.length).fill(1));
  return estimate(area(once[0], once[1]), areas, mine.length, others.length);
}

/** The share of pairs in which the first score is larger; as `areaOf`. */
export function shareAbove(
  of: Float64Array,
  against: Float64Array,
  drawn: Drawn
): Estimate | null {
  const [mine, others] = bothKnown(of, against);
  const count = mine.length;
  if (count === 0) {
    return null;
  }
  const isAbove = mine.map((value, i) => (value > others[i] ? 1 : 0));
  const share = (times: Uint32Array) =>
    times.reduce((sum, time, i) => sum + time * isAbove[i], 0) / count;
  const random = generator(drawn.seed);
  const times = new Uint32Array(count);
  const shares = Float64Array.from({ length: drawn.resamples }, () => {
    drawInto(times, random);
    return share(times);
  });
  return estimate(share(times.fill(1)), shares, count, count);
}

/** Shares of others and of what is looked for at or above each threshold, from (0, 0) to (1, 1). */
export type Curve = {
  readonly falseAlarms: Float64Array;
  readonly hits: Float64Array;
};

/** The ROC curve, corners alone; null where a side has no score. */
export function curveOf(of: Float64Array, against: Float64Array): Curve | null {
  const sides = [against, of].map(side => known(side).sort().reverse());
  const [others, mine] = sides;
  if (mine.length === 0 || others.length === 0) {
    return null;
  }
  const corners: [alarms: number, hits: number][] = [[0, 0]];
  let [alarms, hits] = [0, 0];
  while (alarms < others.length || hits < mine.length) {
    const threshold = Math.max(
      others[alarms] ?? -Infinity,
      mine[hits] ?? -Infinity
    );
    while (others[alarms] === threshold) {
      alarms++;
    }
    while (mine[hits] === threshold) {
      hits++;
    }
    if (isStraight(corners, alarms, hits)) {
      corners.pop();
    }
    corners.push([alarms, hits]);
  }
  return {
    falseAlarms: Float64Array.from(corners, ([a]) => a / others.length),
    hits: Float64Array.from(corners, ([, h]) => h / mine.length)
  };
}

/** Whether the last corner is none when the curve goes on to a point. */
function isStraight(
  corners: readonly (readonly [number, number])[],
  alarms: number,
  hits: number
): boolean {
  const [last, before] = [corners.at(-1), corners.at(-2)];
  return (
    last !== undefined &&
    before !== undefined &&
    (last[0] - before[0]) * (hits - last[1]) ===
      (last[1] - before[1]) * (alarms - last[0])
  );
}

function known(scores: Float64Array): Float64Array {
  return scores.filter(score => !Number.isNaN(score));
}

function bothKnown(of: Float64Array, against: Float64Array): Float64Array[] {
  const isKnown = (i: number) =>
    !Number.isNaN(of[i]) && !Number.isNaN(against[i]);
  return [of, against].map(side => side.filter((_, i) => isKnown(i)));
}

/** How many of the ascending values are below, or not above, one. */
function lowerBound(ascending: Float64Array, value: number): number {
  return firstWhere(ascending, other => other >= value);
}

function upperBound(ascending: Float64Array, value: number): number {
  return firstWhere(ascending, other => other > value);
}

function firstWhere(
  ascending: Float64Array,
  is: (value: number) => boolean
): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(ascending[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Draws as many values as there are, with replacement: how many times each is drawn. */
function drawInto(times: Uint32Array, random: () => number): void {
  times.fill(0);
  for (let i = 0; i < times.length; i++) {
    times[Math.floor(random() * times.length)]++;
  }
}

/** Numbers from 0 up to 1 that depend on the seed alone (mulberry32, T. Ettinger). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function estimate(
  value: number,
  drawn: Float64Array,
  of: number,
  against: number
): Estimate {
  const isOpen = drawn.length === 0 || Math.min(of, against) < 2;
  const sorted = drawn.sort();
  return {
    value,
    low: isOpen ? NaN : percentile(sorted, TAIL),
    high: isOpen ? NaN : percentile(sorted, 1 - TAIL),
    of,
    against
  };
}

/** As numpy.percentile, of ascending values. */
function percentile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return interpolate(ascending[low], ascending[high], at - low);
}
