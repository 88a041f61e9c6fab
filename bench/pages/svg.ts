import { scaleLinear, select } from 'd3';
import { randomNumbers } from './activations';
import { frame } from './mount';

const BINS = 64;
const ROW_PX = 20;
const WIDTH_PX = 640;
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c'];

type Neuron = { readonly id: number; readonly classes: readonly number[][] };

/**
 * Milliseconds of the same figure as the paper drew it: SVG by d3, a `rect` for every bin of every neuron
 * and class. First paint, and sorting all rows anew: script alone and until it is on the page.
 */
export async function svg(
  neurons: number,
  times: number
): Promise<{ first: number; script: number[]; painted: number[] }> {
  const random = randomNumbers();
  const data = Array.from({ length: neurons }, (_, id): Neuron => ({
    id,
    classes: COLORS.map(() => Array.from({ length: BINS }, () => random()))
  }));
  const x = scaleLinear([0, BINS], [0, WIDTH_PX]);
  const begun = performance.now();
  const rows = select(document.body)
    .append('svg')
    .attr('width', WIDTH_PX)
    .attr('height', neurons * ROW_PX)
    .selectAll('g')
    .data(data, neuron => (neuron as Neuron).id)
    .join('g')
    .attr('transform', (_, row) => `translate(0,${row * ROW_PX})`);
  rows
    .selectAll('g')
    .data(neuron => neuron.classes)
    .join('g')
    .attr('fill', (_, k) => COLORS[k])
    .selectAll('rect')
    .data(bins => bins)
    .join('rect')
    .attr('x', (_, bin) => x(bin))
    .attr('width', x(1))
    .attr('height', ROW_PX - 2)
    .attr('opacity', share => share);
  await shown();
  const first = performance.now() - begun;
  const script: number[] = [];
  const painted: number[] = [];
  for (let time = 0; time < times; time++) {
    const keys = data.map(() => random());
    const order = data.map(({ id }) => id).sort((a, b) => keys[a] - keys[b]);
    const place = new Array<number>(neurons);
    order.forEach((id, row) => (place[id] = row));
    const start = performance.now();
    rows.attr('transform', ({ id }) => `translate(0,${place[id] * ROW_PX})`);
    script.push(performance.now() - start);
    await shown();
    painted.push(performance.now() - start);
  }
  return { first, script, painted };
}

/** The frame after the next begins when the next is on the page. */
async function shown(): Promise<void> {
  await frame();
  await frame();
}

Object.assign(window, { svg });
