import { sampleOf } from '../view/samples';
import { removeAdded } from '../view/update';
import type { PanelContext } from './context';
import { button } from './dom';

/** Takes an instance away that the view adds: a sample, or a picture that it keeps. Null for one of the recording. */
export function removeButton(
  id: string,
  { store, trans }: Pick<PanelContext, 'store' | 'trans'>,
  onRemoved: () => void = () => undefined
): HTMLButtonElement | null {
  const sample = sampleOf(id, store.view);
  const kept = store.view.kept.find(one => one.id === id);
  if (sample === null && kept === undefined) {
    return null;
  }
  const label = kept
    ? trans.__('Remove “%1” from the view', kept.name)
    : trans.__('Remove sample %1 from the view', sample ?? '');
  return button(
    {
      className: 'nd-Icon',
      text: '×',
      title: label,
      attributes: { 'aria-label': label }
    },
    () => {
      store.update(view => removeAdded(view, id));
      onRemoved();
    }
  );
}
