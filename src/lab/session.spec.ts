import { runInThisContext } from 'node:vm';
import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { loadCells } from '../../tests/ts/cells';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { plainTexts } from '../page/translation';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';
import { moveView, removeView, renameView, saveView } from '../view/saved';
import { viewToJson } from '../view/viewJson';
import type { Store } from '../view/store';
import { toggleClass } from '../view/update';
import { createEngine } from '../worker/engine';
import type { Carried } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { drawIntoOutputs } from './savedPicture';
import { Attacher } from './attacher';
import { Downloads } from './downloads';
import { Session } from './session';
import { LiveSettings } from './settings';

jest.mock('./savedPicture', () => ({ drawIntoOutputs: jest.fn() }));
const drawings = jest.mocked(drawIntoOutputs);
const made: (() => void)[] = [];
afterEach(() => {
  drawings.mockClear();
  made.splice(0).forEach(dispose => dispose());
});

const { codeCell } = loadCells();
/** Models of cells take only objects of the context that they were loaded in. */
const parse = runInThisContext('JSON.parse') as typeof JSON.parse;
const outside = <T>(json: T): T => parse(JSON.stringify(json)) as T;

const ALL = [0, 1, 2];
const KEY = 'neuraldivergence';

/** What an output shows: other `data` is another recording, another `view` another beginning. */
type Shown = { readonly data?: string; readonly view?: PartialJSONObject };

const descriptorOf = ({ view }: Shown) => ({
  name: 'Tiny',
  view: view ?? null
});

function outputOf(shown: Shown) {
  return outside({
    output_type: 'display_data',
    data: {
      [DESCRIPTOR_TYPE]: descriptorOf(shown),
      [DATA_TYPE]: shown.data ?? ''
    },
    metadata: {}
  });
}

/** A notebook as far as a session knows it. */
class Notebook {
  readonly saveState = new Signal<object, string>({});
  cells: ICodeCellModel[] = [];
  readonly panel = {
    context: { saveState: this.saveState, path: 'a.ipynb' },
    content: { model: this }
  } as unknown as NotebookPanel;

  /** A cell at the end that shows the recording and keeps `metadata`. */
  add(metadata?: unknown, ...outputs: Shown[]): ICodeCellModel {
    const shown = outputs.length > 0 ? outputs : [{}];
    const { cell, dispose } = codeCell(shown.map(outputOf));
    made.push(dispose);
    const set = cell.setMetadata.bind(cell);
    cell.setMetadata = (key, value) => set(key, outside<unknown>(value));
    if (metadata !== undefined) {
      cell.setMetadata(KEY, metadata);
    }
    this.cells.push(cell);
    return cell;
  }

  remove(cell: ICodeCellModel): void {
    this.cells = this.cells.filter(c => c !== cell);
    cell.dispose();
  }

  /** The cells as they are read from the file again. */
  revert(...file: unknown[]): ICodeCellModel[] {
    [...this.cells].forEach(cell => this.remove(cell));
    return file.map(metadata => this.add(metadata));
  }

  save(): void {
    this.saveState.emit('started');
  }
}

function sessionOf(
  shown: Shown = {},
  settings: LiveSettings = new LiveSettings()
): Session {
  const engine = createEngine(browserPorts);
  const opened = engine
    .open({ kind: 'block', bytes: fixtureBytes('tiny.ndiv') })
    .then(info => ({ info, engine, attacher: null }));
  return new Session(
    { descriptor: descriptorOf(shown), data: shown.data ?? '' },
    { opened, downloads: new Downloads() },
    null,
    settings,
    plainTexts
  );
}

/** A session whose first cell is drawn, the others not. */
async function open(
  notebook: Notebook,
  shown: Shown = {},
  settings?: LiveSettings
): Promise<{ session: Session; store: Store }> {
  const session = sessionOf(shown, settings);
  const [cell] = notebook.cells;
  session.join({ panel: notebook.panel, cell });
  return { session, store: await session.store };
}

