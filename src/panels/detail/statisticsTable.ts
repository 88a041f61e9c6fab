import type { TranslationBundle } from '@jupyterlab/translation';
import type { Estimate } from '../../core/neuron/statistics';
import {
  formatCount,
  formatExact,
  formatStatistic,
  formatValue,
  formatBound
} from '../../view/format';
import { element } from '../dom';
import type { DetailModel, DetailPart, ShownGroup } from './model';

/** Quantiles, moments and counts, a column a group. */
export function statisticsTable(trans: TranslationBundle): DetailPart {
  const table = element('table', { className: 'nd-Numbers' });
  const note = element('p', { className: 'nd-Detail-note' });
  const node = element(
    'section',
    { className: 'nd-Detail-numbers' },
    element('div', { className: 'nd-Numbers-scroll' }, table),
    note
  );
  const lines = linesOf(trans);
  return {
    node,
    refresh: ({ groups, leftOut }: DetailModel) => {
      table.replaceChildren(
        element(
          'tr',
          {},
          element('td'),
          ...groups.map(({ name, color }) => {
            const head = element('th', {
              className: 'nd-Hover-name',
              text: name,
              title: name,
              attributes: { scope: 'col' }
            });
            head.style.setProperty('--nd-color', color);
            return head;
          })
        ),
        ...lines.map(({ text, cell }) =>
          element(
            'tr',
            {},
            element('th', { text, attributes: { scope: 'row' } }),
            ...groups.map(cell)
          )
        )
      );
      const isRough = groups.some(({ statistics }) =>
        Object.values(statistics).some(({ bound }) => bound > 0)
      );
      note.textContent = [
        isRough
          ? trans.__('± is the largest error: only counts in bins are here.')
          : '',
        leftOut > 0
          ? trans._n(
              '%1 more group is shown in the view.',
              '%1 more groups are shown in the view.',
              leftOut
            )
          : ''
      ]
        .filter(text => text !== '')
        .join(' ');
      note.hidden = note.textContent === '';
    }
  };
}

type Line = {
  readonly text: string;
  readonly cell: (group: ShownGroup) => HTMLElement;
};

function linesOf(trans: TranslationBundle): readonly Line[] {
  const statistic = (
    text: string,
    key: keyof ShownGroup['statistics']
  ): Line => ({
    text,
    cell: ({ statistics }) => estimateCell(statistics[key])
  });
  return [
    {
      text: trans.__('n'),
      cell: ({ measured }) => cell(formatCount(measured.size))
    },
    statistic(trans.__('minimum'), 'min'),
    statistic(trans.__('5 %'), 'q05'),
    statistic(trans.__('25 %'), 'q25'),
    statistic(trans.__('median'), 'median'),
    statistic(trans.__('75 %'), 'q75'),
    statistic(trans.__('95 %'), 'q95'),
    statistic(trans.__('maximum'), 'max'),
    statistic(trans.__('mean'), 'mean'),
    statistic(trans.__('std. deviation'), 'deviation'),
    {
      text: trans.__('zeros'),
      cell: ({ measured: { zeros, column } }) =>
        zeros === null
          ? cell(formatValue(NaN))
          : cell(percentOf(zeros, column.total), formatCount(zeros))
    },
    {
      text: trans.__('not finite'),
      cell: ({ measured: { nan, posinf, neginf } }) =>
        cell(
          formatCount(nan + posinf + neginf),
          trans.__('NaN: %1, ∞: %2, −∞: %3', nan, posinf, neginf)
        )
    }
  ];
}

/** With one digit behind the point. */
function percentOf(count: number, total: number): string {
  return total === 0
    ? formatValue(NaN)
    : `${((100 * count) / total).toFixed(1)}\u2009%`;
}

/** A number with its bound, all digits on hover. */
export function estimateCell({ value, bound }: Estimate): HTMLElement {
  const node = cell(formatStatistic(value), formatExact(value));
  if (bound > 0) {
    node.append(
      element('span', {
        className: 'nd-Numbers-bound',
        text: formatBound(bound)
      })
    );
  }
  return node;
}

export function cell(text: string, title = ''): HTMLElement {
  return element('td', { text, ...(title === '' ? {} : { title }) });
}
