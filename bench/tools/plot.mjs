import { createRequire } from 'node:module';
import { line, scaleLog } from 'd3';

const require = createRequire(import.meta.url);
const { JSDOM } = createRequire(
  require.resolve('jest-environment-jsdom/package.json')
)('jsdom');

const LINES = [
  ['np.histogram per neuron and class, 64 bins', 'np.histogram loop'],
  ['d3.bin, 64 bins, a tenth of the neurons × 10', 'd3.bin'],
  ['tfjs wasm: one denseBincount, 64 bins', 'TensorFlow.js (wasm)'],
  ['NumPy, one bincount, 64 bins', 'NumPy, one bincount'],
  ['NeuralDivergence: grid, codes and counts, 256 bins', 'NeuralDivergence'],
  ['sum of all values', 'reading the values once']
];
const OURS = 'NeuralDivergence';
const WIDTH = 640;
const HEIGHT = 340;
const PLOT = { left: 72, right: 460, top: 24, bottom: 296 };
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #333; }
path { fill: none; stroke: #767676; stroke-width: 1.5; }
circle { fill: #767676; }
.grid { stroke: #ddd; }
.ours { font-weight: bold; fill: #0b62a8; }
path.ours { fill: none; stroke: #0b62a8; stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; }
  path { stroke: #999; }
  circle { fill: #999; }
  .grid { stroke: #444; }
  .ours { fill: #6cb6ff; }
  path.ours { stroke: #6cb6ff; }
}`;

/** Milliseconds from values to counts against the number of samples, as an SVG for light and dark pages. */
export function plotOf(rows) {
  const series = LINES.map(([what, name]) => ({
    name,
    points: rows
      .filter(row => row.what === what)
      .map(row => [samplesOf(row.case), row.ms])
      .filter(
        ([samples], k, all) => all.findIndex(([s]) => s === samples) === k
      )
      .sort(([a], [b]) => a - b)
  })).filter(({ points }) => points.length > 0);
  const all = series.flatMap(({ points }) => points);
  const x = scaleLog(extent(all, 0), [PLOT.left, PLOT.right]);
  const y = scaleLog(extent(all, 1), [PLOT.bottom, PLOT.top]).nice();
  const { document, XMLSerializer } = new JSDOM('').window;
  const add = (parent, name, attributes, text = '') => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    Object.entries(attributes).forEach(([key, value]) =>
      node.setAttribute(key, value)
    );
    node.textContent = text;
    parent.append(node);
    return node;
  };
  const svg = add(document.body, 'svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: WIDTH,
    height: HEIGHT
  });
  add(svg, 'title', {}, 'Milliseconds from values to counts, by samples');
  add(svg, 'style', {}, STYLE);
  for (const ms of y.ticks().filter(isPowerOfTen)) {
    add(svg, 'line', {
      class: 'grid',
      x1: PLOT.left,
      x2: PLOT.right,
      y1: y(ms),
      y2: y(ms)
    });
    const label = { x: PLOT.left - 8, y: y(ms) + 4, 'text-anchor': 'end' };
    add(svg, 'text', label, `${ms.toLocaleString('en')} ms`);
  }
  for (const samples of new Set(all.map(([of]) => of))) {
    const label = {
      x: x(samples),
      y: PLOT.bottom + 20,
      'text-anchor': 'middle'
    };
    add(svg, 'text', label, samples.toLocaleString('en'));
  }
  const caption = { x: PLOT.left, y: HEIGHT - 4 };
  add(
    svg,
    'text',
    caption,
    'samples of 1,024 neurons and 10 classes, both axes logarithmic'
  );
  const isWhole = ({ points }) => x(points.at(-1)[0]) === PLOT.right;
  const whole = series.filter(isWhole);
  const tops = apart(whole.map(({ points }) => y(points.at(-1)[1])));
  for (const one of series) {
    const mark = one.name === OURS ? { class: 'ours' } : {};
    const place = one.points.map(([samples, ms]) => [x(samples), y(ms)]);
    add(svg, 'path', { ...mark, d: line().digits(1)(place) });
    for (const [cx, cy] of place) {
      add(svg, 'circle', { ...mark, cx, cy, r: 3 });
    }
    const [endX, endY] = place.at(-1);
    const name = isWhole(one)
      ? { x: endX + 8, y: tops[whole.indexOf(one)] + 4 }
      : { x: endX, y: endY - 8, 'text-anchor': 'end' };
    add(svg, 'text', { ...mark, ...name }, one.name);
  }
  return `${new XMLSerializer().serializeToString(svg)}\n`;
}

function samplesOf(name) {
  return Number(name.split(' × ')[0].replaceAll(',', ''));
}

function extent(points, axis) {
  const values = points.map(point => point[axis]);
  return [Math.min(...values), Math.max(...values)];
}

function isPowerOfTen(number) {
  return Number.isInteger(Math.log10(number));
}

/** Lines of text that would cover each other make room, downwards. */
function apart(tops) {
  const order = tops.map((_, k) => k).sort((a, b) => tops[a] - tops[b]);
  const moved = [...tops];
  order.slice(1).forEach((k, i) => {
    moved[k] = Math.max(moved[k], moved[order[i]] + 14);
  });
  return moved;
}