type KeptJson = {
  readonly current?: unknown;
  readonly saved: readonly { readonly name: string }[];
};

function kept(cell: ICodeCellModel): KeptJson {
  const { views } = cell.getMetadata(KEY) as { views: { Tiny: KeptJson } };
  return views.Tiny;
}

const namesIn = (cell: ICodeCellModel) => kept(cell).saved.map(s => s.name);
const namesOf = (store: Store) => store.saved.map(s => s.name).join();

/** Metadata with these named views, each with a view of its own. */
function metadataOf(names: string, current?: unknown) {
  const saved = [...names].map(name => ({
    name,
    view: { bins: name.charCodeAt(0) }
  }));
  return {
    version: 1,
    views: { Tiny: { ...(current === undefined ? {} : { current }), saved } }
  };
}

function countWrites(cell: ICodeCellModel): () => number {
  let writes = 0;
  cell.metadataChanged.connect(() => (writes += 1));
  return () => writes;
}

function toggle(store: Store, index: number): void {
  store.update(v => toggleClass(v, index, ALL));
}

function name(store: Store, as: string): void {
  store.setSaved(saveView(store.saved, as, viewToJson(store.view)));
}

function remove(store: Store, named: string): void {
  store.setSaved(removeView(store.saved, named));
}

const off = {
  current: { wishes: {}, keepsViews: false, sizeHintMiB: 5 },
  changed: new Signal({})
};
const withoutKeeping = off as unknown as LiveSettings;

describe('What is written', () => {
  test('opening writes nothing, a change is written once to every cell', async () => {
    const notebook = new Notebook();
    const cells = [notebook.add(), notebook.add()];
    const writes = cells.map(countWrites);
    const { session, store } = await open(notebook);
    session.flush();
    notebook.save();
    expect(writes.map(w => w())).toEqual([0, 0]);
    toggle(store, 0);
    toggle(store, 1);
    session.flush();
    expect(writes.map(w => w())).toEqual([1, 1]);
    for (const cell of cells) {
      expect(kept(cell).current).toEqual(viewToJson(store.view));
    }
    session.dispose();
  });

  test('changes of the view wait for half a second, named views do not wait', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    const notebook = new Notebook();
    const cell = notebook.add();
    const { session, store } = await open(notebook);
    toggle(store, 0);
    expect(cell.getMetadata(KEY)).toBeUndefined();
    jest.advanceTimersByTime(500);
    expect(kept(cell).current).toEqual(viewToJson(store.view));
    name(store, 'mine');
    expect(namesIn(cell)).toEqual(['mine']);
    session.dispose();
    jest.useRealTimers();
  });

  test('saving the notebook writes what is still waiting', async () => {
    const notebook = new Notebook();
    const cell = notebook.add();
    const { session, store } = await open(notebook);
    toggle(store, 0);
    notebook.save();
    expect(kept(cell).current).toEqual(viewToJson(store.view));
    session.dispose();
  });

  test('what a cell keeps is where the next session begins', async () => {
    const notebook = new Notebook();
    const cell = notebook.add();
    const first = await open(notebook);
    toggle(first.store, 0);
    name(first.store, 'mine');
    first.session.dispose();
    const sent: unknown = JSON.parse(JSON.stringify(cell.getMetadata(KEY)));
    const copy = new Notebook();
    copy.add(sent);
    const { session, store } = await open(copy);
    expect(viewToJson(store.view)).toEqual(viewToJson(first.store.view));
    expect(store.saved).toEqual(first.store.saved);
    expect(store.dropped).toEqual([]);
    expect(store.canUndo).toBe(false);
    session.dispose();
  });
});

