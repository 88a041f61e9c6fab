/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { Widget } from '@lumino/widgets';
import { FakeAttachment } from '../../tests/ts/attachment';
import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import type { Store } from '../view/store';
import { setShown } from '../view/update';
import type { PanelContext } from './context';
import { StatusBar } from './status';
import { Toolbar } from './toolbar';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));
Object.assign(globalThis, { TextDecoder });

let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  document.body.replaceChildren();
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const context = (attachment: FakeAttachment | null = null): PanelContext => ({
  store,
  trans,
  host: {
    openPanels: null,
    exportPage: null,
    actionOf: () => null,
    hint: null,
    attachment,
    openProbe: null,
    modelFiles: null,
    savedUntil: null
  }
});

function attached<W extends Widget>(widget: W): W {
  Widget.attach(widget, document.body);
  return widget;
}

/** What a screen reader would say of what `change` does: new texts of live regions. */
async function heard(change: () => void): Promise<string[]> {
  const texts: string[] = [];
  const observer = new MutationObserver(records => {
    for (const { target } of records) {
      const live = target instanceof Element ? target : target.parentElement;
      if (live?.matches('[role="status"], [aria-live="polite"]')) {
        texts.push(live.textContent);
      }
    }
  });
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true
  });
  change();
  jest.advanceTimersByTime(1000);
  await Promise.resolve();
  observer.disconnect();
  return texts;
}

const spokenOf = (bar: StatusBar) =>
  bar.node.querySelector('.nd-Spoken')?.textContent;
const showOne = () => store.update(v => setShown(v, { classes: [1] }));

describe('What a view shows, read aloud', () => {
  it('is there from the start, and not read aloud then', async () => {
    const bar = attached(new StatusBar(context()));
    expect(spokenOf(bar)).toContain(
      'Tiny network: layers dense_2; classes cat'
    );
    expect(await heard(() => undefined)).toEqual([]);
  });

  it('is heard once, however many views there are of a recording', async () => {
    const bars = [1, 2, 3].map(() => attached(new StatusBar(context())));
    const texts = await heard(showOne);
    expect(texts).toHaveLength(1);
    expect(new Set(bars.map(spokenOf))).toEqual(new Set(texts));
  });

  it('is heard from the first view on screen', async () => {
    const [hidden, shown] = [1, 2].map(() =>
      attached(new StatusBar(context()))
    );
    hidden.hide();
    expect(await heard(showOne)).toEqual([spokenOf(shown)]);
    shown.dispose();
    hidden.show();
    const more = () => store.update(v => setShown(v, { classes: [0] }));
    expect(await heard(more)).toEqual([spokenOf(hidden)]);
  });

  it('is not heard again when nothing of it changed', async () => {
    attached(new StatusBar(context()));
    const other = () =>
      store.update(v => ({ ...v, rowHeight: 'roomy' as const }));
    expect(await heard(other)).toEqual([]);
  });
});

describe('The toolbar', () => {
  const named = (bar: Toolbar, title: string) =>
    bar.node.querySelector<HTMLButtonElement>(`button[title="${title}"]`)!;

  it('tells the bins where they were changed, and nothing on other changes', async () => {
    const [here] = [1, 2].map(() => attached(new Toolbar(context())));
    const finer = named(here, 'Finer bins');
    finer.focus();
    expect(await heard(() => finer.click())).toEqual(['≤ 128']);
    expect(await heard(showOne)).toEqual([]);
  });

  it('keeps the focus on a button that can do no more', () => {
    const bar = attached(new Toolbar(context()));
    const coarser = named(bar, 'Coarser bins');
    coarser.focus();
    for (let step = 0; step < 12; step++) {
      coarser.click();
    }
    expect(coarser.getAttribute('aria-disabled')).toBe('true');
    expect(document.activeElement).toBe(coarser);
  });

  it('passes the focus on from a button that goes', () => {
    const bar = attached(new Toolbar(context()));
    store.update(v => ({ ...v, markedOnly: true }));
    const showAll = named(bar, 'Bring back all hidden neurons');
    showAll.focus();
    showAll.click();
    expect(showAll.hidden).toBe(true);
    expect(document.activeElement?.getAttribute('title')).toBe(
      'Show marked neurons only'
    );
  });
});

describe('Where all values are', () => {
  const sentenceOf = (bar: StatusBar) =>
    bar.node.querySelector('.nd-Sentence')?.textContent;

  it('is told of a summary, as it changes', async () => {
    jest.useRealTimers();
    store = await openedStore('tiny.summary.ndiv');
    const attachment = new FakeAttachment();
    const bar = attached(new StatusBar(context(attachment)));
    expect(sentenceOf(bar)).toContain('reading x.ndiv…');
    attachment.become({ kind: 'here' });
    expect(sentenceOf(bar)).toContain('all values in x.ndiv');
    bar.dispose();
  });

  it('decides what can be chosen, from then on', async () => {
    jest.useRealTimers();
    store = await openedStore('tiny.summary.ndiv');
    const attachment = new FakeAttachment();
    const toolbar = attached(new Toolbar(context(attachment)));
    const byPrediction = () =>
      toolbar.node.querySelector<HTMLOptionElement>(
        'option[value="prediction"]'
      );
    expect(byPrediction()?.disabled).toBe(true);
    expect(byPrediction()?.title).toMatch(/^This needs all values/);
    const { classSizes } = (await openedStore('tiny.ndiv')).info;
    store.enrich({ ...store.info, classSizes });
    expect(byPrediction()?.disabled).toBe(false);
    expect(byPrediction()?.title).toBe('');
    toolbar.dispose();
  });
});
