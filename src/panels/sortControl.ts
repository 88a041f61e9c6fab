import { DIVERGENCES, isGroupKey, isInstanceKey } from '../core/divergence';
import { isRest } from '../view/groups';
import { itemOf, keyOf, shownMany } from '../view/items';
import type { How, Sorting } from '../view/sorting';
import { canCompare, sortedBy, sortingOf } from '../view/sorting';
import type { ViewState } from '../view/state';
import { reverseOrder } from '../view/update';
import type { RecordingInfo } from '../worker/protocol';
import type { PanelContext } from './context';
import type { Choice } from './controls';
import { select, toggleButton } from './controls';
import { divergenceName } from './divergenceTexts';
import { button, element, setAttribute, setProperties, setText } from './dom';
import type { Parts } from './itemChoices';
import {
  instancePart,
  LiveChooser,
  manyParts,
  onePart,
  restPart
} from './itemChoices';
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
  const shown = () => shownKeys(store);
  const first = new LiveChooser(
    trans,
    value => {
      const item = itemOf(value);
      sort({ first: item && isRest(item) ? null : item });
    },
    shown
  );
  const second = new LiveChooser(
    trans,
    value => sort({ second: itemOf(value) }),
    shown
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
    first.offer(
      trans.__('Sort by'),
      firstChoices(sorting.how, context),
      sorting.first ? keyOf(sorting.first) : ''
    );
    second.offer(
      sorting.how === 'difference'
        ? trans.__('minus')
        : trans.__('compared with'),
      secondChoices(sorting.how, context),
      sorting.second ? keyOf(sorting.second) : ''
    );
    second.disabled = sorting.first === null;
    offerPossible(how, store.info);
    setProperties(how, {
      value: sorting.how,
      disabled: sorting.first === null
    });
    setProperties(absolute, { disabled: !canBeAbsolute(sorting) });
    setAttribute(
      absolute,
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

function howSelect({ trans }: PanelContext): HTMLSelectElement {
  const choices = HOWS.map((how): Choice =>
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

/** An instance can be compared as soon as there is one. */
function offerPossible(how: HTMLSelectElement, info: RecordingInfo): void {
  for (const option of how.options) {
    const key = HOWS.find(one => one === option.value) ?? 'difference';
    const hidden = !canCompare(key, info);
    setProperties(option, { hidden });
    if (option.parentElement instanceof HTMLOptGroupElement) {
      setProperties(option.parentElement, { hidden });
    }
  }
}

function canBeAbsolute({ how, second }: Sorting): boolean {
  return how === 'difference' ? second !== null : DIVERGENCES[how].signed;
}

function firstChoices(how: How, context: PanelContext): Parts {
  const { store, trans } = context;
  const none = onePart(store, '', trans.__('neuron index'));
  return how === 'difference'
    ? [none, ...valueParts(context)]
    : [none, ...manyParts(context)];
}

function secondChoices(how: How, context: PanelContext): Parts {
  const { store, trans } = context;
  if (isInstanceKey(how)) {
    return [instancePart(context, trans.__('Value of an instance'))];
  }
  return how === 'difference'
    ? [onePart(store, '', trans.__('nothing')), ...valueParts(context)]
    : [restPart(context), ...manyParts(context)];
}

/** What has a number of its own: instances, and medians. */
function valueParts(context: PanelContext): Parts {
  const heading = context.trans.__('Value of an instance');
  return [instancePart(context, heading), ...manyParts(context, 'medians')];
}

/** What one sorts by most: nothing, and what is shown. */
function shownKeys({ info, view }: PanelContext['store']): readonly string[] {
  const shown = [
    { rest: true } as const,
    ...view.instances.map(instance => ({ instance })),
    ...shownMany(info, view)
  ];
  return ['', ...shown.map(keyOf)];
}
