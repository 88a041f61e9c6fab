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
    few(view.layers.map(shortName), trans),
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
    .map(i => shortName(i.name));
  return trans.__(
    '%1: layers %2; classes %3; instances %4; neurons %5; %6 marked, %7 hidden.',
    shortName(info.name),
    names(view.layers.map(shortName), trans.__('none')),
    names(classNames(view, info), trans.__('none')),
    names(instances, trans.__('none')),
    sortedText(view, info, trans),
    countMarks(view, 'marked'),
    countMarks(view, 'hidden')
  );
}

function sortedText(
  { order, descending }: ViewState,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  if (order.by === 'index') {
    return descending
      ? trans.__('in the order of the data, last first')
      : trans.__('in the order of the data');
  }
  return trans.__(
    'sorted %1, %2',
    orderText(order, info, trans),
    descending ? trans.__('largest first') : trans.__('smallest first')
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
    case 'class':
      return trans.__('class %1', dropped.index);
    case 'neurons':
      return trans._n(
        '%1 neuron of “%2”',
        '%1 neurons of “%2”',
        dropped.count,
        shortName(dropped.layer)
      );
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

function itemName(
  item: Item,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  return 'class' in item
    ? trans.__(
        'median %1',
        shortName(info.classes[item.class]?.name ?? String(item.class))
      )
    : shortName(
        info.instances.find(i => i.id === item.instance)?.name ?? item.instance
      );
}

function classNames(view: ViewState, info: RecordingInfo): string[] {
  return view.classes.map(index => shortName(info.classes[index]?.name ?? ''));
}

function countMarks(view: ViewState, mark: 'hidden' | 'marked'): number {
  return view.layers.reduce(
    (sum, layer) => sum + (view.neurons.get(layer)?.[mark].size ?? 0),
    0
  );
}

const NAME_AT_MOST = 60;

/** A name on one line: no control, direction or unpaired characters, at most 60. As `clean` in Python's `text.py`. */
export function shortName(name: string): string {
  const line = name
    .slice(0, 8 * NAME_AT_MOST)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, c => (/\s/.test(c) ? ' ' : '\ufffd'))
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= NAME_AT_MOST
    ? line
    : `${characters.slice(0, NAME_AT_MOST - 1).join('')}…`;
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
