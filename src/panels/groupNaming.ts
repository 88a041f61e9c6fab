import type { TranslationBundle } from '@jupyterlab/translation';
import { color as parseColor } from 'd3';
import type { Group } from '../core/condition';
import { GROUP_NAME_CHARACTERS } from '../view/groups';
import { element } from './dom';
import { formButtons, listenToForm, textField } from './form';

/** A form for the name and the colour of a group of the view; `save` or `close` is called at its end. */
export function groupNaming(
  trans: TranslationBundle,
  { name, color }: Group,
  /** The colour that it is shown in, as CSS has it. */
  shown: string,
  save: (next: Pick<Group, 'name' | 'color'>) => void,
  close: () => void
): { readonly node: HTMLElement; readonly focus: () => void } {
  const text = textField(trans.__('Name'), name, GROUP_NAME_CHARACTERS);
  const picker = element('input', {
    className: 'nd-GroupForm-color',
    title: trans.__('Colour'),
    attributes: { type: 'color', 'aria-label': trans.__('Colour') }
  });
  picker.value = parseColor(shown)?.formatHex() ?? '';
  const isOwn = element('input', {
    className: 'nd-Check',
    attributes: { type: 'checkbox' }
  });
  isOwn.checked = color !== null;
  const node = element(
    'form',
    {
      className: 'nd-GroupForm',
      attributes: { 'aria-label': trans.__('Name and colour of %1', name) }
    },
    text,
    element(
      'span',
      { className: 'nd-GroupForm-colors' },
      picker,
      element(
        'label',
        { title: trans.__('Without it the palette gives the colour') },
        isOwn,
        element('span', { text: trans.__('its own colour') })
      )
    ),
    element(
      'span',
      { className: 'nd-GroupForm-buttons' },
      ...formButtons(trans.__('Save'), trans, close)
    )
  );
  const fill = () => node.style.setProperty('--nd-color', picker.value);
  fill();
  picker.addEventListener('input', () => {
    isOwn.checked = true;
    fill();
  });
  const submit = () =>
    save({
      name: text.value.trim() || name,
      color: isOwn.checked ? picker.value : null
    });
  listenToForm(node, submit, close);
  return {
    node,
    focus: () => {
      text.focus();
      text.select();
    }
  };
}
