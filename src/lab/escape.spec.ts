/** @jest-environment jsdom */
import { listenToKeys } from '../panels/actions';
import { element } from '../panels/dom';
import { backToCell } from './escape';

type Parts = { readonly cell: HTMLElement; readonly view: HTMLElement };

/** A view in an output, in a cell or elsewhere. */
function output(className = 'jp-Cell'): Parts {
  const view = element('div', { className: 'nd-View' });
  const node = element('div', { className: 'nd-Output' }, view);
  const cell = element(
    'div',
    { className, attributes: { tabindex: '-1' } },
    node
  );
  listenToKeys(view, () => null);
  node.addEventListener('keydown', backToCell);
  document.body.replaceChildren(cell);
  return { cell, view };
}

function escape(target: HTMLElement): KeyboardEvent {
  target.focus();
  const event = new KeyboardEvent('keydown', {
    key: 'Escape',
    bubbles: true,
    cancelable: true
  });
  target.dispatchEvent(event);
  return event;
}

function search(value: string): HTMLInputElement {
  const node = element('input', { attributes: { type: 'search' } });
  node.value = value;
  return node;
}

describe('Escape in an output', () => {
  it.each([
    ['a button', element('button')],
    ['a list', element('select')],
    ['a filter without text', search('')]
  ])('goes from %s to the cell', (_, inner) => {
    const { cell, view } = output();
    view.append(inner);
    expect(escape(inner).defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(cell);
  });

  it('empties a filter first', () => {
    const { view } = output();
    const filter = search('conv');
    view.append(filter);
    expect(escape(filter).defaultPrevented).toBe(false);
    expect(document.activeElement).toBe(filter);
  });

  it('closes what opened inside, and no more', () => {
    const { view } = output();
    const field = element('input');
    view.append(element('form', {}, field));
    field.addEventListener('keydown', event => event.preventDefault());
    escape(field);
    expect(document.activeElement).toBe(field);
  });

  it('goes nowhere outside a notebook', () => {
    const { view } = output('jp-MainAreaWidget');
    const inner = element('button');
    view.append(inner);
    expect(escape(inner).defaultPrevented).toBe(false);
    expect(document.activeElement).toBe(inner);
  });
});
