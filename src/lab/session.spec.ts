import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { plainTexts } from '../page/translation';
import { Signal } from '@lumino/signaling';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { saveView } from '../view/saved';
import type { Store } from '../view/store';
import { viewToJson } from '../view/state';
import { toggleClass } from '../view/update';
import { createEngine } from '../worker/engine';
import { browserPorts } from '../worker/unpack';
import { Session } from './session';
import { LiveSettings } from './settings';

const ALL = [0, 1, 2];

/** A cell and its notebook as far as a session knows them. */
class FakeCell {
  constructor(public metadata: unknown = undefined) {}
  isDisposed = false;
  writes = 0;
  readonly metadataChanged = new Signal<this, { key: string }>(this);
  readonly outputs = { length: 0 };
  getMetadata = () => this.metadata;
  setMetadata(key: string, value: unknown): void {
    this.metadata = value;
    this.writes += 1;
    this.metadataChanged.emit({ key });
  }
}

const saveState = new Signal<object, string>({});
const panel = { context: { saveState } } as unknown as NotebookPanel;

function join(session: Session, cell: FakeCell): void {
  session.join({ panel, cell: cell as unknown as ICodeCellModel });
}

function openSession(...cells: FakeCell[]): Session {
  const engine = createEngine(browserPorts);
  const session = new Session(
    { descriptor: { name: 'Tiny', view: null }, data: '' },
    async () => ({
      info: await engine.open({
        kind: 'block',
        bytes: fixtureBytes('tiny.ndiv')
      }),
      engine
    }),
    new LiveSettings(),
    plainTexts
  );
  cells.forEach(cell => join(session, cell));
  return session;
}

function keptBy(cell: FakeCell): { current: unknown; saved: unknown[] } {
  const { views } = cell.metadata as {
    views: { Tiny: { current: unknown; saved: unknown[] } };
  };
  return views.Tiny;
}

function toggle(store: Store, index: number): void {
  store.update(v => toggleClass(v, index, ALL));
}

test('opening writes nothing, a change is written once to every cell', async () => {
  const cells = [new FakeCell(), new FakeCell()];
  const session = openSession(...cells);
  const store = await session.store;
  session.flush();
  expect(cells.map(c => c.writes)).toEqual([0, 0]);
  toggle(store, 0);
  toggle(store, 1);
  session.flush();
  expect(cells.map(c => c.writes)).toEqual([1, 1]);
  expect(cells.map(c => keptBy(c).current)).toEqual([
    viewToJson(store.view),
    viewToJson(store.view)
  ]);
  session.dispose();
});

test('what a cell keeps is where the next session begins', async () => {
  const cell = new FakeCell();
  const first = openSession(cell);
  const store = await first.store;
  toggle(store, 0);
  store.setSaved(saveView(store.saved, 'mine', viewToJson(store.view)));
  first.dispose();
  const sent: unknown = JSON.parse(JSON.stringify(cell.metadata));
  const second = openSession(new FakeCell(sent));
  const again = await second.store;
  expect(viewToJson(again.view)).toEqual(viewToJson(store.view));
  expect(again.saved).toEqual(store.saved);
  expect(again.dropped).toEqual([]);
  expect(again.canUndo).toBe(false);
  second.dispose();
});

test('views of two cells come together, none lost and none twice', async () => {
  const [a, b] = ['a', 'b'].map(name => ({ name, view: { bins: 8 } }));
  const kept = (saved: object[]) => ({
    version: 1,
    views: { Tiny: { saved } }
  });
  const [first, second] = [new FakeCell(kept([a])), new FakeCell(kept([a, b]))];
  const session = openSession(first);
  const store = await session.store;
  join(session, second);
  expect(store.saved.map(s => s.name)).toEqual(['a', 'b']);
  session.flush();
  expect([first.writes, second.writes]).toEqual([0, 0]);
  toggle(store, 0);
  session.flush();
  expect(keptBy(first).saved).toEqual([a, b]);
  expect(keptBy(second).saved).toEqual([a, b]);
  session.dispose();
});

test('a change from outside is shown and not written back', async () => {
  const cell = new FakeCell();
  const session = openSession(cell);
  const store = await session.store;
  const current = { ...viewToJson(store.view), bins: 8 };
  cell.setMetadata('neuraldivergence', {
    version: 1,
    views: { Tiny: { current, saved: [{ name: 'theirs', view: {} }] } }
  });
  expect(store.view.bins).toBe(8);
  expect(store.saved.map(s => s.name)).toEqual(['theirs']);
  session.flush();
  expect(cell.writes).toBe(1);
  session.dispose();
});

test('saving the notebook writes what is still waiting', async () => {
  const cell = new FakeCell();
  const session = openSession(cell);
  toggle(await session.store, 0);
  expect(cell.writes).toBe(0);
  saveState.emit('started');
  expect(cell.writes).toBe(1);
  session.dispose();
});

test('what a newer version keeps is told and stays as it is', async () => {
  const future = { version: 2, views: { Tiny: { current: {} } } };
  const cell = new FakeCell(future);
  const session = openSession(cell);
  const store = await session.store;
  expect(store.dropped).toEqual([{ part: 'version' }]);
  toggle(store, 0);
  session.flush();
  expect(cell.metadata).toBe(future);
  expect(cell.writes).toBe(0);
  session.dispose();
});

test('a session that failed says why to whoever asks, and can be disposed twice', async () => {
  const session = new Session(
    { descriptor: null, data: null },
    async () => Promise.reject(new Error('broken')),
    new LiveSettings(),
    plainTexts
  );
  join(session, new FakeCell());
  await expect(session.store).rejects.toThrow('broken');
  session.dispose();
  session.dispose();
});
