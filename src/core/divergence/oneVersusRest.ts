import { valueColumns, type LayerValues } from './columns';

/**
 * Which class a neuron singles out: for each group, per neuron, the AUC of all other groups together → it,
 * P(it > rest) + ½ P(it = rest). NaN where it or the rest has no finite value. Groups must not overlap.
 */
export function oneVersusRest(
  layer: LayerValues,
  groups: readonly Uint32Array[]
): Float64Array[] {
  const neurons = layer.grid.length / 2;
  const rows = Uint32Array.from(groups.flatMap(group => [...group]));
  const everything = valueColumns(layer, rows);
  const columns = groups.map(group => valueColumns(layer, group));
  const results = groups.map(() => new Float64Array(neurons));
  const ranks = new Float64Array(rows.length);
  for (let neuron = 0; neuron < neurons; neuron++) {
    const all = everything.read(neuron);
    for (let entry = 0, below = 0; entry < all.length; entry++) {
      ranks[entry] = below + all.counts[entry] / 2;
      below += all.counts[entry];
    }
    columns.forEach(({ read }, group) => {
      const { at, counts, length, total } = read(neuron);
      // Against its own group a value wins half the pairs.
      let wins = (-total * total) / 2;
      for (let entry = 0, among = 0; entry < length; entry++) {
        among = placeOf(at[entry], all.at, among, all.length);
        wins += counts[entry] * ranks[among];
      }
      results[group][neuron] = wins / (total * (all.total - total));
    });
  }
  return results;
}

/** Where `value` is among ascending ones from `start` on. */
function placeOf(
  value: number,
  ascending: Float64Array,
  start: number,
  end: number
): number {
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (ascending[middle] < value) {
      start = middle + 1;
    } else {
      end = middle;
    }
  }
  return start;
}
