import { scaleLinear, scaleLog, scaleSymlog } from 'd3';
import { formatTick, spaced } from '../../view/format';

/** From values to pixels along an axis. */
export type ValueScale = {
  readonly px: (value: number) => number;
  readonly value: (px: number) => number;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
};

export type AxisRange = {
  readonly from: number;
  readonly to: number;
  readonly fromPx: number;
  readonly toPx: number;
  /** Pixels that a tick's text takes. */
  readonly tickPx: number;
};

export function linearScale(range: AxisRange): ValueScale {
  const { from, to, fromPx, toPx, tickPx } = range;
  const scale = scaleLinear([from, to], [fromPx, toPx]);
  const count = Math.max(2, Math.floor(Math.abs(toPx - fromPx) / tickPx));
  const format = scale.tickFormat(count);
  return {
    px: scale,
    value: px => scale.invert(px),
    ticks: scale.ticks(count),
    format: value => spaced(format(value))
  };
}

/**
 * A logarithmic axis; where there are values at or below zero one that is linear within ± `linear` and
 * logarithmic beyond (symlog).
 */
export function logScale(range: AxisRange, linear: number): ValueScale {
  const { from, to, fromPx, toPx } = range;
  const scale =
    from > 0
      ? scaleLog([from, to], [fromPx, toPx])
      : scaleSymlog([from, to], [fromPx, toPx]).constant(linear);
  const largest = Math.max(Math.abs(from), Math.abs(to));
  const least = from > 0 ? from : linear;
  return {
    px: scale,
    value: px => scale.invert(px),
    ticks: apart(logTicks(from, to, least, largest), scale, range),
    format: formatTick
  };
}

/** Zero and powers of ten, then their doubles and fives, the most telling first. */
function logTicks(
  from: number,
  to: number,
  least: number,
  largest: number
): number[] {
  const first = Math.floor(Math.log10(least));
  const last = Math.ceil(Math.log10(largest));
  const powers = Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i) => last - i
  );
  const times = [1, 2, 5].flatMap(factor =>
    powers.map(power => Number(`${factor}e${power}`))
  );
  return [0, ...times.flatMap(tick => [tick, -tick])].filter(
    tick =>
      tick >= from && tick <= to && (tick === 0 || Math.abs(tick) >= least)
  );
}

/** Those ticks that leave room for each other. */
function apart(
  ticks: readonly number[],
  px: (value: number) => number,
  { tickPx }: AxisRange
): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    if (kept.every(other => Math.abs(px(other) - px(tick)) >= tickPx)) {
      kept.push(tick);
    }
  }
  return kept;
}
