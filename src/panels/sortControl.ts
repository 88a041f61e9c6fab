import { DIVERGENCES, isGroupKey, isInstanceKey } from '../core/divergence';
import type { Item, Rest } from '../core/scores';
import type { How, Sorting } from '../view/sorting';
import { canCompare, sortedBy, sortingOf } from '../view/sorting';
import type { ViewState } from '../view/state';
import { reverseOrder } from '../view/update';
import type { PanelContext } from './context';
import type { Choice } from './controls';
import { select, toggleButton } from './controls';
import { divergenceName } from './divergenceTexts';
import { button, element, setText } from './dom';
import type { Chooser } from './searchChoice';
import { chooser } from './searchChoice';
import { directionText } from './sentence';

export type SortControl = {
  readonly nodes: readonly HTMLElement[];
  readonly refresh: (view: ViewState) => void;
};

/** What neurons are sorted by: one item, or how two of them differ; and in which direction. */
export function sortControl(context: PanelContext): SortControl {
  const { store, trans } = context;
  const sort = (change: Partial<Sorting>) =>
    store.update(v =>
      sortedBy(v, { ...sortingOf(v.order), ...change }, store.info)
    );
  const first = liveChooser(context, value => sort({ first: itemOf(value) }));
  const second = liveChooser(context, value =>
    sort({ second: value === REST ? { rest: true } : itemOf(value) })
  );
  const how = howSelect(context);
  how.addEventListener('change', () => {
    const chosen = HOWS.find(h => h === how.value) ?? 'difference';
    // The size is what is looked for first; of a difference it is the sign.
    sort({ how: chosen, absolute: chosen !== 'difference' });
  });
  const absolute = toggleButton(
    '|x|',
    trans.__('Sort by the size of the difference')
  );
  absolute.addEventListener('click', () =>
    sort({ absolute: !sortingOf(store.view.order).absolute })
  );
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
    const sorting = sortingOf(view.order);
    first.refresh(
      trans.__('Sort by'),
      firstChoices(sorting.how, context),
      sorting.first ? keyOf(sorting.first) : ''
    );
    second.refresh(
      sorting.how === 'difference'
        ? trans.__('minus')
        : trans.__('compared with'),
      secondChoices(sorting.how, context),
      sorting.second ? keyOf(sorting.second) : ''
    );
    second.setDisabled(sorting.first === null);
    how.value = sorting.how;
    how.disabled = sorting.first === null;
    absolute.disabled = !canBeAbsolute(sorting);
    absolute.setAttribute(
      'aria-pressed',
      String(sorting.absolute && !absolute.disabled)
    );
    setText(arrow, view.descending ? '↓ ' : '↑ ');
    setText(words, directionText(view, trans));
  };
  const nodes = [
    element('span', {
      className: 'nd-Toolbar-label',
      text: trans.__('Sort')
    }),
    element(
      'span',
      { className: 'nd-Group' },
      first.node,
      how,
      second.node,
      absolute
    ),
    direction
  ];
  return { nodes, refresh };
}

const HOWS: readonly How[] = [
  'difference',
  ...(Object.keys(DIVERGENCES) as (keyof typeof DIVERGENCES)[])
];

function howSelect({ store, trans }: PanelContext): HTMLSelectElement {
  const choices = HOWS.filter(how => canCompare(how, store.info)).map(
    (how): Choice =>
      how === 'difference'
        ? { value: how, text: '−', group: '' }
        : {
            value: how,
            text: trans.__('%1 →', divergenceName(how, trans)),
            group: isGroupKey(how)
              ? trans.__('Divergence of two groups')
              : trans.__('An instance in a class')
          }
  );
  const node = select(trans.__('Compared by'), choices);
  node.classList.add('nd-mod-how');
  return node;
}

function canBeAbsolute({ how, second }: Sorting): boolean {
  return how === 'difference' ? second !== null : DIVERGENCES[how].signed;
}

/** Choices in parts: each the same list as long as it is the same. */
type Parts = readonly (readonly Choice[])[];