describe('Several cells', () => {
  test('views of two come together, none lost and none twice', async () => {
    const notebook = new Notebook();
    const cells = [
      notebook.add(metadataOf('a')),
      notebook.add(metadataOf('ab'))
    ];
    const { session, store } = await open(notebook);
    expect(namesOf(store)).toBe('a,b');
    session.flush();
    expect(cells.map(c => namesIn(c).join())).toEqual(['a', 'a,b']);
    toggle(store, 0);
    session.flush();
    expect(cells.map(c => namesIn(c).join())).toEqual(['a,b', 'a,b']);
    session.dispose();
  });

  test('what is shown together is saved together, even when nothing was changed', async () => {
    const notebook = new Notebook();
    const cells = [
      notebook.add(metadataOf('a')),
      notebook.add(metadataOf('ab'))
    ];
    const { session } = await open(notebook);
    notebook.save();
    expect(cells.map(c => namesIn(c).join())).toEqual(['a,b', 'a,b']);
    expect(kept(cells[0]).current).toBeUndefined();
    session.dispose();
  });

  test.each([
    ['deleted', (store: Store) => remove(store, 'b'), 'a,c'],
    [
      'renamed',
      (store: Store) =>
        store.setSaved(
          renameView(store.saved, 'b', { name: 'x', description: '' })
        ),
      'a,x,c'
    ],
    [
      'moved',
      (store: Store) => store.setSaved(moveView(store.saved, 'b', 1)),
      'a,c,b'
    ]
  ])(
    'a view that is %s stays so where a copy is not drawn yet',
    async (_, change, expected) => {
      const notebook = new Notebook();
      const [first, copy] = [0, 1].map(() => notebook.add(metadataOf('abc')));
      const { session, store } = await open(notebook);
      const pasted = notebook.add(metadataOf('abc'));
      change(store);
      for (const cell of [first, copy, pasted]) {
        expect(namesIn(cell).join()).toBe(expected);
        session.join({ panel: notebook.panel, cell });
      }
      expect(namesOf(store)).toBe(expected);
      session.dispose();
    }
  );

  test('an older copy that is pasted takes nothing away', async () => {
    const notebook = new Notebook();
    notebook.add(metadataOf('ab'));
    const { session, store } = await open(notebook);
    const cell = notebook.add(metadataOf('a'));
    session.join({ panel: notebook.panel, cell });
    remove(store, 'a');
    expect(namesIn(cell)).toEqual(['b']);
    session.dispose();
  });

  test('a cell that was run again with other data is left alone', async () => {
    const notebook = new Notebook();
    const [first, copy] = [0, 1].map(() => notebook.add(metadataOf('a')));
    const { session, store } = await open(notebook);
    first.outputs.clear();
    first.outputs.add(outputOf({ data: 'AA==' }));
    first.setMetadata(KEY, metadataOf('xyz'));
    name(store, 'b');
    expect(namesOf(store)).toBe('a,b');
    expect(namesIn(copy)).toEqual(['a', 'b']);
    expect(namesIn(first)).toEqual(['x', 'y', 'z']);
    session.dispose();
  });

  test('a change just before its cell is run again is kept', async () => {
    const notebook = new Notebook();
    const cell = notebook.add();
    const { session, store } = await open(notebook);
    toggle(store, 0);
    cell.outputs.clear();
    session.flush();
    expect(kept(cell).current).toEqual(viewToJson(store.view));
    session.dispose();
  });

  test('a change while its cell is moved is kept', async () => {
    const notebook = new Notebook();
    const cell = notebook.add(metadataOf('a'));
    const { session, store } = await open(notebook);
    toggle(store, 0);
    notebook.remove(cell);
    name(store, 'b');
    const moved = notebook.add(metadataOf('a'));
    session.join({ panel: notebook.panel, cell: moved });
    expect(namesIn(moved)).toEqual(['a', 'b']);
    expect(kept(moved).current).toEqual(viewToJson(store.view));
    session.dispose();
  });
});

