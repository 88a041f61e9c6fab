import { removeSample } from '../view/update';
import type { PanelContext } from './context';
import { button } from './dom';

/** Takes a sample away that the view has as an instance. */
export function removeButton(
  sample: number,
  { store, trans }: Pick<PanelContext, 'store' | 'trans'>,
  onRemoved: () => void = () => undefined
): HTMLButtonElement {
  const label = trans.__('Remove sample %1 from the view', sample);
  return button(
    {
      className: 'nd-Icon',
      text: '×',
      title: label,
      attributes: { 'aria-label': label }
    },
    () => {
      store.update(view => removeSample(view, sample));
      onRemoved();
    }
  );
}
