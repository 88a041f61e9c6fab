import type { TranslationBundle } from '@jupyterlab/translation';
import type { Item } from '../core/scores';
import { orderItems } from '../core/scores';
import type { Dropped } from '../view/dropped';
import { SELECTION } from '../view/brush';
import { shownSeries } from '../view/needs';
import type { ViewState } from '../view/state';
import type { RecordingInfo } from '../worker/protocol';
import { brushText, neuronText, seriesName } from './brush/texts';
import { divergenceName } from './divergenceTexts';
import { itemText } from './itemTexts';
import { shortName } from './names';

/** What a view shows, in a few words: "fc1, fc2 · cat, dog · by cat 46 attacked". */
export function shortDescription(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const marked = countMarks(view, 'marked');
  const hidden = countMarks(view, 'hidden');
  return [
    few(view.layers.map(shortName), trans),
    few(seriesNames(view, info, trans), trans),
    orderText(view, info, trans),
    detailText(view, info, trans),
    marked > 0 ? trans.__('%1 marked', marked) : '',
    hidden > 0 ? trans.__('%1 hidden', hidden) : ''
  ]
    .filter(part => part !== '')
    .join(' · ');
}

/** What a view shows, as a sentence to be read aloud. */
export function longDescription(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const names = (list: readonly string[], none: string) =>
    list.length === 0 ? none : few(list, trans);
  const instances = info.instances
    .filter(i => view.instances.includes(i.id))
    .map(i => shortName(i.name));
  return trans.__(
    '%1: layers %2; classes %3; instances %4; neurons %5; %6 marked, %7 hidden.',
    shortName(info.name),
    names(view.layers.map(shortName), trans.__('none')),
    names(seriesNames(view, info, trans), trans.__('none')),
    names(instances, trans.__('none')),
    sortedText(view, info, trans),
    countMarks(view, 'marked'),
    countMarks(view, 'hidden')
  );
}

function detailText(
  { detail }: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  return detail ? trans.__('%1 in detail', neuronText(detail, info)) : '';
}

function sortedText(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const { order, descending } = view;
  if (order.by === 'index') {
    return descending
      ? trans.__('in the order of the data, last first')
      : trans.__('in the order of the data');
  }
  return trans.__(
    'sorted %1, %2',
    orderText(view, info, trans),
    directionText(view, trans)
  );
}

/** The direction of an order, in the words of its control. */
export function directionText(
  { order, descending }: ViewState,
  trans: TranslationBundle
): string {
  if (order.by === 'divergence' && order.absolute) {
    return descending
      ? trans.__('most divergent first')
      : trans.__('least divergent first');
  }
  return descending ? trans.__('largest first') : trans.__('smallest first');
}

export function orderText(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const { order } = view;
  const plain = (item: Item) => shortName(itemText(item, info, view, trans));
  const name = (item: Item) =>
    'instance' in item ? plain(item) : trans.__('median %1', plain(item));
  switch (order.by) {
    case 'index':
      return trans.__('by index');
    case 'median':
    case 'value':
      return trans.__('by %1', orderItems(order).map(name).join());
    case 'difference':
      return order.absolute
        ? trans.__('by |%1 − %2|', name(order.a), name(order.b))
        : trans.__('by %1 − %2', name(order.a), name(order.b));
    case 'divergence':
      return trans.__(
        'by %1, %2 → %3',
        divergenceName(order.divergence, trans),
        plain(order.a),
        'rest' in order.b ? trans.__('all others') : plain(order.b)
      );
  }
}

/** What of a view could not be shown. */
export function droppedText(
  dropped: readonly Dropped[],
  trans: TranslationBundle
): string {
  const parts = dropped.slice(0, FEW).map(d => droppedPart(d, trans));
  const newer = dropped.find(d => 'version' in d);
  return newer
    ? droppedPart(newer, trans)
    : trans.__(
        'Not in this recording, so left out of the view: %1.',
        few(parts, trans, dropped.length)
      );
}

function droppedPart(dropped: Dropped, trans: TranslationBundle): string {
  switch (dropped.part) {
    case 'layer':
      return trans.__('layer “%1”', shortName(dropped.name));
    case 'instance':
      return trans.__('instance “%1”', shortName(dropped.name));
    case 'group':
      return trans.__('group “%1”', shortName(dropped.name));
    case 'class':
      return trans.__('class %1', dropped.index);
    case 'sample':
      return trans.__('sample %1', dropped.index);
    case 'neurons':
      return trans._n(
        '%1 neuron of “%2”',
        '%1 neurons of “%2”',
        dropped.count,
        shortName(dropped.layer)
      );
    case 'brush':
      return trans.__('the brush');
    case 'detail':
      return {
        neuron: trans.__('the open neuron'),
        a: trans.__('what the open neuron is compared from'),
        b: trans.__('what the open neuron is compared with'),
        against: trans.__('the neuron beside the open one')
      }[dropped.of];
    case 'findings':
      return {
        contrast: trans.__('what the findings compare'),
        layer: trans.__('the layer of the findings'),
        follow: trans.__('the instance that the findings follow'),
        matrix: trans.__('the layer whose classes are compared'),
        detector: trans.__('the layer of the detector')
      }[dropped.of];
    case 'order':
      return trans.__('the order');
    case 'membership':
      return trans.__('the class membership');
    case 'view':
      return trans.__(
        'This view was written by version %1 of the format, and this extension reads version 1. Update the extension to see it.',
        versionText(dropped.version)
      );
    case 'views':
      return trans.__(
        'The views of this cell were written by version %1 of the format, and this extension reads version 1. They stay as they are: update the extension to see them and to save views here.',
        versionText(dropped.version)
      );
  }
}

function versionText(version: unknown): string {
  return typeof version === 'number' ? String(version) : '?';
}

/** Of the shown classes and groups, or of what is brushed. */
function seriesNames(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string[] {
  return shownSeries(info, view).map(series =>
    series.index === SELECTION && view.brush
      ? trans.__('selection %1', brushText(view.brush.where, info, trans))
      : shortName(seriesName(series, trans))
  );
}

function countMarks(view: ViewState, mark: 'hidden' | 'marked'): number {
  return view.layers.reduce(
    (sum, layer) => sum + (view.neurons.get(layer)?.[mark].size ?? 0),
    0
  );
}

const FEW = 4;

function few(
  list: readonly string[],
  trans: TranslationBundle,
  all = list.length
): string {
  const names = list.slice(0, FEW).join(', ');
  return all > FEW ? trans.__('%1 and %2 more', names, all - FEW) : names;
}
