import type { LayerValues } from '../divergence/columns';
import { BINS, binning } from '../divergence/compare';
import { FINE_BINS } from '../distribution';

/** Images that are looked at. */
export type Suspects = {
  /** Row-major [images, neurons]. */
  readonly values: Float32Array;
  /** The class that each is compared with, −1 = none; [images]. */
  readonly classes: Int32Array;
  /** The row of the sample, −1 = none; [images]. It is left out of its own class. */
  readonly rows: Int32Array;
};

/** Sums over the neurons of a layer, one a value of an image; [images]. */
export type Standings = {
  /** Surprisals in bits, and the neurons that have one. */
  readonly surprisal: Float64Array;
  readonly surprisals: Uint32Array;
  /** Absolute z, and the neurons that have one. */
  readonly deviation: Float64Array;
  readonly deviations: Uint32Array;
  /** Largest absolute z, −∞ where there is none. */
  readonly largest: Float64Array;
};

/** Neurons that are worked on at a time: the bins of all of a wide layer would take much memory. */
const STRIP = 1024;
/** Bins of a neuron, with the one more where they begin elsewhere. */
const ROOM = BINS + 1;
/** A sum of squares that falls by more than this is computed anew, not by a difference. */
const DOUBTFUL = 1e-6;

/**
 * How far each image stands from its class, as `neuraldivergence/standing.py` has it. `labels` are the true
 * classes of all samples, −1 = none; the grid holds the images as well.
 */
export function standingsOf(
  images: Suspects,
  layer: LayerValues,
  labels: Int32Array
): Standings {
  const count = images.classes.length;
  const found: Standings = {
    surprisal: new Float64Array(count),
    surprisals: new Uint32Array(count),
    deviation: new Float64Array(count),
    deviations: new Uint32Array(count),
    largest: new Float64Array(count).fill(-Infinity)
  };
  const neurons = layer.grid.length / 2;
  for (const [label, asked] of placesByClass(images.classes)) {
    const members = rowsWith(labels, label);
    for (let begin = 0; begin < neurons; begin += STRIP) {
      const end = Math.min(begin + STRIP, neurons);
      const strip = classIn(layer, members, begin, end);
      for (const place of asked) {
        const row = images.rows[place];
        const own = row >= 0 && labels[row] === label ? row : -1;
        addStanding(found, place, images, own, layer, strip);
      }
    }
  }
  return found;
}

/** The standings of several layers as those of one. */
export function joined(parts: readonly Standings[]): Standings {
  const [first, ...others] = parts;
  const sum = standingsAt(first, Uint32Array.from(first.largest.keys()));
  for (const part of others) {
    for (let place = 0; place < sum.largest.length; place++) {
      sum.surprisal[place] += part.surprisal[place];
      sum.surprisals[place] += part.surprisals[place];
      sum.deviation[place] += part.deviation[place];
      sum.deviations[place] += part.deviations[place];
      sum.largest[place] = Math.max(sum.largest[place], part.largest[place]);
    }
  }
  return sum;
}

/** The standings of some images, in this order. */
export function standingsAt(
  found: Standings,
  places: ArrayLike<number>
): Standings {
  const floats = (values: Float64Array) =>
    Float64Array.from(places, place => values[place]);
  const counts = (values: Uint32Array) =>
    Uint32Array.from(places, place => values[place]);
  return {
    surprisal: floats(found.surprisal),
    surprisals: counts(found.surprisals),
    deviation: floats(found.deviation),
    deviations: counts(found.deviations),
    largest: floats(found.largest)
  };
}

function placesByClass(classes: Int32Array): Map<number, number[]> {
  const places = new Map<number, number[]>();
  classes.forEach((label, place) => {
    if (label >= 0) {
      const known = places.get(label);
      if (known) {
        known.push(place);
      } else {
        places.set(label, [place]);
      }
    }
  });
  return places;
}

function rowsWith(labels: Int32Array, label: number): Uint32Array {
  return Uint32Array.from(labels.keys()).filter(row => labels[row] === label);
}

/** The finite values of a class in some neurons, from `begin` to `end`. */
type ClassStrip = {
  readonly begin: number;
  readonly end: number;
  readonly members: Uint32Array;
  readonly n: Uint32Array;
  /** A value of the class: differences from it lose no digits where all values are close. */
  readonly shift: Float64Array;
  /** Mean − `shift`. */
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly squares: Float64Array;
  readonly bins: Bins;
  /** Row-major [neurons, ROOM]. */
  readonly counts: Uint32Array;
};

/** The wide bins of some neurons: floor(x · scale) − first, `sizes` of them. */
type Bins = {
  readonly scale: Float64Array;
  readonly first: Float64Array;
  readonly sizes: Uint32Array;
};

