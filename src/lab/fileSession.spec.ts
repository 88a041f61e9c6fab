import { fixtureBytes } from '../../tests/ts/fixtures';
import { ReadError } from '../core/errors';
import type { SavedViews } from '../view/saved';
import { removeView, renameView, saveView, savedToJson } from '../view/saved';
import type { Store } from '../view/store';
import { createEngine } from '../worker/engine';
import type { IEngine } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { FileSession, ForeignSidecarError } from './fileSession';
import type { ContentsPort } from './fileSource';
import { LiveSettings } from './settings';

/** Engines in the order in which they were started; `open` waits while `mockGate` does. */
const mockEngines: { engine: IEngine; isDisposed: boolean }[] = [];
let mockGate: Promise<void> = Promise.resolve();

jest.mock('./fileViewer', () => ({
  ...jest.requireActual<object>('../view/dropped'),
  ...jest.requireActual<object>('./begin'),
  ...jest.requireActual<object>('../view/state'),
  ...jest.requireActual<object>('../view/store'),
  connectEngine: () => mockConnect()
}));

function mockConnect(): IEngine {
  const inner = createEngine(browserPorts);
  const made = { engine: inner, isDisposed: false };
  mockEngines.push(made);
  return {
    ...inner,
    open: async () => {
      await mockGate;
      return inner.open({ kind: 'block', bytes: fixtureBytes('tiny.ndiv') });
    },
    dispose: () => {
      made.isDisposed = true;
      inner.dispose();
    }
  };
}

const PATH = 'folder/tiny.ndiv';
const files = new Map<string, string>();
const contents = {
  serverSettings: { baseUrl: 'http://server/', token: '' },
  driveName: () => '',
  localPath: (path: string) => path,
  getDownloadUrl: async (path: string) => `http://server/files/${path}`,
  get: async (path: string) =>
    files.has(path)
      ? { content: files.get(path) }
      : {
          content: [...files.keys()].map(p => ({ name: p.split('/').at(-1) }))
        },
  save: async (path: string, { content }: { content: string }) =>
    files.set(path, content)
} as unknown as ContentsPort;

const named = (...names: string[]): SavedViews =>
  names.reduce<SavedViews>((l, name) => saveView(l, name, { name }), []);

/** Somebody else writes views beside the file. */
function putBeside(saved: SavedViews, path = PATH): void {
  files.set(
    `${path}.views.json`,
    JSON.stringify({ version: 1, saved: savedToJson(saved) })
  );
}

function namesBeside(path = PATH): string[] {
  const text = files.get(`${path}.views.json`) ?? '{"saved":[]}';
  return (JSON.parse(text) as { saved: { name: string }[] }).saved.map(
    s => s.name
  );
}

function storeOf({ state }: FileSession): Store {
  if (state.kind !== 'open') {
    throw new Error(`the file is ${state.kind}`, { cause: state });
  }
  return state.store;
}

const namesIn = (session: FileSession) =>
  storeOf(session).saved.map(s => s.name);

async function opened(): Promise<FileSession> {
  const session = new FileSession(PATH, contents, new LiveSettings());
  await session.open();
  return session;
}

beforeEach(() => {
  mockEngines.length = 0;
  mockGate = Promise.resolve();
  files.clear();
  files.set(PATH, '');
});

