import type { TranslationBundle } from '@jupyterlab/translation';
import { GROUP_NAME_CHARACTERS } from '../../view/groups';
import { button, element } from '../dom';

/** Asks for the name of a group. */
export function keepForm(
  suggested: string,
  trans: TranslationBundle,
  keep: (name: string) => void,
  close: () => void
): HTMLFormElement {
  const name = element('input', {
    className: 'nd-Filter nd-Brush-name',
    attributes: {
      type: 'text',
      maxlength: String(GROUP_NAME_CHARACTERS),
      'aria-label': trans.__('Name'),
      'data-lm-suppress-shortcuts': 'true'
    }
  });
  name.value = suggested;
  const form = element(
    'form',
    {
      className: 'nd-Brush-keep',
      attributes: { 'aria-label': trans.__('New group of samples') }
    },
    name,
    element('button', {
      className: 'nd-Button',
      text: trans.__('Keep'),
      attributes: { type: 'submit' }
    }),
    button({ className: 'nd-Button', text: trans.__('Cancel') }, close)
  );
  form.addEventListener('submit', event => {
    event.preventDefault();
    keep(name.value.trim() || suggested);
  });
  form.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return form;
}
