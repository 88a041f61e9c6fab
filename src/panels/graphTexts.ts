import type { TranslationBundle } from '@jupyterlab/translation';
import type { AxisTexts } from '../draw/axis';
import type { LayerFigure } from '../view/figure';
import { formatCount, formatShare, neuronName } from '../view/format';
import type { ViewState } from '../view/state';
import { divergenceHeading } from './divergenceTexts';

/** What a layer is, and what of it is shown. */
export function subtitle(
  { layer, rows, zeroShare, nonFinite }: LayerFigure,
  trans: TranslationBundle
): string {
  return [
    neuronsText(layer.neurons, trans),
    layer.kind,
    reductionText(layer, trans),
    zeroShare > 0 ? trans.__('%1 exact zeros', formatShare(zeroShare)) : '',
    nonFinite > 0 ? trans.__('%1 non-finite', formatCount(nonFinite)) : '',
    rows.length < layer.neurons
      ? trans.__('%1 shown', formatCount(rows.length))
      : ''
  ]
    .filter(part => part !== '')
    .join(' · ');
}

/** Why there is no row to go to: `text` means no neuron, or one that is not shown. */
export function missingText(
  { layer }: Pick<LayerFigure, 'layer'>,
  neuron: number | null,
  text: string,
  { markedOnly }: Pick<ViewState, 'markedOnly'>,
  trans: TranslationBundle
): string {
  if (neuron === null) {
    return layer.neuronNames === null
      ? trans.__('No neuron “%1”: 0 to %2', text.trim(), layer.neurons - 1)
      : trans.__('No neuron “%1”', text.trim());
  }
  const name = neuronName(layer, neuron);
  return markedOnly
    ? trans.__('“%1” is not shown: marked only', name)
    : trans.__('“%1” is not shown: it is hidden', name);
}

export function neuronsText(count: number, trans: TranslationBundle): string {
  return trans._n('%2 neuron', '%2 neurons', count, formatCount(count));
}

export function samplesText(count: number, trans: TranslationBundle): string {
  return trans._n('%2 sample', '%2 samples', count, formatCount(count));
}

/** How the units of a channel became one neuron. */
function reductionText(
  { reduction }: LayerFigure['layer'],
  trans: TranslationBundle
): string {
  switch (reduction) {
    case 'mean':
      return trans.__('mean over space');
    case 'max':
      return trans.__('max over space');
    case 'position':
      return trans.__('one position in space');
    case null:
      return '';
  }
}

export function axisTexts(
  view: ViewState,
  trans: TranslationBundle
): AxisTexts {
  return {
    neuron: trans.__('neuron'),
    sortedBy: sortHeading(view, trans),
    ownAxes: trans.__('activation, each neuron on its own axis')
  };
}

/** What full opacity means. */
export function scaleText(
  { opacity, scale }: ViewState,
  trans: TranslationBundle
): string {
  const name = {
    linear: trans.__('linear'),
    sqrt: trans.__('square root'),
    log: trans.__('logarithmic')
  }[opacity];
  return scale === 'row'
    ? trans.__('clear → opaque: 0 → the row’s fullest bin, %1', name)
    : trans.__('clear → opaque: 0 → the layer’s fullest bin, %1', name);
}

/** Short heading above the sort values. */
function sortHeading({ order }: ViewState, trans: TranslationBundle): string {
  switch (order.by) {
    case 'index':
      return '';
    case 'median':
      return trans.__('median');
    case 'value':
      return trans.__('value');
    case 'difference':
      return order.absolute ? trans.__('|a − b|') : trans.__('a − b');
    case 'divergence':
      return divergenceHeading(order.divergence, trans);
  }
}
