import { FINE_BINS, type Distribution } from '../distribution';
import {
  commonOf,
  countColumns,
  valueColumns,
  type Columns,
  type LayerValues
} from './columns';
import { binner, binning, coarsest, pairing } from './compare';
import type { Column } from './column';
import type { GroupDivergence } from './divergence';

/**
 * Every group with every other: mean over the neurons that have one of |divergence − neutral|, NaN without any;
 * row-major [a, b], the same for b → a.
 */
export function matrixValues(
  layer: LayerValues,
  groups: readonly Uint32Array[],
  divergence: GroupDivergence
): Float64Array {
  const bins = binning(layer.grid, FINE_BINS);
  return matrix(
    groups.map(rows => valueColumns(layer, rows)),
    neuron => bins(neuron).exponent,
    layer.grid.length / 2,
    divergence
  );
}

/** The same from counts. */
export function matrixCounts(
  groups: readonly Distribution[],
  divergence: GroupDivergence
): Float64Array {
  const common = commonOf(groups);
  return matrix(
    groups.map(group => countColumns(group, common)),
    coarsest(groups),
    common.exponents.length,
    divergence
  );
}

function matrix(
  columns: readonly Columns[],
  exponentOf: (neuron: number) => number,
  neurons: number,
  { basis, neutral, value }: GroupDivergence
): Float64Array {
  const size = columns.length;
  const capacity = Math.max(0, ...columns.map(one => one.capacity));
  const pairOf = pairing(capacity, capacity);
  const binners = columns.map(binner);
  const sums = new Float64Array(size * size);
  const found = new Uint32Array(size * size);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const exponent = exponentOf(neuron);
    const read = columns.map((one, g): Column => {
      const column = one.read(neuron);
      return basis === 'bins' ? binners[g](column, exponent) : column;
    });
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        if (read[a].total > 0 && read[b].total > 0) {
          const distance = Math.abs(value(pairOf(read[a], read[b])) - neutral);
          if (!Number.isNaN(distance)) {
            sums[a * size + b] += distance;
            found[a * size + b]++;
          }
        }
      }
    }
  }
  return meansOf(sums, found, size);
}

/** The means of all pairs, from the sums of those with b ≤ a. */
function meansOf(
  sums: Float64Array,
  found: Uint32Array,
  size: number
): Float64Array {
  return sums.map((_, i) => {
    const [a, b] = [Math.floor(i / size), i % size];
    const pair = Math.max(a, b) * size + Math.min(a, b);
    return sums[pair] / found[pair];
  });
}