describe('Somebody else changes the metadata', () => {
  test('what they changed is shown and not written back', async () => {
    const notebook = new Notebook();
    const cell = notebook.add(metadataOf('ab'));
    const { session, store } = await open(notebook);
    const current = { ...viewToJson(store.view), bins: 8 };
    const writes = countWrites(cell);
    cell.setMetadata(KEY, metadataOf('bc', current));
    expect(store.view.bins).toBe(8);
    expect(namesOf(store)).toBe('b,c');
    session.flush();
    expect(writes()).toBe(1);
    session.dispose();
  });

  test('what only one cell is told goes to the others with the next save', async () => {
    const notebook = new Notebook();
    const cells = [0, 1].map(() => notebook.add(metadataOf('ab')));
    const { session, store } = await open(notebook);
    cells[1].setMetadata(KEY, metadataOf('b'));
    expect(namesOf(store)).toBe('b');
    notebook.save();
    expect(namesIn(cells[0])).toEqual(['b']);
    session.dispose();
  });

  test('metadata that are set again as they were change nothing', async () => {
    const notebook = new Notebook();
    const cell = notebook.add(metadataOf('a', { bins: 8 }));
    const { session, store } = await open(notebook);
    toggle(store, 0);
    const { view } = store;
    const emit = cell.metadataChanged as Signal<ICodeCellModel, object>;
    emit.emit({ key: KEY, type: 'change' });
    expect(store.view).toBe(view);
    session.flush();
    expect(kept(cell).current).toEqual(viewToJson(view));
    session.dispose();
  });

  test('a view that does not fit says what was left out', async () => {
    const notebook = new Notebook();
    const cell = notebook.add();
    const { session, store } = await open(notebook);
    cell.setMetadata(KEY, metadataOf('', { layers: ['gone'] }));
    expect(store.dropped).toEqual([{ part: 'layer', name: 'gone' }]);
    session.dispose();
  });
});

describe('Two tabs without collaboration', () => {
  test('the notebook that is read from the file again has the file’s views', async () => {
    const notebook = new Notebook();
    notebook.add(metadataOf('ab'));
    const { session, store } = await open(notebook);
    name(store, 'mine');
    toggle(store, 0);
    session.flush();
    // Meanwhile the other tab deleted a, added c and saved.
    const [cell] = notebook.revert(metadataOf('bc'));
    session.flush();
    session.join({ panel: notebook.panel, cell });
    expect(namesOf(store)).toBe('b,c');
    notebook.save();
    expect(namesIn(cell)).toEqual(['b', 'c']);
    session.dispose();
  });

  test('also in all of several cells, and in the view that it keeps', async () => {
    const current = { version: 1, bins: 16 };
    const notebook = new Notebook();
    [0, 1].forEach(() => notebook.add(metadataOf('ab', current)));
    const { session, store } = await open(notebook);
    store.update(v => ({ ...v, bins: 8 }));
    remove(store, 'a');
    const cells = notebook.revert(
      metadataOf('ab', current),
      metadataOf('ab', current)
    );
    session.join({ panel: notebook.panel, cell: cells[1] });
    expect(namesOf(store)).toBe('a,b');
    expect(store.view.bins).toBe(16);
    notebook.save();
    expect(cells.map(c => namesIn(c).join())).toEqual(['a,b', 'a,b']);
    session.dispose();
  });

  test('what was waiting to be written is not written over the file’s view', async () => {
    const current = { version: 1, bins: 16 };
    const notebook = new Notebook();
    notebook.add(metadataOf('a'));
    const { session, store } = await open(notebook);
    toggle(store, 0);
    const [cell] = notebook.revert(metadataOf('a', current));
    const writes = countWrites(cell);
    session.dispose();
    expect(writes()).toBe(0);
    expect(kept(cell).current).toEqual(current);
  });

  test('a view that the file does not keep is the first one again', async () => {
    const notebook = new Notebook();
    notebook.add();
    const { session, store } = await open(notebook);
    const before = viewToJson(store.view);
    toggle(store, 0);
    session.flush();
    const [cell] = notebook.revert(undefined);
    session.join({ panel: notebook.panel, cell });
    expect(viewToJson(store.view)).toEqual(before);
    expect(cell.getMetadata(KEY)).toBeUndefined();
    session.dispose();
  });
});

