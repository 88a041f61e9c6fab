import type { TranslationBundle } from '@jupyterlab/translation';
import { DIVERGENCES, type DivergenceKey } from '../../core/divergence';
import type { Contrast } from '../../core/scores';
import type { Finding, Findings, FindingsQuestion } from '../../view/findings';
import { ALIKE_FROM_P } from '../../view/findings';
import { formatCount, formatValue } from '../../view/format';
import type { PanelContext } from '../context';
import { divergenceName } from '../divergenceTexts';
import { neuronsText } from '../graphTexts';
import { itemText } from '../itemTexts';

type Shared = Pick<PanelContext, 'store' | 'trans'>;

export function questionName(
  question: FindingsQuestion,
  trans: TranslationBundle
): string {
  return {
    most: trans.__('diverge most'),
    alike: trans.__('are alike, though medians differ'),
    singled: trans.__('single out a class')
  }[question];
}

/** What the listed neurons have in common, as a line above them. */
export function listedText(
  findings: Findings,
  question: FindingsQuestion,
  trans: TranslationBundle
): string {
  const { count, neurons, tested, significant } = findings;
  if (question === 'alike') {
    return trans.__(
      '%1 of %2: medians differ, corrected p ≥ %3',
      formatCount(count),
      neuronsText(neurons, trans),
      ALIKE_FROM_P
    );
  }
  return tested > 0
    ? trans.__(
        '%1, %2 of them with corrected p < %3',
        neuronsText(count, trans),
        formatCount(significant),
        ALIKE_FROM_P
      )
    : neuronsText(count, trans);
}

/** Why no neuron is listed. */
export function emptyText(
  question: FindingsQuestion,
  trans: TranslationBundle
): string {
  return question === 'alike'
    ? trans.__(
        'None: wherever the medians differ, a test tells the distributions apart.'
      )
    : trans.__('No neuron has a value.');
}

export function endName(end: Contrast['b'], { store, trans }: Shared): string {
  return 'rest' in end
    ? trans.__('all others')
    : itemText(end, store.info, store.view, trans);
}

/** What a divergence says of one neuron, in words, with its largest error. */
export function valueTitle(
  { value, bound, from }: Finding,
  divergence: DivergenceKey,
  contrast: Contrast | null,
  shared: Shared
): string {
  const { trans } = shared;
  const { neutral, signed } = DIVERGENCES[divergence];
  const name = divergenceName(divergence, trans);
  const error =
    from === 'values'
      ? ''
      : Number.isNaN(bound)
        ? trans.__('from counts, error not known')
        : trans.__('from counts, at most %1 off', formatValue(bound));
  const side =
    contrast && signed && value !== neutral
      ? trans.__(
          '%1 is larger',
          endName(value > neutral ? contrast.b : contrast.a, shared)
        )
      : '';
  return [`${name} ${formatDigits(value)}`, side, error]
    .filter(part => part !== '')
    .join(' · ');
}

/** Seven significant digits. */
export function formatDigits(value: number): string {
  return Number.isNaN(value)
    ? '–'
    : Number.isFinite(value)
      ? String(Number(value.toPrecision(7))).replace('-', '−')
      : formatValue(value);
}

/** A probability: three decimals, fewer digits where it is small. */
export function formatP(p: number): string {
  if (Number.isNaN(p)) {
    return '–';
  }
  return p >= 0.001 || p === 0
    ? p.toFixed(3)
    : p.toExponential(0).replace('-', '−');
}
