/**
 * Escape that nothing inside an output took goes back to the notebook: to the cell, which has the focus in
 * command mode, so that the next key is the notebook's.
 */
export function backToCell(event: KeyboardEvent): void {
  const { key, target, currentTarget, defaultPrevented } = event;
  if (key !== 'Escape' || defaultPrevented || clearsText(target)) {
    return;
  }
  const cell =
    currentTarget instanceof Element
      ? currentTarget.closest<HTMLElement>('.jp-Cell')
      : null;
  if (cell) {
    event.preventDefault();
    event.stopPropagation();
    cell.focus({ preventScroll: true });
  }
}

/** Escape empties a search first. */
function clearsText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement &&
    target.type === 'search' &&
    target.value !== ''
  );
}
