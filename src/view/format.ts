import type { LayerInfo } from '../worker/protocol';

const MINUS = '\u2212';

/** A value with three significant digits in a steady width; "–" for no value. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) {
    return '–';
  }
  const size = Math.abs(value);
  const digits =
    size === 0 || (size >= 0.01 && size < 1e5)
      ? size.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)
      : size === Infinity
        ? '∞'
        : size.toExponential(1).replace('-', MINUS);
  return (value < 0 ? MINUS : '') + digits;
}

/** All digits that tell this number from its neighbours in float32. */
export function formatExact(value: number): string {
  return Number.isNaN(value)
    ? '–'
    : String(Number(value.toPrecision(7))).replace('-', MINUS);
}

export function formatShare(share: number): string {
  const percent = share * 100;
  if (!Number.isFinite(percent)) {
    return '–';
  }
  return `${percent > 0 && percent < 1 ? '<\u20091' : Math.round(percent)}\u2009%`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

export function neuronName(layer: LayerInfo, neuron: number): string {
  return layer.neuronNames?.[neuron] ?? String(neuron);
}
