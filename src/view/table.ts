import { DIVERGENCES } from '../core/divergence';
import type { Item } from '../core/scores';
import { orderItems } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import type { Cell } from './csv';
import { csvOf } from './csv';
import type { ClassSeries, LayerFigure } from './figure';
import { neuronName } from './format';
import { itemName } from './groups';
import type { ViewState } from './state';

type Column = {
  readonly name: string;
  /** Of a row, counted from 0. */
  readonly cell: (figure: LayerFigure, neuron: number, row: number) => Cell;
};

/** The neurons of all shown layers in their order, with every value that is on screen, as CSV. */
export function viewTable(
  figures: readonly LayerFigure[],
  info: RecordingInfo,
  view: ViewState
): string {
  const columns = columnsOf(figures, info, view);
  return csvOf(
    columns.map(c => c.name),
    rowsOf(figures, columns)
  );
}

function* rowsOf(
  figures: readonly LayerFigure[],
  columns: readonly Column[]
): Iterable<readonly Cell[]> {
  for (const figure of figures) {
    for (const [row, neuron] of figure.rows.entries()) {
      yield columns.map(c => c.cell(figure, neuron, row));
    }
  }
}

function columnsOf(
  figures: readonly LayerFigure[],
  info: RecordingInfo,
  view: ViewState
): Column[] {
  const first = figures[0];
  return [
    { name: 'layer', cell: ({ layer }) => ({ text: layer.name }) },
    { name: 'position', cell: (_, __, row) => ({ number: row + 1 }) },
    { name: 'neuron', cell: (_, neuron) => ({ number: neuron }) },
    {
      name: 'name',
      cell: ({ layer }, neuron) => ({ text: neuronName(layer, neuron) })
    },
    { name: 'marked', cell: (f, neuron) => ({ flag: f.marked.has(neuron) }) },
    { name: 'hidden', cell: (f, neuron) => ({ flag: f.hidden.has(neuron) }) },
    {
      name: `sorted by ${orderName(view, info)}`,
      cell: ({ scores }, neuron) => ({ number: scores[neuron] })
    },
    ...(view.order.by === 'divergence'
      ? [
          {
            name: 'largest error',
            cell: ({ bounds }: LayerFigure, neuron: number) => ({
              number: bounds?.[neuron] ?? NaN
            })
          }
        ]
      : []),
    ...(first?.classes ?? []).flatMap((c, k) => classColumns(c.name, k)),
    ...(first?.instances ?? []).map(({ instance }, k): Column => ({
      name: instance.name,
      cell: ({ instances }, neuron) => ({
        number: instances[k]?.values[neuron] ?? NaN
      })
    }))
  ];
}

type Statistic = (series: ClassSeries, neuron: number) => number;

const STATISTICS: readonly (readonly [name: string, of: Statistic])[] = [
  ['n', ({ distribution: d }) => d.size],
  ['median', ({ distribution: d }, j) => d.median[j]],
  ['mean', ({ distribution: d }, j) => d.mean[j]],
  ['min', ({ distribution: d }, j) => d.min[j]],
  ['max', ({ distribution: d }, j) => d.max[j]],
  ['q25', ({ distribution: d }, j) => d.q25[j]],
  ['q75', ({ distribution: d }, j) => d.q75[j]],
  ['zeros', ({ distribution: d }, j) => d.zeros[j]],
  ['nan', ({ distribution: d }, j) => d.nan[j]],
  ['+inf', ({ distribution: d }, j) => d.posinf[j]],
  ['-inf', ({ distribution: d }, j) => d.neginf[j]]
];

/** Columns of the class that stands at place k in each figure. */
function classColumns(className: string, k: number): Column[] {
  return STATISTICS.map(([name, of]) => ({
    name: `${className} ${name}`,
    cell: ({ classes }, neuron) => {
      const series = classes[k];
      return { number: series ? of(series, neuron) : NaN };
    }
  }));
}

function orderName(view: ViewState, info: RecordingInfo): string {
  const { order } = view;
  const plain = (item: Item) => itemName(item, info, view);
  const name = (item: Item) =>
    `${'instance' in item ? 'value' : 'median'} of ${plain(item)}`;
  switch (order.by) {
    case 'index':
      return 'neuron index';
    case 'median':
    case 'value':
      return orderItems(order).map(name).join();
    case 'difference': {
      const difference = `${name(order.a)} - ${name(order.b)}`;
      return order.absolute ? `|${difference}|` : difference;
    }
    case 'divergence': {
      const { label } = DIVERGENCES[order.divergence];
      const b = 'rest' in order.b ? 'rest' : plain(order.b);
      return `${label} of ${plain(order.a)} -> ${b}`;
    }
  }
}
