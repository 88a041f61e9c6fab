import type { TranslationBundle } from '@jupyterlab/translation';
import type { Item, Order } from '../core/scores';
import type { Dropped } from '../view/dropped';
import type { ViewState } from '../view/state';
import type { RecordingInfo } from '../worker/protocol';

/** What a view shows, in a few words: "fc1, fc2 · cat, dog · by cat 46 attacked". */
export function shortDescription(
  view: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const marked = countMarks(view, 'marked');
  const hidden = countMarks(view, 'hidden');
  return [
    few(view.layers, trans),
    few(classNames(view, info), trans),
    orderText(view.order, info, trans),
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
    .map(i => i.name);
  const sorted =
    view.order.by === 'index'
      ? trans.__('in the order of the data')
      : trans.__('sorted %1', orderText(view.order, info, trans));
  return trans.__(
    '%1: layers %2; classes %3; instances %4; neurons %5, %6; %7 marked, %8 hidden.',
    info.name,
    names(view.layers, trans.__('none')),
    names(classNames(view, info), trans.__('none')),
    names(instances, trans.__('none')),
    sorted,
    view.descending ? trans.__('largest first') : trans.__('smallest first'),
    countMarks(view, 'marked'),
    countMarks(view, 'hidden')
  );
}

export function orderText(
  order: Order,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const name = (item: Item) => itemName(item, info, trans);
  switch (order.by) {
    case 'index':
      return trans.__('by index');
    case 'median':
      return trans.__('by %1', name({ class: order.class }));
    case 'value':
      return trans.__('by %1', name({ instance: order.instance }));
    case 'difference':
      return order.absolute
        ? trans.__('by |%1 − %2|', name(order.a), name(order.b))
        : trans.__('by %1 − %2', name(order.a), name(order.b));
  }
}

/** What of a view could not be shown. */
export function droppedText(
  dropped: readonly Dropped[],
  trans: TranslationBundle
): string {
  const parts = dropped.map(d => {
    switch (d.part) {
      case 'layer':
        return trans.__('layer “%1”', d.name);
      case 'instance':
        return trans.__('instance “%1”', d.name);
      case 'class':
        return trans.__('class %1', d.index);
      case 'neurons':
        return trans._n(
          '%1 neuron of “%2”',
          '%1 neurons of “%2”',
          d.count,
          d.layer
        );
      case 'order':
        return trans.__('the order');
      case 'membership':
        return trans.__('the class membership');
      case 'version':
        return trans.__('all of it: a newer version wrote it');
    }
  });
  return trans.__(
    'Not in this recording, so left out of the view: %1.',
    few(parts, trans)
  );
}

function itemName(
  item: Item,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  return 'class' in item
    ? trans.__('median %1', info.classes[item.class]?.name ?? item.class)
    : (info.instances.find(i => i.id === item.instance)?.name ?? item.instance);
}

function classNames(view: ViewState, info: RecordingInfo): string[] {
  return view.classes.map(index => info.classes[index]?.name ?? '');
}

function countMarks(view: ViewState, mark: 'hidden' | 'marked'): number {
  return view.layers.reduce(
    (sum, layer) => sum + (view.neurons.get(layer)?.[mark].size ?? 0),
    0
  );
}

const FEW = 4;

function few(list: readonly string[], trans: TranslationBundle): string {
  const names = list.slice(0, FEW).join(', ');
  return list.length > FEW
    ? trans.__('%1 and %2 more', names, list.length - FEW)
    : names;
}