/** A list to choose from whose choices change: another one takes its place, and the focus. */
function liveChooser(
  { store, trans }: PanelContext,
  onChange: (value: string) => void
) {
  const node = element('span', { className: 'nd-Live' });
  let shown: Parts = [];
  let shownLabel = '';
  let current: Chooser | null = null;
  return {
    node,
    refresh(label: string, parts: Parts, value: string) {
      const isSame =
        label === shownLabel &&
        parts.length === shown.length &&
        parts.every((part, k) => part === shown[k]);
      if (current === null || !isSame) {
        const hadFocus = node.contains(document.activeElement);
        const next = chooser(label, parts.flat(), trans, () =>
          shownItems(store.view)
        );
        next.onChange(() => onChange(next.value));
        node.replaceChildren(next.node);
        if (hadFocus) {
          node.querySelector<HTMLElement>('select, input')?.focus();
        }
        [shown, shownLabel, current] = [parts, label, next];
      }
      current.value = value;
    },
    setDisabled(disabled: boolean) {
      if (current) {
        current.disabled = disabled;
      }
    }
  };
}

function firstChoices(how: How, context: PanelContext): Parts {
  const { store, trans } = context;
  const none = kept(store.info, 'index', () => [
    { value: '', text: trans.__('neuron index'), group: '' }
  ]);
  return how === 'difference'
    ? [none, instances(context), ...many(how, context)]
    : [none, ...many(how, context)];
}

function secondChoices(how: How, context: PanelContext): Parts {
  const { store, trans } = context;
  if (isInstanceKey(how)) {
    return [instances(context)];
  }
  if (how !== 'difference') {
    const rest = kept(store.info, REST, () => [
      { value: REST, text: trans.__('the rest'), group: '' }
    ]);
    return [rest, ...many(how, context)];
  }
  const none = kept(store.info, 'nothing', () => [
    { value: '', text: trans.__('nothing'), group: '' }
  ]);
  return [none, instances(context), ...many(how, context)];
}

const REST = 'rest';

function instances({ store, trans }: PanelContext): readonly Choice[] {
  return kept(store.info, 'instances', () =>
    store.info.instances.map(i => ({
      value: keyOf({ instance: i.id }),
      text: i.name,
      group: trans.__('Value of an instance')
    }))
  );
}

/** Classes and groups: by their medians, or themselves. */
function many(how: How, { store, trans }: PanelContext): Parts {
  const { info, view } = store;
  const isMedian = how === 'difference';
  const name = isMedian ? 'medians' : 'names';
  const text = (plain: string) =>
    isMedian ? trans.__('median %1', plain) : plain;
  const classes = () =>
    info.classes.map((c, index) => ({
      value: keyOf({ class: index }),
      text: text(c.name),
      group: isMedian ? trans.__('Median of a class') : trans.__('Classes')
    }));
  const groups = (of: readonly { id: string; name: string }[]) => () =>
    of.map(group => ({
      value: keyOf({ group: group.id }),
      text: text(group.name),
      group: isMedian ? trans.__('Median of a group') : trans.__('Groups')
    }));
  return [
    kept(info, `${name} of classes`, classes),
    kept(info.groups, name, groups(info.groups)),
    kept(view.groups, name, groups(view.groups))
  ];
}

/** The same list for the same owner. */
function kept(
  owner: object,
  key: string,
  make: () => readonly Choice[]
): readonly Choice[] {
  const known = keptOf.get(owner) ?? new Map<string, readonly Choice[]>();
  keptOf.set(owner, known);
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

const keptOf = new WeakMap<object, Map<string, readonly Choice[]>>();

/** What one sorts by most: nothing, and what is shown. */
function shownItems(view: ViewState): readonly string[] {
  return [
    '',
    REST,
    ...view.instances.map(instance => keyOf({ instance })),
    ...view.shownGroups.map(group => keyOf({ group })),
    ...view.classes.map(index => keyOf({ class: index }))
  ];
}

function keyOf(item: Item | Rest): string {
  if ('rest' in item) {
    return REST;
  }
  if ('class' in item) {
    return `class:${item.class}`;
  }
  return 'group' in item ? `group:${item.group}` : `instance:${item.instance}`;
}

function itemOf(key: string): Item | null {
  const at = key.indexOf(':');
  const [kind, name] = [key.slice(0, at), key.slice(at + 1)];
  switch (kind) {
    case 'class':
      return { class: Number(name) };
    case 'group':
      return { group: name };
    case 'instance':
      return { instance: name };
    default:
      return null;
  }
}