describe('Outputs that begin differently', () => {
  const starts = [8, 16].map(bins => ({ view: { version: 1, bins } }));

  test('two in one cell keep a view each and share the named ones', async () => {
    const notebook = new Notebook();
    const cell = notebook.add(undefined, ...starts);
    const opened = [];
    for (const start of starts) {
      opened.push(await open(notebook, start));
    }
    toggle(opened[0].store, 0);
    opened[0].session.flush();
    toggle(opened[1].store, 1);
    name(opened[1].store, 'mine');
    const wanted = opened.map(({ store }) => viewToJson(store.view));
    expect(opened.map(({ store }) => namesOf(store))).toEqual(['mine', 'mine']);
    opened.forEach(({ session }) => session.dispose());
    expect(kept(cell).current).toEqual(wanted[1]);
    for (const [i, start] of starts.entries()) {
      const { session, store } = await open(notebook, start);
      expect(viewToJson(store.view)).toEqual(wanted[i]);
      session.dispose();
    }
  });

  test('other arguments of show count for more than the view that was kept before', async () => {
    const notebook = new Notebook();
    const cell = notebook.add(undefined, starts[0]);
    const first = await open(notebook, starts[0]);
    toggle(first.store, 0);
    name(first.store, 'mine');
    first.session.dispose();
    cell.outputs.clear();
    cell.outputs.add(outputOf(starts[1]));
    const { session, store } = await open(notebook, starts[1]);
    expect(store.view.bins).toBe(16);
    expect(store.view.classes).not.toEqual(first.store.view.classes);
    expect(namesOf(store)).toBe('mine');
    session.dispose();
  });
});

describe('Newer versions', () => {
  test('what a newer version keeps is told and stays as it is', async () => {
    const future = { version: 2, views: { Tiny: { current: {} } } };
    const notebook = new Notebook();
    const cell = notebook.add(future);
    const { session, store } = await open(notebook);
    expect(store.dropped).toEqual([{ part: 'views', version: 2 }]);
    expect(store.canSave).toBe(false);
    toggle(store, 0);
    name(store, 'mine');
    notebook.save();
    expect(cell.getMetadata(KEY)).toEqual(future);
    session.dispose();
  });

  test('beside a cell that can be written, views can be saved', async () => {
    const future = { version: 2 };
    const notebook = new Notebook();
    const cells = [notebook.add(future), notebook.add()];
    const { session, store } = await open(notebook);
    expect(store.canSave).toBe(true);
    name(store, 'mine');
    expect(cells[0].getMetadata(KEY)).toEqual(future);
    expect(namesIn(cells[1])).toEqual(['mine']);
    session.dispose();
  });

  test('a current view of a newer version is told and stays, named views are kept', async () => {
    const current = { version: 2, bins: 8 };
    const notebook = new Notebook();
    const cell = notebook.add(metadataOf('a', current));
    const { session, store } = await open(notebook);
    expect(store.dropped).toEqual([{ part: 'view', version: 2 }]);
    expect(store.view.bins).toBe(64);
    toggle(store, 0);
    name(store, 'b');
    expect(kept(cell).current).toEqual(current);
    expect(namesIn(cell)).toEqual(['a', 'b']);
    notebook.save();
    expect(drawings).not.toHaveBeenCalled();
    session.dispose();
  });
});

