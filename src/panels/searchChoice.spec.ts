/** @jest-environment jsdom */
import { trans } from '../../tests/ts/words';
import { chooser, matching } from './searchChoice';

Element.prototype.scrollIntoView = () => undefined;

const choices = Array.from({ length: 1000 }, (_, k) => ({
  value: `class:${k}`,
  text: `median class ${k}`,
  group: 'Median of a class'
}));

function combobox() {
  const chosen = chooser('Sort by', choices, trans, () => ['class:500']);
  const changes: string[] = [];
  chosen.onChange(() => changes.push(chosen.value));
  document.body.replaceChildren(chosen.node);
  const input = chosen.node.querySelector('input');
  if (!input) {
    throw new Error('no field');
  }
  input.focus();
  const type = (text: string) => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };
  const press = (key: string) =>
    input.dispatchEvent(new KeyboardEvent('keydown', { key }));
  const options = () =>
    [...chosen.node.querySelectorAll('[role="option"]')].map(
      o => o.textContent
    );
  return { chosen, changes, input, type, press, options };
}

describe('A choice among a thousand', () => {
  it('is found by a part of its name, and taken by Enter', () => {
    const { chosen, changes, input, type, press, options } = combobox();
    type('CLASS 99');
    expect(options()).toEqual([
      'median class 99',
      ...Array.from({ length: 10 }, (_, k) => `median class 99${k}`)
    ]);
    press('ArrowDown');
    expect(input.getAttribute('aria-activedescendant')).toBe(
      chosen.node.querySelectorAll('[role="option"]')[1].id
    );
    press('Enter');
    expect(changes).toEqual(['class:990']);
    expect(input.value).toBe('median class 990');
    expect(input.getAttribute('aria-expanded')).toBe('false');
  });

  it('begins with what is shown, and says how many more there are', () => {
    const { chosen, press, options } = combobox();
    press('ArrowDown');
    expect(options()[0]).toBe('median class 500');
    expect(options()).toHaveLength(50);
    expect(chosen.node.textContent).toContain('950 more');
  });

  it('stays as it is when the list is left', () => {
    const { chosen, changes, input, type, press } = combobox();
    chosen.value = 'class:3';
    type('class 7');
    press('Escape');
    expect(input.value).toBe('median class 3');
    type('class 7');
    input.dispatchEvent(new Event('blur'));
    expect(input.value).toBe('median class 3');
    expect(changes).toEqual([]);
  });
});

test('few choices are a list of the browser', () => {
  const few = chooser('Sort by', choices.slice(0, 20), trans, () => []);
  expect(few.node.tagName).toBe('SELECT');
  few.value = 'class:7';
  expect(few.value).toBe('class:7');
});

test('nothing is found for what no name holds', () => {
  expect(matching(choices, 'zebra', [])).toEqual([]);
});

describe('A long name that is chosen', () => {
  const names = ['before', 'after'].map(
    end => `the photograph of a cat on a sofa, ${end}`
  );
  const long = (count: number) =>
    chooser(
      'Sort by',
      Array.from({ length: count }, (_, k) => ({
        value: String(k),
        text: names[k] ?? `median ${k}`,
        group: ''
      })),
      trans,
      () => []
    );

  it('is shown by both ends; all of it is in the list and the title', () => {
    const chosen = long(3);
    const node = chosen.node as HTMLSelectElement;
    const shown = () => node.selectedOptions[0].label;
    expect(shown()).toBe('the photograp…sofa, before');
    expect(shown()).toHaveLength(26);
    expect(node.title).toBe(names[0]);
    chosen.value = '1';
    expect(shown()).toBe('the photograp… sofa, after');
    expect(node.options[0].label).toBe(names[0]);
    expect(node.title).toBe(names[1]);
    chosen.value = '2';
    expect([shown(), node.title]).toEqual(['median 2', '']);
  });

  it('is whole in a search field that has the focus', () => {
    const chosen = long(200);
    document.body.replaceChildren(chosen.node);
    const input = chosen.node.querySelector('input')!;
    chosen.value = '1';
    expect(input.value).toBe('the photograp… sofa, after');
    expect(input.title).toBe(names[1]);
    input.focus();
    expect(input.value).toBe(names[1]);
    input.blur();
    expect(input.value).toBe('the photograp… sofa, after');
  });
});
