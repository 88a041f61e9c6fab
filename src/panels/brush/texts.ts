import type { TranslationBundle } from '@jupyterlab/translation';
import type { Condition, Range } from '../../core/condition';
import type { NeuronRange } from '../../view/brush';
import { isNeuronRange, REST, SELECTION, termsOf } from '../../view/brush';
import { formatCount, formatExact, neuronName } from '../../view/format';
import type { RecordingInfo } from '../../worker/protocol';
import { shortName } from '../names';
import type { BrushedPart } from '../toggleRow';

/** What people call a class or a group of a figure, or what is brushed. */
export function seriesName(
  { index, name }: { readonly index: number; readonly name: string },
  trans: TranslationBundle
): string {
  switch (index) {
    case SELECTION:
      return trans.__('selection');
    case REST:
      return trans.__('the rest');
    default:
      return name;
  }
}

/** A neuron and its layer. */
export function neuronText(
  { layer: name, neuron }: Pick<NeuronRange, 'layer' | 'neuron'>,
  { layers }: Pick<RecordingInfo, 'layers'>
): string {
  const layer = layers.find(l => l.name === name);
  return `${shortName(name)} · ${layer ? neuronName(layer, neuron) : neuron}`;
}

/** The whole condition in a line. */
export function brushText(
  where: Condition,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  return termsOf(where)
    .map(({ test, not, joint }, k) => {
      const text = testText(test, info, trans);
      const stated = not ? trans.__('not %1', text) : text;
      return k === 0
        ? stated
        : joint === 'and'
          ? trans.__('and %1', stated)
          : trans.__('or %1', stated);
    })
    .join(' ');
}

/** One test of a brush; those that no gesture makes in few words. */
export function testText(
  test: Condition,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const classNames = (indices: readonly number[]) =>
    indices.map(index => shortName(info.classes[index]?.name ?? '')).join(', ');
  if (isNeuronRange(test)) {
    return `${neuronText(test, info)} ${rangeText(test)}`;
  }
  if ('label' in test) {
    return classNames(test.label);
  }
  if ('prediction' in test) {
    return `→ ${classNames(test.prediction)}`;
  }
  if ('correct' in test) {
    return test.correct ? trans.__('correct') : trans.__('misclassified');
  }
  if ('column' in test) {
    return 'in' in test
      ? `${shortName(test.column)} ${test.in.map(shortName).join(', ')}`
      : `${shortName(test.column)} ${rangeText(test)}`;
  }
  if ('group' in test) {
    return shortName(
      info.groups.find(({ id }) => id === test.group)?.name ?? test.group
    );
  }
  return 'samples' in test
    ? trans._n('%1 chosen sample', '%1 chosen samples', test.samples.length)
    : trans.__('(several conditions)');
}

/** from ≤ x < to. */
export function rangeText({ from, to }: Range): string {
  if (from === null) {
    return to === null ? '−∞ … ∞' : `< ${formatExact(to)}`;
  }
  return to === null
    ? `≥ ${formatExact(from)}`
    : `${formatExact(from)} … ${formatExact(to)}`;
}

/** How many of some samples are brushed; null where one of these is not known. */
export function brushedPart(
  brushed: number | null,
  of: number | null,
  trans: TranslationBundle
): BrushedPart | null {
  return brushed === null || of === null
    ? null
    : {
        text: `${formatCount(brushed)}\u2009/\u2009${formatCount(of)}`,
        title: trans.__(
          '%1 of %2 samples are brushed',
          formatCount(brushed),
          formatCount(of)
        ),
        share: of > 0 ? brushed / of : 0
      };
}
