/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import type { SavedViews } from '../view/saved';
import { viewToJson } from '../view/viewJson';
import type { Store } from '../view/store';
import { toggleMarked } from '../view/update';
import { NoticeBar } from './notice';
import { SavedStrip } from './savedStrip';
import { NO_HOST as host } from './context';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));
Object.assign(globalThis, { TextDecoder });

type Strip = {
  readonly store: Store;
  readonly strip: SavedStrip;
  readonly notice: NoticeBar;
};

async function openStrip(...names: string[]): Promise<Strip> {
  const store = await openedStore('tiny.ndiv');
  store.setSaved(
    names.map(name => ({ name, description: '', view: { bins: 8 } }))
  );
  const context = { store, trans, host };
  const notice = new NoticeBar(context);
  const strip = new SavedStrip(context, notice);
  document.body.replaceChildren(notice.node, strip.node);
  return { store, strip, notice };
}

const cards = ({ strip }: Strip) => [
  ...strip.node.querySelectorAll<HTMLElement>('[role="listitem"]')
];
const names = (list: SavedViews) => list.map(s => s.name);

function press(node: ParentNode, text: string): void {
  const found = [...node.querySelectorAll('button')].find(
    b => b.textContent === text
  );
  found?.click();
}

/** What the menu of a card does. */
function choose({ strip }: Strip, at: number, label: string): void {
  const menus = strip as unknown as {
    cards: unknown[];
    menuOf(card: unknown): {
      items: readonly { label: string; command: string; args: object }[];
      commands: { execute(command: string, args: object): void };
    };
  };
  const { items, commands } = menus.menuOf(menus.cards[at]);
  const item = items.find(i => i.label === label);
  commands.execute(item?.command ?? '', item?.args ?? {});
}

function drag(from: HTMLElement, to: HTMLElement): void {
  const data = new Map<string, string>();
  const dataTransfer = {
    setData: (type: string, value: string) => data.set(type, value),
    getData: (type: string) => data.get(type) ?? '',
    get types() {
      return [...data.keys()];
    }
  };
  const send = (node: HTMLElement, type: string) =>
    node.dispatchEvent(Object.assign(new Event(type), { dataTransfer }));
  send(from, 'dragstart');
  send(to, 'dragover');
  send(to, 'drop');
}

test('undoing a deletion brings back the view that was deleted and nothing else', async () => {
  const opened = await openStrip('a', 'b', 'c');
  const { store, notice } = opened;
  choose(opened, 1, 'Delete');
  expect(names(store.saved)).toEqual(['a', 'c']);
  choose(opened, 0, 'Move right');
  press(opened.strip.node, '+Save view');
  press(notice.node, 'Undo');
  expect(names(store.saved)).toEqual(['c', 'b', 'a', 'View 3']);
});

test.each([
  [0, 2, 'b,a,c'],
  [2, 0, 'c,a,b'],
  [1, 1, 'a,b,c'],
  [0, 3, 'b,c,a']
])(
  'card %d dropped on place %d stands before it: %s',
  async (from, to, end) => {
    const opened = await openStrip('a', 'b', 'c');
    const targets = [
      ...cards(opened),
      ...opened.strip.node.querySelectorAll<HTMLElement>('.nd-mod-add')
    ];
    drag(targets[from], targets[to]);
    expect(names(opened.store.saved).join()).toBe(end);
  }
);

test('of many views a hundred are shown, more when asked, and the newest always', async () => {
  const many = Array.from({ length: 350 }, (_, i) => `v${i}`);
  const opened = await openStrip(...many);
  expect(cards(opened)).toHaveLength(100);
  press(opened.strip.node, 'and 250 more');
  expect(cards(opened)).toHaveLength(200);
  opened.strip.save();
  expect(cards(opened)).toHaveLength(201);
  expect(document.activeElement).toBe(
    cards(opened).at(-1)?.querySelector('input')
  );
});

test('after renaming, the focus is on the card with the new name', async () => {
  const opened = await openStrip('a', 'b');
  choose(opened, 0, 'Rename and describe…');
  const form = opened.strip.node.querySelector('form');
  const [name] = form?.querySelectorAll('input') ?? [];
  name.value = 'new';
  form?.dispatchEvent(new Event('submit', { cancelable: true }));
  expect(names(opened.store.saved)).toEqual(['new', 'b']);
  expect(document.activeElement?.getAttribute('aria-label')).toBe(
    'Apply view new'
  );
});

test('where views cannot be kept, saving says so and adds none', async () => {
  const opened = await openStrip();
  opened.store.setCanSave(false);
  opened.strip.save();
  expect(opened.store.saved).toEqual([]);
  expect(opened.notice.node.textContent).toContain('cannot be saved here');
});

test('the card whose view is on screen is framed, in whatever order neurons were marked', async () => {
  const opened = await openStrip();
  const { store } = opened;
  const mark = (layer: string) => store.update(v => toggleMarked(v, layer, 0));
  const [first, second] = store.info.layers.map(l => l.name);
  mark(first);
  mark(second);
  store.setSaved([
    { name: 'x', description: '', view: viewToJson(store.view) }
  ]);
  mark(first);
  expect(cards(opened)[0].className).not.toContain('nd-mod-current');
  mark(first);
  expect(cards(opened)[0].className).toContain('nd-mod-current');
});

test.each([
  ['layers that are gone', { layers: ['gone'] }, 'layer “gone”'],
  ['a newer version', { version: 2 }, 'written by version 2 of the format']
])(
  'applying a view with %s says so until it is undone',
  async (_, view, said) => {
    const { store, notice } = await openStrip();
    store.update(v => ({ ...v, bins: 16 }));
    store.apply(view);
    expect(notice.isHidden).toBe(false);
    expect(notice.node.textContent).toContain(said);
    store.undo();
    expect(notice.isHidden).toBe(true);
  }
);

test('names in messages are short and without signs that move text', async () => {
  const { store, notice } = await openStrip();
  store.apply({ layers: [`\u202e${'x'.repeat(5000)}`] });
  expect(notice.node.textContent?.length).toBeLessThan(150);
  expect(notice.node.textContent).not.toContain('\u202e');
});
