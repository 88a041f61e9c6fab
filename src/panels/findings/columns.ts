import type { DivergenceKey } from '../../core/divergence';
import { DIVERGENCES } from '../../core/divergence';
import type { Contrast } from '../../core/scores';
import { toCss } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { instanceColor, markColor } from '../../draw/theme';
import type { Finding, Findings, FindingsQuestion } from '../../view/findings';
import { formatValue, neuronName, scoreFormat } from '../../view/format';
import type { PanelContext } from '../context';
import { colorOf } from '../context';
import { divergenceHeading } from '../divergenceTexts';
import { element } from '../dom';
import { seriesIndex } from '../itemTexts';
import { bothEnds } from '../names';
import { endName, formatDigits, formatP, valueTitle } from './texts';

/** Characters of an item's name that have room over a column. */
const HEAD_AT_MOST = 20;

/** What a table shows. */
export type Listed = {
  readonly findings: Findings;
  readonly question: FindingsQuestion;
  readonly contrast: Contrast | null;
};

export type Column = {
  readonly head: string;
  readonly title: string;
  readonly className: string;
  readonly cell: (finding: Finding) => Node | string;
  /** All digits, or what the text stands for. */
  readonly hint?: (finding: Finding) => string;
};

/** What is told of each finding, beside its star; `shown` are those that are drawn. */
export function columnsOf(
  listed: Listed,
  shown: readonly Finding[],
  context: PanelContext,
  theme: Theme
): Column[] {
  const { store, trans } = context;
  const { question, contrast } = listed;
  const layerOf = ({ layer }: Finding) => store.info.layers[layer];
  const place: Column[] = [
    {
      head: '#',
      title: trans.__('Rank'),
      className: 'nd-mod-number nd-mod-quiet',
      cell: ({ rank }) => String(rank)
    },
    {
      head: trans.__('layer'),
      title: '',
      className: 'nd-mod-name',
      cell: f => layerOf(f).name,
      hint: f => layerOf(f).name
    },
    {
      head: trans.__('neuron'),
      title: '',
      className: 'nd-mod-name nd-mod-neuron',
      cell: f => neuronName(layerOf(f), f.neuron),
      hint: f => neuronName(layerOf(f), f.neuron)
    }
  ];
  if (question === 'singled') {
    return [
      ...place,
      classColumn(context, theme),
      valueColumn(listed, shown, context, theme)
    ];
  }
  const ends = contrast ? [contrast.a, contrast.b] : [];
  const gap: Column[] =
    question === 'alike'
      ? [
          {
            head: trans.__('Δ / IQR'),
            title: trans.__(
              'How far the medians are apart, over the mean distance of the quartiles'
            ),
            className: 'nd-mod-number',
            cell: ({ gap }) => formatValue(gap),
            hint: ({ gap }) => formatDigits(gap)
          }
        ]
      : [];
  const isTested = contrast !== null && !('instance' in contrast.b);
  return [
    ...place,
    ...gap,
    valueColumn(listed, shown, context, theme),
    ...ends.map((end, k): Column => {
      const name = endName(end, context);
      const short = bothEnds(name, HEAD_AT_MOST);
      return {
        head: 'instance' in end ? short : trans.__('median %1', short),
        title:
          'instance' in end
            ? trans.__('Value of %1', name)
            : trans.__('Median of %1', name),
        className: 'nd-mod-number nd-mod-item',
        cell: ({ medians }) => formatValue(medians[k]),
        hint: ({ medians }) => formatDigits(medians[k])
      };
    }),
    ...(isTested
      ? [
          {
            head: trans.__('p'),
            title: trans.__(
              'Mann and Whitney’s p, corrected by Benjamini and Hochberg over all neurons that were tested'
            ),
            className: 'nd-mod-number',
            cell: ({ corrected }: Finding) => formatP(corrected),
            hint: ({ p, corrected }: Finding) =>
              trans.__(
                'p %1, corrected %2',
                formatDigits(p),
                formatDigits(corrected)
              )
          }
        ]
      : [])
  ];
}