describe('With the setting off', () => {
  test('changes of the view are not kept, named views are', async () => {
    const notebook = new Notebook();
    const cell = notebook.add();
    const { session, store } = await open(notebook, {}, withoutKeeping);
    toggle(store, 0);
    session.flush();
    notebook.save();
    expect(cell.getMetadata(KEY)).toBeUndefined();
    name(store, 'mine');
    expect(kept(cell)).toEqual({
      saved: [expect.objectContaining({ name: 'mine' })]
    });
    session.dispose();
  });

  test('the kept view stays, also in the picture, and does not come back over the one on screen', async () => {
    const current = { version: 1, bins: 8 };
    const notebook = new Notebook();
    const cell = notebook.add(metadataOf('a', current));
    const { session, store } = await open(notebook, {}, withoutKeeping);
    store.update(v => ({ ...v, bins: 32 }));
    cell.setMetadata(KEY, metadataOf('ab', current));
    expect(store.view.bins).toBe(32);
    expect(namesOf(store)).toBe('a,b');
    notebook.save();
    expect(drawings).not.toHaveBeenCalled();
    expect(kept(cell).current).toEqual(current);
    cell.setMetadata(KEY, metadataOf('ab', { version: 1, bins: 16 }));
    expect(store.view.bins).toBe(16);
    session.dispose();
  });

  test('with it on, the picture is drawn once the view is kept', async () => {
    const notebook = new Notebook();
    notebook.add();
    const { session, store } = await open(notebook);
    notebook.save();
    expect(drawings).not.toHaveBeenCalled();
    toggle(store, 0);
    notebook.save();
    expect(drawings).toHaveBeenCalledTimes(1);
    session.dispose();
  });
});

describe('A view of values that are elsewhere', () => {
  /** A session of a summary that all values can be attached to. */
  async function openSummary(notebook: Notebook, shown: Shown = {}) {
    const block = (file: string): Carried => ({
      kind: 'block',
      bytes: fixtureBytes(file)
    });
    const engine = createEngine(browserPorts);
    const downloads = new Downloads();
    const elsewhere = { kind: 'kernel' } as const;
    const { id } = await createEngine(browserPorts).open(block('tiny.ndiv'));
    const attacher = new Attacher(
      {
        elsewhere,
        id,
        file: null,
        reach: async () => ({
          carried: block('tiny.ndiv'),
          close: () => undefined
        })
      },
      engine,
      downloads
    );
    const info = await engine.open(block('tiny.summary.ndiv'));
    const session = new Session(
      { descriptor: descriptorOf(shown), data: '' },
      { opened: Promise.resolve({ info, engine, attacher }), downloads },
      elsewhere,
      new LiveSettings(),
      plainTexts
    );
    const [cell] = notebook.cells;
    session.join({ panel: notebook.panel, cell });
    const store = await session.store;
    made.unshift(() => session.dispose());
    const attached = async () => {
      session.trust();
      while (attacher.state.kind !== 'here') {
        await new Promise(resolve => setTimeout(resolve));
      }
    };
    return { session, store, attached };
  }

  const predicted = { version: 1, classes: [2], membership: 'prediction' };

  test.each([
    ['the cell keeps', metadataOf('', predicted), {}],
    ['the output begins with', undefined, { view: predicted }]
  ])(
    'what %s is shown as soon as it can be, and nothing is written',
    async (_, metadata, shown) => {
      const notebook = new Notebook();
      const cell = notebook.add(metadata, shown);
      const writes = countWrites(cell);
      const { session, store, attached } = await openSummary(notebook, shown);
      expect(store.view).toMatchObject({ classes: [2], membership: 'label' });
      expect(store.dropped).toEqual([]);
      await attached();
      expect(store.view).toMatchObject({
        classes: [2],
        membership: 'prediction'
      });
      expect(store.canUndo).toBe(false);
      session.flush();
      notebook.save();
      expect(writes()).toBe(0);
    }
  );

  test('what was chosen in the meantime stays', async () => {
    const notebook = new Notebook();
    notebook.add(metadataOf('', predicted));
    const { store, attached } = await openSummary(notebook);
    toggle(store, 0);
    const chosen = store.view;
    await attached();
    expect(store.view).toBe(chosen);
  });
});

test('a session that failed says why to whoever asks, and can be disposed twice', async () => {
  const session = new Session(
    { descriptor: null, data: null },
    {
      opened: Promise.reject(new Error('broken')),
      downloads: new Downloads()
    },
    null,
    new LiveSettings(),
    plainTexts
  );
  const notebook = new Notebook();
  session.join({ panel: notebook.panel, cell: notebook.add() });
  await expect(session.store).rejects.toThrow('broken');
  session.dispose();
  session.dispose();
});
