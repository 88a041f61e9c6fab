import { defaultActionOf, perform } from '../panels/actions';

/** Keys of the view also where nothing in it has the focus: nothing else in a page wants them. */
export function forwardKeys(from: Element, view: Element): void {
  document.addEventListener('keydown', event => {
    const { target, defaultPrevented } = event;
    const isOutside =
      target === document.body ||
      (target instanceof Element && from.contains(target));
    const name = isOutside && !defaultPrevented ? defaultActionOf(event) : null;
    if (name && perform(view, name)) {
      event.preventDefault();
    }
  });
}
