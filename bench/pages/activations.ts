import { groupSamples, rowsOf } from '../../src/core/groups';

/** A measured step: the median and the best of its runs in milliseconds. */
export type Row = {
  readonly what: string;
  readonly ms: number;
  readonly bestMs: number;
};

export type Sizes = {
  readonly samples: number;
  readonly neurons: number;
  readonly classes: number;
};

const ENOUGH_VALUES = 20_000_000;
const RUNS = { least: 3, most: 7, enoughMs: 800 };

/** Runs `work` once to warm up, then a few times; `times` scales what was only done in part. */
export function timed(what: string, work: () => void, times = 1): Row {
  work();
  const all: number[] = [];
  const begun = performance.now();
  while (
    all.length < RUNS.least ||
    (all.length < RUNS.most && performance.now() - begun < RUNS.enoughMs)
  ) {
    const start = performance.now();
    work();
    all.push(times * (performance.now() - start));
  }
  all.sort((a, b) => a - b);
  return { what, ms: all[Math.floor(all.length / 2)], bestMs: all[0] };
}

/** Gaussian values; every second neuron through a ReLU. Seeded. */
export function synthetic(samples: number, neurons: number): Float32Array {
  const random = randomNumbers();
  const values = new Float32Array(samples * neurons);
  for (let i = 0; i < values.length; i++) {
    const normal =
      Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    values[i] = i % 2 === 0 ? normal : Math.max(0, normal);
  }
  return values;
}

/** Numbers between 0 and 1, the same in every run. */
export function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Classes take turns. */
export function labelsOf({ samples, classes }: Sizes): Int32Array {
  return Int32Array.from({ length: samples }, (_, i) => i % classes);
}

/** The samples of each class. */
export function groupsOf(sizes: Sizes): Uint32Array[] {
  const { samples: count, classes } = sizes;
  const samples = { count, labels: labelsOf(sizes), predictions: null };
  const groups = groupSamples(samples, 'label', classes);
  return Array.from({ length: classes }, (_, g) => rowsOf(groups, g));
}

/** The yardstick: a pass over a copy of `values` in WebAssembly's memory. */
export async function sumRow(values: Float32Array): Promise<Row> {
  const pages = Math.ceil(values.byteLength / 2 ** 16);
  const memory = new WebAssembly.Memory({ initial: pages });
  new Float32Array(memory.buffer).set(values);
  const { instance } = await WebAssembly.instantiateStreaming(
    fetch('sum.wasm'),
    { env: { memory } }
  );
  const { sum } = instance.exports as {
    sum(at: number, length: number): number;
  };
  // A browser's clock is coarse, and a small array is read in no time.
  const times = Math.ceil(ENOUGH_VALUES / values.length);
  const sums = () => {
    for (let time = 0; time < times; time++) {
      keep(sum(0, values.length & ~15));
    }
  };
  return timed('sum of all values', sums, 1 / times);
}

let kept = 0;

/** A result that is read from outside cannot be optimised away. */
export function keep(result: number): void {
  kept += result;
}

Object.assign(window, { kept: () => kept });
