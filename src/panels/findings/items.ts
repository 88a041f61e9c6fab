import type { ClassOrGroup, Contrast } from '../../core/scores';
import { groupsOf } from '../../view/groups';
import type { PanelContext } from '../context';
import type { Choice } from '../controls';

/** What can stand at either end of a comparison. */
export type End = Contrast['b'];

const REST = 'rest';

/** Everything that can be b; a cannot be an instance, nor the rest. */
export function endChoices({ store, trans }: PanelContext): Choice[] {
  const { info, view } = store;
  return [
    ...groupChoices({ store, trans }),
    {
      value: REST,
      text: trans.__('all others'),
      group: ''
    },
    ...info.instances.map(({ id, name }) => ({
      value: keyOfEnd({ instance: id }),
      text: name,
      group: trans.__('Instances')
    }))
  ].filter(
    ({ value }) =>
      value !== REST || groupsOf(info, view).length + info.classes.length > 0
  );
}

export function groupChoices({
  store,
  trans
}: Pick<PanelContext, 'store' | 'trans'>): Choice[] {
  const { info, view } = store;
  return [
    ...info.classes.map(({ name }, index) => ({
      value: keyOfEnd({ class: index }),
      text: name,
      group: trans.__('Classes')
    })),
    ...groupsOf(info, view).map(({ id, name }) => ({
      value: keyOfEnd({ group: id }),
      text: name,
      group: trans.__('Groups')
    }))
  ];
}

export function keyOfEnd(end: End): string {
  if ('rest' in end) {
    return REST;
  }
  const [[kind, of]] = Object.entries(end);
  return `${kind}:${of}`;
}

export function endOf(key: string): End | null {
  const at = key.indexOf(':');
  const [kind, of] = [key.slice(0, at), key.slice(at + 1)];
  switch (kind) {
    case 'class':
      return { class: Number(of) };
    case 'group':
      return { group: of };
    case 'instance':
      return { instance: of };
    default:
      return key === REST ? { rest: true } : null;
  }
}

export function isGroupEnd(end: End | null): end is ClassOrGroup {
  return end !== null && ('class' in end || 'group' in end);
}
