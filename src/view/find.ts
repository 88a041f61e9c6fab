import type { LayerInfo } from '../worker/protocol';

/**
 * The neuron that a text means: its name, else its index, else the first whose name begins with the text,
 * else the first whose name holds it; letters large or small. Null when it means none.
 */
export function findNeuron(
  { neurons, neuronNames }: Pick<LayerInfo, 'neurons' | 'neuronNames'>,
  text: string
): number | null {
  const wanted = text.trim();
  if (wanted === '') {
    return null;
  }
  const exact = neuronNames?.indexOf(wanted) ?? -1;
  if (exact >= 0) {
    return exact;
  }
  if (/^\d+$/.test(wanted) && Number(wanted) < neurons) {
    return Number(wanted);
  }
  const lower = wanted.toLocaleLowerCase();
  const names = neuronNames?.map(name => name.toLocaleLowerCase()) ?? [];
  const found = [
    names.indexOf(lower),
    names.findIndex(name => name.startsWith(lower)),
    names.findIndex(name => name.includes(lower))
  ].find(neuron => neuron >= 0);
  return found ?? null;
}
