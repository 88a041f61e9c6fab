import { interpolate } from '../quantile';
import { generator } from '../random';
import { keepRecent } from '../recent';

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
  const area = (timesOf: Uint8Array, timesAgainst: Uint8Array) => {
    for (let rank = 0; rank < order.length; rank++) {
      cumulative[rank + 1] = cumulative[rank] + timesAgainst[order[rank]];
    }
    let wins = 0;
    for (let i = 0; i < mine.length; i++) {
      wins += timesOf[i] * (cumulative[below[i]] + cumulative[upto[i]]);
    }
    return wins / 2 / (mine.length * others.length);
  };
  const ofMine = drawsOf(mine.length, 0, drawn);
  const ofOthers = isPaired ? null : drawsOf(others.length, 1, drawn);
  const areas = Float64Array.from({ length: drawn.resamples }, (_, draw) => {
    const times = ofMine(draw);
    return area(times, ofOthers?.(draw) ?? times);
  });
  const once = [mine, others].map(side => new Uint8Array(side.length).fill(1));
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
  const share = (times: Uint8Array) =>
    times.reduce((sum, time, i) => sum + time * isAbove[i], 0) / count;
  const draws = drawsOf(count, 0, drawn);
  const shares = Float64Array.from({ length: drawn.resamples }, (_, draw) =>
    share(draws(draw))
  );
  return estimate(share(new Uint8Array(count).fill(1)), shares, count, count);
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

/** How many times each value is drawn; asked for one draw after the other. */
type Draws = (draw: number) => Uint8Array;

/**
 * As many of so many values as there are, with replacement. All scores of the same images have the same draws, which
 * are kept; the sides of an area have draws of their own.
 */
function drawsOf(
  length: number,
  side: 0 | 1,
  { resamples, seed }: Drawn
): Draws {
  const sizeBytes = length * resamples;
  const random = generator(2 * seed + side);
  // Of 256 and more values none is drawn 256 times: that has a probability of 1 / 256!.
  const drawInto = (times: Uint8Array) => {
    for (let i = 0; i < length; i++) {
      times[Math.floor(random() * length)]++;
    }
    return times;
  };
  if (sizeBytes > DRAWS_BYTES) {
    const times = new Uint8Array(length);
    return () => drawInto(times.fill(0));
  }
  const key = [length, side, resamples, seed].join();
  const all = keptDraws.get(key, sizeBytes, () => {
    const made = new Uint8Array(sizeBytes);
    for (let end = length; end <= sizeBytes; end += length) {
      drawInto(made.subarray(end - length, end));
    }
    return made;
  });
  return draw => all.subarray(draw * length, (draw + 1) * length);
}

const DRAWS_BYTES = 2 ** 26;
const keptDraws = keepRecent<string, Uint8Array>(DRAWS_BYTES);

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
