import { axisLeft, extent, scaleBand, scaleLinear, select } from 'd3';
import type { ScaleLinear } from 'd3';
import type { LayerPlace, Turn } from '../view/layerStrip';
import { turnsOf } from '../view/layerStrip';
import type { Rgb } from './palette';
import { toCss } from './palette';
import type { Theme } from './theme';

/** Layers from left to right, and what is told of each. */
export type LayerChart = {
  readonly layers: readonly ChartLayer[];
  /** Colours of the true and the predicted class of an instance, which has lines; null: none is followed. */
  readonly lines: { readonly own: Rgb; readonly predicted: Rgb } | null;
  /** Bars of the distance of twins, and of separability. */
  readonly hasTwin: boolean;
  readonly hasClasses: boolean;
  /** The layer that is looked into, −1 = none. */
  readonly chosen: number;
  readonly texts: {
    readonly surprisal: string;
    readonly twin: string;
    readonly classes: string;
  };
};

export type ChartLayer = {
  readonly name: string;
  readonly place: LayerPlace | null;
  readonly separability: number;
};

const LEFT_PX = 58;
const RIGHT_PX = 6;
const LINES_PX = 50;
const BARS_PX = 18;
const GAP_PX = 8;
const NAMES_PX = 15;
/** Of names; those of narrow columns are left out, as many as it takes. */
const NAME_PX = 46;
/** |AUC − ½| is no larger. */
const MOST_SEPARATE = 0.5;

/** Left end and width of the column of each layer. */
export type ChartColumns = readonly {
  readonly leftPx: number;
  readonly widthPx: number;
}[];

/** Draw the chart, and tell where its columns are. */
export function drawLayerChart(
  svg: SVGSVGElement,
  chart: LayerChart,
  widthPx: number,
  theme: Theme
): ChartColumns {
  const { layers, lines, hasTwin, hasClasses, texts } = chart;
  const band = scaleBand<number>(
    [...layers.keys()],
    [LEFT_PX, Math.max(LEFT_PX + 1, widthPx - RIGHT_PX)]
  );
  const root = select(svg);
  root.selectAll('*').remove();
  const back = root.append('rect').attr('class', 'nd-Strip-chosen');
  let top = 4;
  if (lines) {
    drawLines(svg, chart, band, top, theme);
    heading(svg, texts.surprisal, top + LINES_PX / 2 - 8, LEFT_PX - 26);
    top += LINES_PX + GAP_PX;
  }
  for (const [isShown, text, of, most] of [
    [hasTwin, texts.twin, (l: ChartLayer) => l.place?.twin ?? NaN, null],
    [
      hasClasses,
      texts.classes,
      (l: ChartLayer) => l.separability,
      MOST_SEPARATE
    ]
  ] as const) {
    if (isShown) {
      drawBars(svg, layers.map(of), band, top, most, theme);
      heading(svg, text, top + BARS_PX / 2, LEFT_PX - 6);
      top += BARS_PX + GAP_PX;
    }
  }
  drawNames(svg, chart, band, top);
  const heightPx = top + NAMES_PX;
  root.attr('width', widthPx).attr('height', heightPx);
  back
    .attr('x', band(chart.chosen) ?? 0)
    .attr('width', chart.chosen < 0 ? 0 : band.bandwidth())
    .attr('height', heightPx);
  return layers.map((_, k) => ({
    leftPx: band(k) ?? 0,
    widthPx: band.bandwidth()
  }));
}

type Band = ReturnType<typeof scaleBand<number>>;

/** Two lines, between them the colour of the class that is nearer, and a mark where that changes. */
function drawLines(
  svg: SVGSVGElement,
  { layers, lines }: LayerChart,
  band: Band,
  topPx: number,
  theme: Theme
): void {
  const places = layers.map(l => l.place);
  const values = places
    .flatMap(p => [p?.own ?? NaN, p?.predicted ?? NaN])
    .filter(Number.isFinite);
  const [least = 0, most = 1] = extent(values);
  const y = scaleLinear([least, most], [topPx + LINES_PX, topPx]).nice(3);
  const root = select(svg);
  const axis = root
    .append('g')
    .attr('class', 'nd-Strip-axis')
    .attr('transform', `translate(${LEFT_PX - 2},0)`)
    .call(axisLeft(y).ticks(3).tickSize(3));
  axis.select('.domain').remove();
  const xOf = (at: number) => middle(band, at);
  if (lines === null) {
    return;
  }
  for (let at = 1; at < places.length; at++) {
    for (const { points, nearer } of between(places, at)) {
      root
        .append('path')
        .attr('d', closed(points.map(([k, v]) => [xOf(k), y(v)])))
        .attr('fill', toCss(lines[nearer], 0.2));
    }
  }
  for (const key of ['own', 'predicted'] as const) {
    const color = toCss(lines[key]);
    const points = places.flatMap((place, k) =>
      place && Number.isFinite(place[key]) ? [[xOf(k), y(place[key])]] : []
    );
    root
      .append('path')
      .attr('d', points.length > 1 ? `M${points.join('L')}` : null)
      .attr('fill', 'none')
      .attr('stroke', color)
      .attr('stroke-width', 1.75);
    root
      .selectAll(`.nd-mod-${key}`)
      .data(points)
      .join('circle')
      .attr('cx', ([x]) => x)
      .attr('cy', ([, value]) => value)
      .attr('r', places.length > 40 ? 1.5 : 2.75)
      .attr('fill', color);
  }
  turnsOf(places).forEach(turn =>
    drawTurn(svg, turn, places, { xOf, y }, theme)
  );
}

