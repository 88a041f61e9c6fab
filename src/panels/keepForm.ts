import type { TranslationBundle } from '@jupyterlab/translation';
import { element } from './dom';
import { formButtons, listenToForm, textField } from './form';

/** What is kept by a name. */
export type Kept = {
  readonly label: string;
  readonly suggested: string;
  readonly mostCharacters: number;
};

/** Asks for the name of what is kept. */
export function keepForm(
  { label, suggested, mostCharacters }: Kept,
  trans: TranslationBundle,
  keep: (name: string) => void,
  close: () => void
): HTMLFormElement {
  const name = textField(
    trans.__('Name'),
    suggested,
    mostCharacters,
    'nd-Keep-name'
  );
  const form = element(
    'form',
    { className: 'nd-Keep', attributes: { 'aria-label': label } },
    name,
    ...formButtons(trans.__('Keep'), trans, close)
  );
  listenToForm(form, () => keep(name.value.trim() || suggested), close);
  return form;
}
