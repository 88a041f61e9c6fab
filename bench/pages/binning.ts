import { countValues } from '../../src/core/counts';
import { emptyExtent } from '../../src/core/grid';
import { typescriptKernels, type Kernels } from '../../src/core/kernels';
import { codeLayer, measureValues, type Coded } from '../../src/core/measure';
import { orderNeurons } from '../../src/core/order';
import { exactQuartiles } from '../../src/core/quantile';
import { kernelBytes } from '../../src/worker/kernelBytes';
import { wasmKernels } from '../../src/worker/wasmKernels';
import {
  groupsOf,
  randomNumbers,
  sumRow,
  synthetic,
  timed,
  type Row,
  type Sizes
} from './activations';

/** The steps from activations to pictures, as multiples of a pass over the same values in this process. */
export async function binning(
  sizes: Sizes,
  withTypescript: boolean
): Promise<Row[]> {
  const { samples, neurons } = sizes;
  const values = synthetic(samples, neurons);
  const layer = { neurons, instances: new Float32Array(0) };
  const wasm = await wasmKernels(await kernelBytes());
  const sum = await sumRow(values);
  const coded = codeLayer(values, layer, wasm);
  const groups = groupsOf(sizes);
  const first = measureValues(coded, groups[0], wasm);
  const subset = randomRows(samples);
  return [
    sum,
    ...steps('WebAssembly', wasm, coded, groups),
    timed('WebAssembly: counts of any half of the samples', () =>
      wasm.countCodes(coded.codes, neurons, subset)
    ),
    timed('order of the neurons', () => orderNeurons(first.median, true)),
    ...(withTypescript
      ? steps('TypeScript', typescriptKernels, coded, groups)
      : [])
  ];
}

function steps(
  name: string,
  kernels: Kernels,
  coded: Coded,
  groups: readonly Uint32Array[]
): Row[] {
  const { values, codes, grid } = coded;
  const neurons = grid.length / 2;
  const shown = groups.slice(0, SHOWN);
  const counted = groups
    .slice(0, KEPT)
    .map(rows => countValues(values, codes, neurons, rows, kernels));
  const each =
    (
      rows: readonly Uint32Array[],
      work: (rows: Uint32Array, g: number) => void
    ) =>
    () =>
      rows.forEach(work);
  const count = (rows: Uint32Array) => kernels.countCodes(codes, neurons, rows);
  const quartiles = (rows: Uint32Array, g: number) => {
    const of = counted[g % counted.length];
    exactQuartiles({ values, codes, grid, rows, ...of }, kernels);
  };
  const measure = (rows: Uint32Array) => measureValues(coded, rows, kernels);
  return [
    timed(`${name}: min and max`, () =>
      kernels.growExtent(emptyExtent(neurons), values)
    ),
    timed(`${name}: codes`, () => kernels.codesOf(values, grid)),
    timed(`${name}: counts`, each(groups, count)),
    timed(`${name}: counts of ten classes`, each(shown, count)),
    timed(
      `${name}: zeros, extent, mean, non-finite`,
      each(groups, rows => kernels.tallyOf(values, neurons, rows))
    ),
    timed(`${name}: exact quartiles`, each(groups, quartiles)),
    timed(`${name}: whole distributions`, each(groups, measure)),
    timed(`${name}: whole distributions of ten classes`, each(shown, measure))
  ];
}

/** More classes than a view shows at first. */
const SHOWN = 10;
/** Counted groups that are kept: counts of a thousand classes would not fit. With so few samples each quartiles need none. */
const KEPT = 100;

/** About half of the samples, as a person's brush over other neurons would choose them. */
function randomRows(samples: number): Uint32Array {
  const random = randomNumbers();
  return Uint32Array.from({ length: samples }, (_, i) => i).filter(
    () => random() < 0.5
  );
}

Object.assign(window, { binning });
