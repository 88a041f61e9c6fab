import { CommandRegistry } from '@lumino/commands';

/** What a key can do inside a view. Which key does it is for the surroundings to say. */
export type ActionName =
  | 'undo'
  | 'redo'
  | 'save-view'
  | 'toggle-hidden'
  | 'toggle-marked'
  | 'open-detail'
  | 'go-to-neuron'
  | 'show-all'
  | 'marked-only'
  | 'reverse-order'
  | 'toggle-findings'
  | 'brush'
  | 'toggle-probe';

export type Actions = Partial<Readonly<Record<ActionName, () => void>>>;

/** A keystroke of Lumino, `Accel Z`, and what it does where nothing else was chosen. */
export const DEFAULT_KEYS: readonly (readonly [ActionName, string])[] = [
  ['undo', 'Accel Z'],
  ['redo', 'Accel Shift Z'],
  ['redo', 'Accel Y'],
  ['save-view', 'Alt S'],
  ['toggle-hidden', 'H'],
  ['toggle-hidden', 'Space'],
  ['toggle-marked', 'M'],
  ['open-detail', 'Enter'],
  ['go-to-neuron', 'G'],
  ['show-all', 'A'],
  ['marked-only', 'O'],
  ['reverse-order', 'R'],
  ['toggle-findings', 'F'],
  ['brush', 'B'],
  ['toggle-probe', 'P']
];

/** What a key means as long as nobody changed it. */
export function defaultActionOf(event: KeyboardEvent): ActionName | null {
  const pressed = CommandRegistry.keystrokeForKeydownEvent(event);
  const found = DEFAULT_KEYS.find(
    ([, keys]) => CommandRegistry.normalizeKeystroke(keys) === pressed
  );
  return found?.[0] ?? null;
}

const actionsOf = new WeakMap<Element, Actions>();

/** Whatever has the focus inside `node` can do these. */
export function offerActions(node: Element, actions: Actions): void {
  actionsOf.set(node, actions);
}

/** Do what the nearest element around `target` offers under this name; false when none does. */
export function perform(target: EventTarget | null, name: ActionName): boolean {
  const action = findAction(target, name);
  action?.();
  return action !== undefined;
}

export function canPerform(
  target: EventTarget | null,
  name: ActionName
): boolean {
  return findAction(target, name) !== undefined;
}

function findAction(
  target: EventTarget | null,
  name: ActionName
): (() => void) | undefined {
  let node = target instanceof Element ? target : null;
  for (; node; node = node.parentElement) {
    const action = actionsOf.get(node)?.[name];
    if (action) {
      return action;
    }
  }
  return undefined;
}

/**
 * Keys pressed inside `node`. Those that mean an action do it; other keys without Ctrl, Alt or Meta go no
 * further, because a notebook around would take them for commands of its own.
 */
export function listenToKeys(
  node: HTMLElement,
  actionOf: (event: KeyboardEvent) => ActionName | null
): void {
  node.addEventListener('keydown', event => {
    if (event.defaultPrevented) {
      return;
    }
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
    const name = takesText(event.target) ? null : actionOf(event);
    if (name && perform(event.target, name)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (isPlain && !LEFT_TO_OTHERS.has(event.key)) {
      event.stopPropagation();
    }
  });
}

const LEFT_TO_OTHERS = new Set(['Escape', 'Tab']);

/** Where keys are text, or choose an entry. */
function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  );
}