function classColumn({ store, trans }: PanelContext, theme: Theme): Column {
  return {
    head: trans.__('singles out'),
    title: trans.__('The class that differs most from all others'),
    className: 'nd-mod-name',
    cell: ({ singled }) => {
      const dot = element('span', { className: 'nd-Swatch' });
      const color = markColor(colorOf(store, singled, theme), theme);
      dot.style.setProperty('--nd-color', toCss(color));
      return element(
        'span',
        {},
        dot,
        element('span', { text: store.info.classes[singled]?.name ?? '–' })
      );
    },
    hint: ({ singled }) => store.info.classes[singled]?.name ?? ''
  };
}

/** A bar from where nothing diverges, and the number; the side it points to is the one that is larger. */
function valueColumn(
  { question, contrast }: Listed,
  shown: readonly Finding[],
  context: PanelContext,
  theme: Theme
): Column {
  const { trans } = context;
  const isSingled = question === 'singled';
  const divergence: DivergenceKey = isSingled
    ? 'auc'
    : (contrast?.divergence ?? 'auc');
  const { neutral, signed, range } = DIVERGENCES[divergence];
  const values = Float64Array.from(shown, f => f.value);
  const format = scoreFormat(
    {
      by: 'divergence',
      divergence,
      a: { class: 0 },
      b: { rest: true },
      absolute: true
    },
    values
  );
  const distances = Array.from(values, v => Math.abs(v - neutral));
  const most = range.every(Number.isFinite)
    ? Math.max(...range.map(end => Math.abs(end - neutral)))
    : Math.max(1e-300, ...distances.filter(Number.isFinite));
  return {
    head: isSingled ? trans.__('AUC') : divergenceHeading(divergence, trans),
    title: isSingled ? trans.__('All others → the class') : '',
    className: 'nd-mod-value',
    cell: finding => {
      const { value, bound, from } = finding;
      const share = Math.min(1, Math.abs(value - neutral) / most);
      const isBelow = signed && value < neutral;
      const bar = element('span', {
        className: `nd-Findings-bar${signed ? ' nd-mod-signed' : ''}${isBelow ? ' nd-mod-below' : ''}`,
        attributes: { 'aria-hidden': 'true' }
      });
      bar.style.setProperty('--nd-share', String(share));
      bar.style.setProperty(
        '--nd-color',
        sideColor(
          isBelow,
          isSingled ? finding.singled : contrast,
          context,
          theme
        )
      );
      const error =
        from === 'counts' && bound > 0 ? `±${formatValue(bound)}` : '';
      return element(
        'span',
        { className: 'nd-Findings-value' },
        bar,
        element('span', { text: format(value) }),
        ...(error === ''
          ? []
          : [element('span', { className: 'nd-Findings-error', text: error })])
      );
    },
    hint: finding =>
      valueTitle(finding, divergence, isSingled ? null : contrast, context)
  };
}

/** The colour of what is larger: the class that is singled out, or an item of a contrast; of others quiet. */
function sideColor(
  isBelow: boolean,
  of: Contrast | number | null,
  { store }: PanelContext,
  theme: Theme
): string {
  const { info, view } = store;
  const ofIndex = (index: number) =>
    toCss(markColor(colorOf(store, index, theme), theme));
  if (typeof of === 'number') {
    return isBelow ? theme.quiet : ofIndex(of);
  }
  if (of === null || !DIVERGENCES[of.divergence].signed) {
    return theme.quiet;
  }
  const end = isBelow ? of.a : of.b;
  if ('instance' in end) {
    const instance = info.instances.find(i => i.id === end.instance);
    return instance ? toCss(instanceColor(instance, theme)) : theme.quiet;
  }
  const index = 'rest' in end ? null : seriesIndex(end, info, view);
  return index === null ? theme.quiet : ofIndex(index);
}
