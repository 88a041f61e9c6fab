import { button, element } from './dom';

/** An entry of a list; `group` is the heading it stands under, empty for none. */
export type Choice = {
  readonly value: string;
  readonly text: string;
  readonly group: string;
};

export function select(
  label: string,
  choices: readonly Choice[]
): HTMLSelectElement {
  const node = element('select', {
    className: 'nd-Select',
    attributes: { 'aria-label': label, 'data-lm-suppress-shortcuts': 'true' }
  });
  const groups = new Map<string, HTMLElement>();
  for (const { value, text, group } of choices) {
    const option = element('option', { text, attributes: { value } });
    if (group === '') {
      node.append(option);
      continue;
    }
    const parent =
      groups.get(group) ??
      element('optgroup', { attributes: { label: group } });
    groups.set(group, parent);
    parent.append(option);
    node.append(parent);
  }
  return node;
}

export function toggleButton(text: string, title: string): HTMLButtonElement {
  return button(
    {
      className: 'nd-Button',
      text,
      title,
      attributes: { 'aria-pressed': 'false', 'aria-label': title }
    },
    () => undefined
  );
}
