/** @jest-environment jsdom */
import { trans } from '../../tests/ts/words';
import { LIGHT } from '../draw/theme';
import { openedStore } from '../../tests/ts/fixtures';
import { TextDecoder } from 'node:util';
import { toggleList } from './toggleList';

Object.assign(globalThis, {
  TextDecoder,
  ResizeObserver: class {
    observe() {}
    disconnect() {}
  }
});

const COUNT = 10_000;

async function list() {
  const { view } = await openedStore('tiny.ndiv');
  const shown = new Set([4000]);
  const section = toggleList({
    title: trans.__('Classes'),
    trans,
    memory: `test ${Math.random()}`,
    shown: () => [...shown],
    rows: Array.from({ length: COUNT }, (_, k) => ({
      name: `class ${k}`,
      count: '1',
      countTitle: 'samples',
      isShown: () => shown.has(k),
      color: () => 'red',
      toggle: () => {
        if (!shown.delete(k)) {
          shown.add(k);
        }
        refresh();
      },
      only: () => undefined
    })),
    all: () => undefined,
    none: () => undefined
  });
  const refresh = () => section.refresh({ ...view }, LIGHT);
  document.body.replaceChildren(section.node);
  refresh();
  const boxes = () => [
    ...section.node.querySelectorAll<HTMLInputElement>('[type="checkbox"]')
  ];
  const filter = section.node.querySelector<HTMLInputElement>('.nd-Filter');
  const find = (text: string) => {
    if (filter) {
      filter.value = text;
      filter.dispatchEvent(new Event('input'));
    }
  };
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    );
  const names = () => boxes().map(b => b.getAttribute('aria-label'));
  return { node: section.node, boxes, names, find, press, shown };
}

describe('A list of ten thousand', () => {
  it('has a few in the page and says how many there are', async () => {
    const { node, boxes } = await list();
    expect(boxes().length).toBeLessThan(20);
    const item = node.querySelector('[role="listitem"]');
    expect(item?.getAttribute('aria-setsize')).toBe(String(COUNT));
    expect(item?.getAttribute('aria-posinset')).toBe('1');
  });

  it('finds by name, and lists what is shown in one press', async () => {
    const { node, names, find } = await list();
    find('CLASS 1234');
    expect(names()).toEqual(['class 1234']);
    find('');
    const button = node.querySelector<HTMLElement>('.nd-Long-tools > button');
    expect(button?.textContent).toBe('shown: 1');
    button?.click();
    expect(names()).toEqual(['class 4000']);
  });

  it('is one stop of the Tab key, and arrows go through it', async () => {
    const { boxes, press } = await list();
    const stops = () => boxes().filter(b => b.tabIndex === 0);
    expect(stops()).toHaveLength(1);
    stops()[0].focus();
    press('ArrowDown');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('class 1');
    press('End');
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      `class ${COUNT - 1}`
    );
    expect(stops()).toHaveLength(1);
    press('Home');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('class 0');
  });

  it('begins with what was toggled, and keeps the focus where it was', async () => {
    const { boxes, find, names, press, shown } = await list();
    find('class 77');
    boxes()[0].click();
    expect([...shown]).toContain(77);
    find('');
    expect(names().slice(0, 2)).toEqual(['class 77', 'class 0']);
    const [, first] = boxes();
    first.focus();
    first.click();
    expect(document.activeElement).toBe(first);
    expect(names().slice(0, 2)).toEqual(['class 0', 'class 77']);
    press('ArrowUp');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('class 77');
  });
});
