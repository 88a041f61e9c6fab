import type { Item } from '../core/scores';
import { orderItems } from '../core/scores';
import type { ViewState } from '../view/state';
import { reverseOrder, sortBy } from '../view/update';
import type { PanelContext } from './context';
import type { Choice } from './controls';
import { toggleButton } from './controls';
import { button, element, setText } from './dom';
import { chooser } from './searchChoice';
import { directionText } from './sentence';

export type SortControl = {
  readonly nodes: readonly HTMLElement[];
  readonly refresh: (view: ViewState) => void;
};

/** What neurons are sorted by, one item or the difference of two, and in which direction. */
export function sortControl(context: PanelContext): SortControl {
  const { store, trans } = context;
  const items = sortItems(context);
  const choose = (label: string, none: string) => {
    const choices = [{ value: '', text: none, group: '' }, ...items];
    return chooser(label, choices, trans, () => shownItems(store.view));
  };
  const first = choose(trans.__('Sort by'), trans.__('neuron index'));
  const second = choose(trans.__('minus'), trans.__('nothing'));
  const absolute = toggleButton(
    '|x|',
    trans.__('Sort by the size of the difference')
  );
  const sort = (isAbsolute: boolean) =>
    store.update(v =>
      sortBy(v, itemOf(first.value), itemOf(second.value), isAbsolute)
    );
  first.onChange(() => sort(isAbsolute(store.view)));
  second.onChange(() => sort(isAbsolute(store.view)));
  absolute.addEventListener('click', () => sort(!isAbsolute(store.view)));
  const arrow = element('span');
  const words = element('span', { className: 'nd-Button-words' });
  const direction = button(
    {
      className: 'nd-Button nd-mod-words',
      title: trans.__('Reverse the order')
    },
    () => store.update(reverseOrder),
    arrow,
    words
  );
  const refresh = (view: ViewState) => {
    const [a, b] = orderItems(view.order);
    first.value = a ? keyOf(a) : '';
    second.value = b ? keyOf(b) : '';
    second.disabled = !a;
    absolute.disabled = !b;
    absolute.setAttribute('aria-pressed', String(isAbsolute(view)));
    setText(arrow, view.descending ? '↓ ' : '↑ ');
    setText(words, directionText(view, trans));
  };
  const minus = element('span', { className: 'nd-Toolbar-sign', text: '−' });
  const nodes = [
    element('span', {
      className: 'nd-Toolbar-label',
      text: trans.__('Sort')
    }),
    element(
      'span',
      { className: 'nd-Group' },
      first.node,
      minus,
      second.node,
      absolute
    ),
    direction
  ];
  return { nodes, refresh };
}

function sortItems({ store, trans }: PanelContext): Choice[] {
  const { instances, classes } = store.info;
  return [
    ...instances.map(i => ({
      value: keyOf({ instance: i.id }),
      text: i.name,
      group: trans.__('Value of an instance')
    })),
    ...classes.map((c, index) => ({
      value: keyOf({ class: index }),
      text: trans.__('median %1', c.name),
      group: trans.__('Median of a class')
    }))
  ];
}

/** What one sorts by most: nothing, and what is shown. */
function shownItems({ instances, classes }: ViewState): readonly string[] {
  return [
    '',
    ...instances.map(instance => keyOf({ instance })),
    ...classes.map(index => keyOf({ class: index }))
  ];
}

function isAbsolute({ order }: ViewState): boolean {
  return order.by === 'difference' && order.absolute;
}

function keyOf(item: Item): string {
  const [[kind, of]] = Object.entries(item);
  return `${kind}:${of}`;
}

function itemOf(key: string): Item | null {
  if (key.startsWith('class:')) {
    return { class: Number(key.slice('class:'.length)) };
  }
  return key.startsWith('instance:')
    ? { instance: key.slice('instance:'.length) }
    : null;
}
