import type { Column } from '../divergence/column';
import {
  meanErrorOf,
  meanOf,
  medianErrorOf,
  medianOf
} from '../divergence/column';
import { deviationOf } from '../divergence/spread';
import { interpolate } from '../quantile';
import type { Measured } from './column';

/** A number and its largest error: 0 when it is exact. NaN for no value. */
export type Estimate = { readonly value: number; readonly bound: number };

/** Of the finite values of one neuron in one group. */
export type Statistics = {
  readonly min: Estimate;
  readonly q05: Estimate;
  readonly q25: Estimate;
  readonly median: Estimate;
  readonly q75: Estimate;
  readonly q95: Estimate;
  readonly max: Estimate;
  readonly mean: Estimate;
  /** Standard deviation, divided by n. */
  readonly deviation: Estimate;
};

export type StatisticKey = keyof Statistics;

const NONE: Estimate = { value: NaN, bound: NaN };

/** Quantiles are Hyndman and Fan's type 7 (numpy.quantile), the median as numpy.median, in float64. */
export function statisticsOf({
  column,
  quartiles
}: Pick<Measured, 'column' | 'quartiles'>): Statistics {
  const { length, at, halves, total } = column;
  const last = length - 1;
  const deviation = total > 0 ? deviationOf(column) : null;
  return {
    min: total === 0 ? NONE : (edge(column, 'min') ?? ends(at[0], halves[0])),
    q05: quantileOf(column, 0.05),
    q25: quartiles ? exact(quartiles[0]) : quantileOf(column, 0.25),
    median:
      total === 0
        ? NONE
        : { value: medianOf(column), bound: medianErrorOf(column) },
    q75: quartiles ? exact(quartiles[1]) : quantileOf(column, 0.75),
    q95: quantileOf(column, 0.95),
    max:
      total === 0
        ? NONE
        : (edge(column, 'max') ?? ends(at[last], halves[last])),
    mean:
      total === 0
        ? NONE
        : { value: meanOf(column, 0), bound: meanErrorOf(column) },
    deviation: deviation
      ? { value: deviation.size, bound: deviation.error }
      : NONE
  };
}

/** Hyndman and Fan's type 7 in NumPy's order of operations; from bins, their centres: within half a bin. */
export function quantileOf(column: Column, probability: number): Estimate {
  const { at, halves, counts, total } = column;
  if (total === 0) {
    return NONE;
  }
  const rank = (total - 1) * probability;
  const lower = Math.floor(rank);
  let entry = 0;
  let seen = counts[0];
  while (seen <= lower) {
    seen += counts[++entry];
  }
  const next = seen > lower + 1 || lower + 1 >= total ? entry : entry + 1;
  const share = rank - lower;
  return within(column, {
    value: interpolate(at[entry], at[next], share),
    bound: halves[entry] * (1 - share) + halves[next] * share
  });
}

/** What is between the extremes that are known is no further from the truth than they are. */
function within({ known }: Column, { value, bound }: Estimate): Estimate {
  return known === null || bound === 0
    ? { value, bound }
    : { value: Math.min(Math.max(value, known.min), known.max), bound };
}

function edge({ known }: Column, key: 'min' | 'max'): Estimate | null {
  return known === null ? null : exact(known[key]);
}

function ends(value: number, bound: number): Estimate {
  return { value, bound };
}

function exact(value: number): Estimate {
  return { value, bound: Number.isNaN(value) ? NaN : 0 };
}
