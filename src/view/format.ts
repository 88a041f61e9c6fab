import { DIVERGENCES, type DivergenceKey } from '../core/divergence';
import type { Order } from '../core/scores';
import type { LayerInfo } from '../worker/protocol';

const MINUS = '\u2212';

/** Between thousands. A narrow space means the same in every language; a comma is a decimal sign in some. */
const THIN_SPACE = '\u202f';

const ENGLISH = new Intl.NumberFormat('en');

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

/** Format for a column of sort values. */
export function scoreFormat(
  order: Order,
  scores: Float64Array
): (score: number) => string {
  if (order.by !== 'divergence') {
    return fixedFormat(scores, order.by);
  }
  const format = divergenceFormat(order.divergence, scores);
  return score => (Number.isNaN(score) ? '–' : format(score));
}

/** By what a divergence is measured in, with the side where it has one. NaN is not its matter. */
function divergenceFormat(
  key: DivergenceKey,
  scores: Float64Array
): (score: number) => string {
  const { unit, signed, neutral } = DIVERGENCES[key];
  switch (unit) {
    case 'share':
      return score => {
        const side = score < neutral ? '↓ ' : score > neutral ? '↑ ' : '';
        return (signed ? side : '') + score.toFixed(2);
      };
    case 'percent':
      return score => `${score.toFixed(1)}\u2009%`;
    case 'side':
      return score => (score < 0 ? `${MINUS}1` : score > 0 ? '+1' : '0');
    default:
      return fixedFormat(scores, signed ? 'difference' : 'value');
  }
}

/**
 * Format for a column of sort values: as many decimals as its largest value needs for three significant digits,
 * a sign on differences, whole numbers for indices.
 */
export function fixedFormat(
  scores: Float64Array,
  by: string
): (score: number) => string {
  if (by === 'index') {
    return () => '';
  }
  let largest = 0;
  for (const score of scores) {
    largest = Number.isFinite(score)
      ? Math.max(largest, Math.abs(score))
      : largest;
  }
  const magnitude = largest > 0 ? Math.floor(Math.log10(largest)) : 0;
  if (magnitude > 5 || magnitude < -4) {
    return formatValue;
  }
  const decimals =
    magnitude > 1 ? Math.max(0, 3 - magnitude) : 2 - Math.min(magnitude, 0);
  const plus = by === 'difference' ? '+' : '';
  return score => {
    if (!Number.isFinite(score)) {
      return formatValue(score);
    }
    const text = Math.abs(score).toFixed(decimals);
    return (score < 0 ? MINUS : plus) + text;
  };
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
  return spaced(ENGLISH.format(count));
}

/** An English number with narrow spaces between its thousands. */
export function spaced(number: string): string {
  return number.replaceAll(',', THIN_SPACE);
}

export function neuronName(layer: LayerInfo, neuron: number): string {
  return layer.neuronNames?.[neuron] ?? String(neuron);
}

/** A value with up to five significant digits: enough to tell quantiles apart. */
export function formatStatistic(value: number): string {
  return Number.isFinite(value)
    ? String(Number(value.toPrecision(5))).replaceAll('-', MINUS)
    : formatValue(value);
}

/** A round number beside an axis, small and large ones as powers of ten. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  const text =
    size === 0 || (size >= 1e-3 && size < 1e5)
      ? String(Number(size.toPrecision(3)))
      : size.toExponential();
  return (value < 0 ? MINUS : '') + text.replace('-', MINUS);
}

/** The largest error behind a number, rounded up, so that it stays a bound; nothing where there is none. */
export function formatBound(bound: number): string {
  if (!(bound > 0)) {
    return '';
  }
  const digits = 2;
  const scale = 10 ** (digits - 1 - Math.floor(Math.log10(bound)));
  return ` ±${formatStatistic(Math.ceil(bound * scale - 1e-9) / scale)}`;
}
