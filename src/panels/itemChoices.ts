import { BRUSH_SIDES } from '../core/scores';
import type { Instance } from '../core/recording';
import { activeBrush } from '../view/brush';
import type { AnyItem } from '../view/items';
import { keyOf } from '../view/items';
import type { PanelContext } from './context';
import type { Choice } from './controls';
import type { Chooser } from './searchChoice';
import { chooser } from './searchChoice';
import { element } from './dom';
import { itemText } from './itemTexts';

/** Choices in parts: each the same list as long as it is the same. */
export type Parts = readonly (readonly Choice[])[];

type Context = Pick<PanelContext, 'store' | 'trans'>;

/** Classes, groups and what is brushed: themselves, or their medians. */
export function manyParts(
  { store, trans }: Context,
  as: 'names' | 'medians' = 'names'
): Parts {
  const { info, view } = store;
  const isMedian = as === 'medians';
  const choice = (item: AnyItem, name: string, group: string): Choice => ({
    value: keyOf(item),
    text: isMedian ? trans.__('median %1', name) : name,
    group
  });
  const ofGroups = (groups: readonly { id: string; name: string }[]) => () =>
    groups.map(({ id, name }) =>
      choice(
        { group: id },
        name,
        isMedian ? trans.__('Median of a group') : trans.__('Groups')
      )
    );
  return [
    partOf(info.classes, as, () =>
      info.classes.map(({ name }, index) =>
        choice(
          { class: index },
          name,
          isMedian ? trans.__('Median of a class') : trans.__('Classes')
        )
      )
    ),
    partOf(info.groups, as, ofGroups(info.groups)),
    partOf(view.groups, as, ofGroups(view.groups)),
    ...(activeBrush(info, view) === null
      ? []
      : [
          partOf(store, `brush ${as}`, () =>
            BRUSH_SIDES.map(brush =>
              choice(
                { brush },
                itemText({ brush }, info, view, trans),
                isMedian ? trans.__('Median of a selection') : trans.__('Brush')
              )
            )
          )
        ])
  ];
}

/** The instances, under a heading. */
export function instancePart(
  { store }: Context,
  heading: string
): readonly Choice[] {
  return namesPart(store, store.info.instances, ({ id, name }) => ({
    value: keyOf({ instance: id }),
    text: name,
    group: heading
  }));
}

/** A choice for each instance: the same list as long as their names are the same, whatever else is known of them. */
export function namesPart(
  store: PanelContext['store'],
  instances: readonly Instance[],
  choiceOf: (instance: Instance) => Choice
): readonly Choice[] {
  const choices = instances.map(choiceOf);
  return partOf(store, JSON.stringify(choices), () => choices);
}

/** All samples that are not in the other item. */
export function restPart({ store, trans }: Context): readonly Choice[] {
  return onePart(store, keyOf({ rest: true }), trans.__('all others'));
}

/** A choice under no heading. */
export function onePart(
  owner: PanelContext['store'],
  value: string,
  text: string
): readonly Choice[] {
  return partOf(owner, JSON.stringify([value, text]), () => [
    { value, text, group: '' }
  ]);
}

/** A part that is made once for its owner and key. */
export function partOf(
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

/** A list to choose from whose choices change: another one takes its place, and the focus. */
export class LiveChooser {
  constructor(
    private readonly trans: PanelContext['trans'],
    private readonly onChange: (value: string) => void,
    /** Values that a search begins with. */
    private readonly first: () => readonly string[]
  ) {}

  readonly node = element('span', { className: 'nd-Live' });

  /** Empty before the first `offer`. */
  get value(): string {
    return this.current?.value ?? '';
  }

  set disabled(disabled: boolean) {
    if (this.current && this.current.disabled !== disabled) {
      this.current.disabled = disabled;
    }
  }

  offer(label: string, parts: Parts, value: string): void {
    const isSame =
      label === this.label &&
      parts.length === this.parts.length &&
      parts.every((part, k) => part === this.parts[k]);
    const current =
      this.current && isSame ? this.current : this.build(label, parts.flat());
    [this.label, this.parts, this.current] = [label, parts, current];
    current.value = value;
  }

  private build(label: string, choices: readonly Choice[]): Chooser {
    const hadFocus = this.node.contains(document.activeElement);
    const next = chooser(label, choices, this.trans, this.first);
    next.onChange(() => this.onChange(next.value));
    this.node.replaceChildren(next.node);
    if (hadFocus) {
      this.node.querySelector<HTMLElement>('select, input')?.focus();
    }
    return next;
  }

  private label = '';
  private parts: Parts = [];
  private current: Chooser | null = null;
}
