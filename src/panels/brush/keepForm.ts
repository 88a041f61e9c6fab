import type { TranslationBundle } from '@jupyterlab/translation';
import { GROUP_NAME_CHARACTERS } from '../../view/groups';
import { element } from '../dom';
import { formButtons, listenToForm, textField } from '../form';

/** Asks for the name of a group. */
export function keepForm(
  suggested: string,
  trans: TranslationBundle,
  keep: (name: string) => void,
  close: () => void
): HTMLFormElement {
  const name = textField(
    trans.__('Name'),
    suggested,
    GROUP_NAME_CHARACTERS,
    'nd-Brush-name'
  );
  const form = element(
    'form',
    {
      className: 'nd-Brush-keep',
      attributes: { 'aria-label': trans.__('New group of samples') }
    },
    name,
    ...formButtons(trans.__('Keep'), trans, close)
  );
  listenToForm(form, () => keep(name.value.trim() || suggested), close);
  return form;
}
