import { bin } from 'd3';
import { emptyExtent } from '../../src/core/grid';
import { codeLayer } from '../../src/core/measure';
import { kernelBytes } from '../../src/worker/kernelBytes';
import { wasmKernels } from '../../src/worker/wasmKernels';
import {
  groupsOf,
  keep,
  labelsOf,
  sumRow,
  synthetic,
  timed,
  type Row,
  type Sizes
} from './activations';

/** From values to the counts of every neuron and class: ours, and d3's. */
export async function peers(sizes: Sizes): Promise<Row[]> {
  const { samples, neurons } = sizes;
  const values = synthetic(samples, neurons);
  const kernels = await wasmKernels(await kernelBytes());
  const sum = await sumRow(values);
  const layer = { neurons, instances: new Float32Array(0) };
  const groups = groupsOf(sizes);
  const { codes, grid } = codeLayer(values, layer, kernels);
  const count = () => {
    groups.forEach(rows => kernels.countCodes(codes, neurons, rows));
  };
  return [
    sum,
    timed('NeuralDivergence: grid, codes and counts, 256 bins', () => {
      kernels.growExtent(emptyExtent(neurons), values);
      kernels.codesOf(values, grid);
      count();
    }),
    timed('NeuralDivergence: counts, 256 bins, codes are kept', count),
    timed(
      'd3.bin, 64 bins, a tenth of the neurons × 10',
      () => d3Bins(values, sizes),
      10
    )
  ];
}

/** d3.bin for every tenth neuron and each class. */
function d3Bins(values: Float32Array, sizes: Sizes): void {
  const { neurons, classes } = sizes;
  const labels = labelsOf(sizes);
  const histogram = bin<number, number>().thresholds(64);
  for (let neuron = 0; neuron < neurons; neuron += 10) {
    const byClass = Array.from({ length: classes }, (): number[] => []);
    for (let i = 0; i < labels.length; i++) {
      byClass[labels[i]].push(values[i * neurons + neuron]);
    }
    for (const group of byClass) {
      keep(histogram(group).length);
    }
  }
}

Object.assign(window, { peers });
