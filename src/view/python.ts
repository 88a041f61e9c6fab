import type { Item, Order } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { isObject } from './json';
import type { CHOICES, ViewState } from './state';

/** Python's names of the view's choices. */
const KEYWORDS: Readonly<Record<keyof typeof CHOICES, string>> = {
  axis: 'axis',
  extent: 'extent',
  opacity: 'opacity',
  scale: 'scale',
  membership: 'membership',
  hidden: 'hidden',
  classesAs: 'classes_as',
  zeros: 'zeros',
  rowHeight: 'row_height',
  scroll: 'scroll'
};

/**
 * The call of `Recording.show` that makes this view. Every keyword is written: what is left out would begin
 * as the recording's own view or the reader's settings say.
 */
export function pythonCall(view: ViewState, info: RecordingInfo): string {
  const choices = Object.entries(KEYWORDS).map(
    ([key, keyword]) =>
      `${keyword}=${pythonText(view[key as keyof typeof KEYWORDS])}`
  );
  const options = [
    `layers=${list(view.layers.map(pythonText))}`,
    `classes=${list(view.classes.map(c => classText(c, info)))}`,
    `instances=${list(view.instances.map(i => instanceText(i, info)))}`,
    `order=${orderText(view.order, info)}`,
    `descending=${bool(view.descending)}`,
    `bins=${view.bins}`,
    ...choices,
    ...marks(view, info),
    `marked_only=${bool(view.markedOnly)}`
  ];
  return `recording.show(\n${options.map(o => `    ${o},\n`).join('')})`;
}

/** Empty marks are written where the recording's own view may have some. */
function marks(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view['neurons'] : undefined;
  const hasOwn = isObject(own) && Object.keys(own).length > 0;
  return (['hidden', 'marked'] as const).flatMap(kind => {
    const entries = [...view.neurons]
      .filter(([, neurons]) => neurons[kind].size > 0)
      .map(([layer, neurons]) => {
        const indices = [...neurons[kind]].sort((a, b) => a - b).map(String);
        return `${pythonText(layer)}: ${list(indices)}`;
      });
    const keyword = kind === 'hidden' ? 'hide' : 'mark';
    return hasOwn || entries.length > 0
      ? [`${keyword}={${entries.join(', ')}}`]
      : [];
  });
}

function orderText(order: Order, info: RecordingInfo): string {
  switch (order.by) {
    case 'index':
      return 'nd.by.index()';
    case 'median':
      return `nd.by.median(${classText(order.class, info)})`;
    case 'value':
      return `nd.by.value(${instanceText(order.instance, info)})`;
    case 'difference': {
      const items = [order.a, order.b].map(item => itemText(item, info));
      const absolute = order.absolute ? ', absolute=True' : '';
      return `nd.by.difference(${items.join(', ')}${absolute})`;
    }
  }
}

function itemText(item: Item, info: RecordingInfo): string {
  return 'class' in item
    ? `nd.by.cls(${classText(item.class, info)})`
    : `nd.by.instance(${instanceText(item.instance, info)})`;
}

/** A class by its name where that says which, else by its label. */
function classText(index: number, info: RecordingInfo): string {
  const name = info.classes[index]?.name ?? '';
  const isUnique = info.classes.filter(c => c.name === name).length === 1;
  return isUnique ? pythonText(name) : String(index);
}

/** An instance by its name where that says which, else by its id. */
function instanceText(id: string, info: RecordingInfo): string {
  const name = info.instances.find(i => i.id === id)?.name;
  const isUnique = info.instances.filter(i => i.name === name).length === 1;
  return pythonText(name !== undefined && isUnique ? name : id);
}

/** A Python string literal; everything outside printable ASCII is escaped where Python could not read it. */
export function pythonText(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isPlain =
      code >= 0x20 &&
      code !== 0x7f &&
      !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character);
    if (character === '"' || character === '\\') {
      escaped += `\\${character}`;
    } else if (isPlain) {
      escaped += character;
    } else {
      escaped +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`;
    }
  }
  return `"${escaped}"`;
}

function list(texts: readonly string[]): string {
  return `[${texts.join(', ')}]`;
}

function bool(value: boolean): string {
  return value ? 'True' : 'False';
}
