import { bin } from 'd3';
import { groupSamples, rowsOf } from '../src/core/groups';
import { codeLayer, measureValues } from '../src/core/measure';
import { orderNeurons } from '../src/core/order';
import type { Layer } from '../src/core/recording';

export type Row = { readonly what: string; readonly ms: number };

const RUNS = 5;

/** Median times of the pipeline and of its peers on the same synthetic activations, in this process. */
export function binning(
  samples: number,
  neurons: number,
  classes: number
): Row[] {
  const values = synthetic(samples, neurons);
  const labels = Int32Array.from({ length: samples }, (_, i) => i % classes);
  const layer: Layer = {
    name: 'synthetic',
    neurons,
    kind: 'dense',
    reduction: null,
    neuronNames: null,
    activations: values,
    codes: null,
    summary: null,
    instances: new Float32Array(0)
  };
  const groups = groupSamples(
    { count: samples, labels, predictions: null },
    'label',
    classes
  );
  const coded = codeLayer(values, layer);
  const first = measureValues(coded, rowsOf(groups, 0));
  return [
    timed('sum of all values (the yardstick)', () => sum(values)),
    timed('extent, grid and codes', () => codeLayer(values, layer)),
    timed('counts, statistics, exact quartiles, all classes', () => {
      for (let g = 0; g < classes; g++) {
        measureValues(coded, rowsOf(groups, g));
      }
    }),
    timed('order of the neurons', () => orderNeurons(first.median, true)),
    timed(
      'd3.bin, 64 bins, a tenth of the neurons × 10',
      () => d3Bins(values, labels, neurons, classes),
      10
    )
  ];
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

function sum(values: Float32Array): void {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i];
  }
  sink += total;
}

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