describe('Named views of others', () => {
  test.each([
    ['additions', named('v1', 'v2'), ['v1', 'v2', 'mine']],
    ['deletions', named(), ['mine']],
    [
      'renamings',
      renameView(named('v1'), 'v1', { name: 'w', description: '' }),
      ['w', 'mine']
    ]
  ])('are kept when the document is saved: %s', async (_, theirs, names) => {
    putBeside(named('v1'));
    const session = await opened();
    const store = storeOf(session);
    store.setSaved(saveView(store.saved, 'mine', {}));
    putBeside(theirs);
    await session.save();
    expect(namesBeside().sort()).toEqual([...names].sort());
    expect(namesIn(session)).toEqual(namesBeside());
    expect(session.isDirty).toBe(false);
    session.dispose();
  });

  test('are shown when the file is opened again, and then kept', async () => {
    putBeside(named('v1'));
    const session = await opened();
    putBeside(named('v1', 'v2'));
    await session.open();
    expect(namesIn(session)).toEqual(['v1', 'v2']);
    expect(session.isDirty).toBe(false);
    await session.save();
    expect(namesBeside()).toEqual(['v1', 'v2']);
    session.dispose();
  });

  test('do not come back when they were deleted here', async () => {
    putBeside(named('v1', 'v2'));
    const session = await opened();
    const store = storeOf(session);
    store.setSaved(removeView(store.saved, 'v1'));
    await session.open();
    expect(namesIn(session)).toEqual(['v2']);
    expect(session.isDirty).toBe(true);
    await session.save();
    expect(namesBeside()).toEqual(['v2']);
    session.dispose();
  });

  test('stay when ours lose their file', async () => {
    putBeside(named('v1'));
    const session = await opened();
    files.delete(`${PATH}.views.json`);
    await session.open();
    expect(namesIn(session)).toEqual(['v1']);
    expect(session.isDirty).toBe(true);
    session.dispose();
  });

  test('beside a new name join ours', async () => {
    const path = 'folder/other.ndiv';
    putBeside(named('v1'));
    putBeside(named('there'), path);
    files.set(path, '');
    const session = await opened();
    session.move(path);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(namesIn(session).sort()).toEqual(['there', 'v1']);
    await session.save();
    expect(namesBeside(path).sort()).toEqual(['there', 'v1']);
    expect(namesBeside()).toEqual(['v1']);
    session.dispose();
  });

  test.each([
    ['{"version": 2}', 'version'],
    ['{', 'broken']
  ])('of a file like %s are never written over', async (text, reason) => {
    files.set(`${PATH}.views.json`, text);
    const session = await opened();
    storeOf(session).setSaved(named('mine'));
    await expect(session.save()).rejects.toThrow(ForeignSidecarError);
    expect(session.sidecar).toEqual({ kind: 'foreign', reason });
    expect(files.get(`${PATH}.views.json`)).toBe(text);
    session.dispose();
  });
});

describe('While the file is not open, saving writes what was there', () => {
  async function withMine(): Promise<FileSession> {
    const session = await opened();
    storeOf(session).setSaved(named('mine'));
    return session;
  }

  test('when it is being opened again', async () => {
    const session = await withMine();
    mockGate = new Promise(() => undefined);
    void session.open();
    await session.save();
    expect(namesBeside()).toEqual(['mine']);
    expect(session.isDirty).toBe(false);
    session.dispose();
  });

  test('when it cannot be opened again', async () => {
    const session = await withMine();
    mockGate = Promise.reject(new ReadError('tiny.ndiv', 'missing', 404));
    await session.open();
    expect(session.state.kind).toBe('failed');
    expect(session.isDirty).toBe(true);
    await session.save();
    expect(namesBeside()).toEqual(['mine']);
    session.dispose();
  });

  test('and nothing where nothing was', async () => {
    mockGate = Promise.reject(new ReadError('tiny.ndiv', 'missing', 404));
    const session = await opened();
    await session.save();
    expect(files.size).toBe(1);
    session.dispose();
  });
});

describe('A download that nobody waits for any more ends', () => {
  const states = () => mockEngines.map(made => made.isDisposed);
  const aTurn = async () => new Promise(resolve => setTimeout(resolve, 5));

  test('when the document is closed', async () => {
    mockGate = new Promise(() => undefined);
    const session = new FileSession(PATH, contents, new LiveSettings());
    void session.open();
    await aTurn();
    expect(states()).toEqual([false]);
    session.dispose();
    expect(states()).toEqual([true]);
  });

  test('when the document is closed before it began', async () => {
    const session = new FileSession(PATH, contents, new LiveSettings());
    const opening = session.open();
    session.dispose();
    await opening;
    expect(states()).toEqual([]);
  });

  test('when the file is opened again', async () => {
    mockGate = new Promise(() => undefined);
    const session = new FileSession(PATH, contents, new LiveSettings());
    void session.open();
    await aTurn();
    mockGate = Promise.resolve();
    await session.open();
    expect(states()).toEqual([true, false]);
    expect(session.state.kind).toBe('open');
    session.dispose();
    expect(states()).toEqual([true, true]);
  });

  test('and one that failed is over', async () => {
    mockGate = Promise.reject(new ReadError('tiny.ndiv', 'missing', 404));
    const session = await opened();
    expect(session.state.kind).toBe('failed');
    expect(states()).toEqual([true]);
  });
});