type Scales = {
  readonly xOf: (at: number) => number;
  readonly y: ScaleLinear<number, number>;
};

function drawTurn(
  svg: SVGSVGElement,
  { at, share }: Turn,
  places: readonly (LayerPlace | null)[],
  { xOf, y }: Scales,
  theme: Theme
): void {
  const x = xOf(at - 1 + share);
  const [from, to] = [places[at - 1], places[at]];
  const root = select(svg);
  const [bottom, top] = y.range();
  root
    .append('line')
    .attr('x1', x)
    .attr('x2', x)
    .attr('y1', top)
    .attr('y2', bottom)
    .attr('stroke', theme.text)
    .attr('stroke-dasharray', '2 2');
  if (from && to) {
    root
      .append('circle')
      .attr('cx', x)
      .attr('cy', y(from.own + share * (to.own - from.own)))
      .attr('r', 4)
      .attr('fill', toCss(theme.background))
      .attr('stroke', theme.text)
      .attr('stroke-width', 1.5);
  }
}

type Part = {
  /** Corners: layer, counted with fractions, and value. */
  readonly points: readonly (readonly [number, number])[];
  readonly nearer: 'own' | 'predicted';
};

/** What lies between both lines from the layer before to this one: one part, or two where they cross. */
function between(places: readonly (LayerPlace | null)[], at: number): Part[] {
  const [from, to] = [places[at - 1], places[at]];
  if (!from || !to) {
    return [];
  }
  const leads = [from.own - from.predicted, to.own - to.predicted];
  if (!leads.every(Number.isFinite)) {
    return [];
  }
  const side = (lead: number) => (lead > 0 ? 'predicted' : 'own');
  const start = [at - 1, from] as const;
  const end = [at, to] as const;
  if (leads[0] * leads[1] >= 0) {
    const points = [...pair(start), ...pair(end).reverse()];
    return [{ points, nearer: side(leads[0] + leads[1]) }];
  }
  const share = leads[0] / (leads[0] - leads[1]);
  const cross = [
    at - 1 + share,
    from.own + share * (to.own - from.own)
  ] as const;
  return [
    { points: [...pair(start), cross], nearer: side(leads[0]) },
    { points: [...pair(end), cross], nearer: side(leads[1]) }
  ];
}

function pair([at, place]: readonly [number, LayerPlace]) {
  return [[at, place.own] as const, [at, place.predicted] as const];
}

function closed(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(p => p.join(',')).join('L')}Z`;
}

function drawBars(
  svg: SVGSVGElement,
  values: readonly number[],
  band: Band,
  topPx: number,
  most: number | null,
  theme: Theme
): void {
  const largest = most ?? Math.max(1e-9, ...values.filter(Number.isFinite));
  const y = scaleLinear([0, largest], [0, BARS_PX]).clamp(true);
  const widthPx = Math.max(1, Math.min(band.bandwidth() * 0.5, 26));
  const root = select(svg);
  root
    .append('line')
    .attr('x1', LEFT_PX)
    .attr('x2', band.range()[1])
    .attr('y1', topPx + BARS_PX)
    .attr('y2', topPx + BARS_PX)
    .attr('stroke', theme.line);
  values.forEach((value, k) => {
    if (Number.isFinite(value)) {
      root
        .append('rect')
        .attr('x', middle(band, k) - widthPx / 2)
        .attr('y', topPx + BARS_PX - y(value))
        .attr('width', widthPx)
        .attr('height', y(value))
        .attr('fill', theme.quiet)
        .attr('fill-opacity', 0.75);
    }
  });
}

function drawNames(
  svg: SVGSVGElement,
  { layers, chosen }: LayerChart,
  band: Band,
  topPx: number
): void {
  const step = Math.max(1, Math.ceil(NAME_PX / band.bandwidth()));
  const letters = Math.max(3, Math.floor((step * band.bandwidth()) / 6.4));
  layers.forEach(({ name }, k) => {
    if (k % step === 0 || k === chosen) {
      select(svg)
        .append('text')
        .attr('class', 'nd-Strip-name')
        .classed('nd-mod-chosen', k === chosen)
        .attr('x', middle(band, k))
        .attr('y', topPx + 10)
        .attr('text-anchor', 'middle')
        .text(name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
    }
  });
}

function heading(
  svg: SVGSVGElement,
  text: string,
  middlePx: number,
  rightPx: number
): void {
  select(svg)
    .append('text')
    .attr('class', 'nd-Strip-name')
    .attr('x', rightPx)
    .attr('y', middlePx)
    .attr('dy', '0.32em')
    .attr('text-anchor', 'end')
    .text(text);
}

function middle(band: Band, at: number): number {
  const [first] = band.range();
  return first + (at + 0.5) * band.bandwidth();
}