function binsIn(grid: Int32Array, begin: number, end: number): Bins {
  const binsOf = binning(grid, FINE_BINS);
  const width = end - begin;
  const bins: Bins = {
    scale: new Float64Array(width),
    first: new Float64Array(width),
    sizes: new Uint32Array(width)
  };
  for (let i = 0; i < width; i++) {
    const [exponent, origin] = grid.subarray(2 * (begin + i));
    const wide = binsOf(begin + i);
    bins.scale[i] = 2 ** -wide.exponent;
    bins.first[i] = Math.floor(origin * 2 ** (exponent - wide.exponent));
    bins.sizes[i] = wide.bins;
  }
  return bins;
}

/** −1 outside, and of what is not finite. */
function binOf({ scale, first, sizes }: Bins, i: number, x: number): number {
  const bin = Math.floor(x * scale[i]) - first[i];
  return bin >= 0 && bin < sizes[i] ? bin : -1;
}

function classIn(
  { values, grid }: LayerValues,
  members: Uint32Array,
  begin: number,
  end: number
): ClassStrip {
  const width = end - begin;
  const neurons = grid.length / 2;
  const bins = binsIn(grid, begin, end);
  const n = new Uint32Array(width);
  const shift = new Float64Array(width).fill(Infinity);
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const counts = new Uint32Array(width * ROOM);
  const each = (work: (i: number, value: number) => void) => {
    for (const row of members) {
      const start = row * neurons + begin;
      for (let i = 0; i < width; i++) {
        const value = values[start + i];
        // Infinity − Infinity and NaN − NaN are NaN.
        if (value - value === 0) {
          work(i, value);
        }
      }
    }
  };
  each((i, value) => {
    n[i]++;
    shift[i] = value < shift[i] ? value : shift[i];
    counts[i * ROOM + binOf(bins, i, value)]++;
  });
  each((i, value) => {
    mean[i] += value - shift[i];
  });
  for (let i = 0; i < width; i++) {
    mean[i] /= Math.max(n[i], 1);
  }
  each((i, value) => {
    const off = value - shift[i] - mean[i];
    squares[i] += off * off;
  });
  return { begin, end, members, n, shift, mean, squares, bins, counts };
}

/** Adds what an image has in the neurons of a strip; `own` is its row among the members of the class, or −1. */
function addStanding(
  found: Standings,
  place: number,
  images: Suspects,
  own: number,
  layer: LayerValues,
  strip: ClassStrip
): void {
  const { begin, end, n, bins, counts } = strip;
  const neurons = layer.grid.length / 2;
  for (let i = 0; i < end - begin; i++) {
    const x = images.values[place * neurons + begin + i];
    const left = own < 0 ? NaN : layer.values[own * neurons + begin + i];
    const isLeft = left - left === 0;
    const rest = n[i] - (isLeft ? 1 : 0);
    if (rest <= 0 || Number.isNaN(x)) {
      continue;
    }
    const bin = binOf(bins, i, x);
    const isInOwn = isLeft && bin === binOf(bins, i, left);
    const inBin = bin < 0 ? 0 : counts[i * ROOM + bin] - (isInOwn ? 1 : 0);
    found.surprisal[place] -= Math.log2(
      (inBin + 0.5) / (rest + bins.sizes[i] / 2)
    );
    found.surprisals[place]++;
    const z = Math.abs(zOf(x, isLeft ? left : null, i, layer, strip));
    if (!Number.isNaN(z)) {
      found.deviation[place] += z;
      found.deviations[place]++;
      found.largest[place] = Math.max(found.largest[place], z);
    }
  }
}

/** (x − mean) / standard deviation of the class without `own`; NaN where all values of the rest are equal. */
function zOf(
  x: number,
  own: number | null,
  i: number,
  layer: LayerValues,
  strip: ClassStrip
): number {
  const n = strip.n[i];
  const shift = strip.shift[i];
  let [mean, squares, rest] = [strip.mean[i], strip.squares[i], n];
  if (own !== null) {
    const off = own - shift - mean;
    rest -= 1;
    mean -= off / rest;
    squares -= (off * off * n) / rest;
    if (strip.squares[i] > 0 && squares <= DOUBTFUL * strip.squares[i]) {
      [mean, squares] = momentsWithout(own, i, layer, strip);
    }
  }
  const deviation = Math.sqrt(squares / rest);
  return deviation > 0 ? (x - shift - mean) / deviation : NaN;
}

/** Mean − `shift` and sum of squares of the class without one of the values that equal `own`. */
function momentsWithout(
  own: number,
  i: number,
  { values, grid }: LayerValues,
  { begin, members, shift }: ClassStrip
): [mean: number, squares: number] {
  const neurons = grid.length / 2;
  const shifted: number[] = [];
  let isLeft = false;
  for (const row of members) {
    const value = values[row * neurons + begin + i];
    if (!isLeft && value === own) {
      isLeft = true;
    } else if (value - value === 0) {
      shifted.push(value - shift[i]);
    }
  }
  if (shifted.every(value => value === shifted[0])) {
    return [shifted[0], 0];
  }
  const mean = shifted.reduce((sum, value) => sum + value, 0) / shifted.length;
  return [
    mean,
    shifted.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  ];
}
