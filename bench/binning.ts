import { bin } from 'd3';
import { countValues } from '../src/core/counts';
import { emptyExtent } from '../src/core/grid';
import { groupSamples, rowsOf } from '../src/core/groups';
import { typescriptKernels, type Kernels } from '../src/core/kernels';
import { codeLayer, measureValues, type Coded } from '../src/core/measure';
import { orderNeurons } from '../src/core/order';
import { exactQuartiles } from '../src/core/quantile';
import { wasmKernels } from '../src/worker/wasmKernels';

export type Row = { readonly what: string; readonly ms: number };

export type Sizes = {
  readonly samples: number;
  readonly neurons: number;
  readonly classes: number;
};

const RUNS = 7;

/** Median times of the pipeline and of its peers on the same synthetic activations, in this process. */
export async function binning(
  { samples, neurons, classes }: Sizes,
  kernelBytes: Uint8Array<ArrayBuffer>,
  sumBytes: Uint8Array<ArrayBuffer>
): Promise<Row[]> {
  const values = synthetic(samples, neurons);
  const labels = Int32Array.from({ length: samples }, (_, i) => i % classes);
  const wasm = await wasmKernels(kernelBytes);
  const sum = await sumPass(sumBytes, values);
  const coded = codeLayer(values, layerOf(neurons), wasm);
  const first = measureValues(coded, Uint32Array.of(0, 1, 2), wasm);
  return [
    timed('WebAssembly SIMD sum of all values (the yardstick)', sum),
    ...steps('WebAssembly', wasm, coded, classes),
    ...steps('TypeScript', typescriptKernels, coded, classes),
    timed('order of the neurons', () => orderNeurons(first.median, true)),
    timed(
      'd3.bin, 64 bins, a tenth of the neurons × 10',
      () => d3Bins(values, labels, neurons, classes),
      10
    )
  ];
}

/** The steps from activations to distributions, of all classes. */
function steps(
  name: string,
  kernels: Kernels,
  coded: Coded,
  classes: number
): Row[] {
  const { values, codes, grid } = coded;
  const neurons = grid.length / 2;
  const groups = groupsOf(values.length / neurons, classes);
  const counted = groups
    .slice(0, KEPT)
    .map(rows => countValues(values, codes, neurons, rows, kernels));
  const each = (work: (rows: Uint32Array, g: number) => void) => () =>
    groups.forEach(work);
  return [
    timed(`${name}: min and max`, () =>
      kernels.growExtent(emptyExtent(neurons), values)
    ),
    timed(`${name}: codes`, () => kernels.codesOf(values, grid)),
    timed(
      `${name}: counts`,
      each(rows => kernels.countCodes(codes, neurons, rows))
    ),
    timed(
      `${name}: zeros, extent, mean, non-finite`,
      each(rows => kernels.tallyOf(values, neurons, rows))
    ),
    timed(
      `${name}: exact quartiles`,
      each((rows, g) => {
        const of = counted[g % counted.length];
        exactQuartiles({ values, codes, grid, rows, ...of }, kernels);
      })
    ),
    timed(
      `${name}: whole distributions`,
      each(rows => measureValues(coded, rows, kernels))
    )
  ];
}

/** Counted groups that are kept: counts of a thousand classes would not fit. With so few samples each quartiles need none. */
const KEPT = 100;

function groupsOf(samples: number, classes: number): Uint32Array[] {
  const labels = Int32Array.from({ length: samples }, (_, i) => i % classes);
  const groups = groupSamples(
    { count: samples, labels, predictions: null },
    'label',
    classes
  );
  return Array.from({ length: classes }, (_, g) => rowsOf(groups, g));
}

function layerOf(neurons: number) {
  return { neurons, instances: new Float32Array(0) };
}

/** A pass over a copy of `values` in WebAssembly's memory. */
async function sumPass(
  bytes: Uint8Array<ArrayBuffer>,
  values: Float32Array
): Promise<() => void> {
  const pages = Math.ceil(values.byteLength / 2 ** 16);
  const memory = new WebAssembly.Memory({ initial: pages });
  new Float32Array(memory.buffer).set(values);
  const { instance } = await WebAssembly.instantiate(bytes, {
    env: { memory }
  });
  const { sum } = instance.exports as {
    sum(at: number, length: number): number;
  };
  return () => {
    sink += sum(0, values.length & ~15);
  };
}

/** Gaussian values; every second neuron through a ReLU. Seeded. */
function synthetic(samples: number, neurons: number): Float32Array {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const values = new Float32Array(samples * neurons);
  for (let i = 0; i < values.length; i++) {
    const normal =
      Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    values[i] = i % 2 === 0 ? normal : Math.max(0, normal);
  }
  return values;
}

let sink = 0;

/** d3.bin for every tenth neuron and each class. */
function d3Bins(
  values: Float32Array,
  labels: Int32Array,
  neurons: number,
  classes: number
): void {
  const histogram = bin<number, number>().thresholds(64);
  for (let neuron = 0; neuron < neurons; neuron += 10) {
    const byClass = Array.from({ length: classes }, (): number[] => []);
    for (let i = 0; i < labels.length; i++) {
      byClass[labels[i]].push(values[i * neurons + neuron]);
    }
    for (const group of byClass) {
      sink += histogram(group).length;
    }
  }
}

function timed(what: string, work: () => void, times = 1): Row {
  work();
  const ms = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  return { what, ms: ms * times };
}

// What is read from outside cannot be optimised away.
Object.assign(window, { binning, result: () => sink });
