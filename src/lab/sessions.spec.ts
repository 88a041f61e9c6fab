import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { ReadError } from '../core/errors';
import { plainTexts } from '../page/translation';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';
import { createEngine } from '../worker/engine';
import { browserPorts } from '../worker/unpack';
import type { Away } from './attacher';
import { readContent } from './content';
import { acquireSession } from './sessions';
import { LiveSettings } from './settings';
import type { IWorkspace } from './workspace';

const mockWorld = { engines: 0, reached: [] as string[], isMissing: false };

jest.mock('../worker/client', () => ({
  connectEngine: () => {
    mockWorld.engines += 1;
    return createEngine(browserPorts);
  }
}));

jest.mock('./away', () => ({
  awayOf: ({ source }: { source: { kind: string; id: string } }) =>
    source.kind === 'inline' ? null : mockAway(source.id)
}));

function mockAway(id: string): Away {
  return {
    elsewhere: { kind: 'file', path: 'x.ndiv' },
    id,
    file: null,
    reach: async () => {
      mockWorld.reached.push(id);
      if (mockWorld.isMissing) {
        throw new ReadError('x.ndiv', 'missing');
      }
      return {
        carried: { kind: 'block', bytes: fixtureBytes('tiny.ndiv') },
        close: () => undefined
      };
    }
  };
}

type Header = { readonly __metadata__: { readonly neuraldivergence: string } };

function descriptorIn(bytes: Uint8Array): { readonly id: string } {
  const end = 8 + new DataView(bytes.buffer).getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(8, end));
  const { neuraldivergence } = (JSON.parse(header) as Header).__metadata__;
  return JSON.parse(neuraldivergence) as { readonly id: string };
}

/** Of the recording whose summary is shown. */
const ALL_ID = descriptorIn(fixtureBytes('tiny.ndiv')).id;

const SUMMARY = fixtureBytes('tiny.summary.ndiv');

/** A notebook in which outputs share what can be shared. */
const tracker = { forEach: () => undefined };
const workspace = {
  trans: plainTexts,
  settings: new LiveSettings(),
  tracker
} as unknown as IWorkspace;

type Output = {
  readonly id?: string;
  readonly view?: object;
  readonly isEmpty?: boolean;
};

function modelOf({ id = ALL_ID, view, isEmpty = false }: Output) {
  const source = { kind: 'file', path: 'x.ndiv', id };
  return {
    data: {
      [DESCRIPTOR_TYPE]: { ...descriptorIn(SUMMARY), source, view },
      ...(isEmpty
        ? {}
        : { [DATA_TYPE]: Buffer.from(SUMMARY).toString('base64') })
    },
    trusted: false,
    metadata: {}
  };
}

const handles: { dispose(): void }[] = [];

/** Outputs of one model stand for those of one notebook. */
function acquire(model: { trusted: boolean }, trusted: boolean) {
  model.trusted = trusted;
  const mime = model as unknown as IRenderMime.IMimeModel;
  const handle = acquireSession(mime, readContent(mime), workspace);
  handles.push(handle);
  return handle.session;
}

const rest = () => new Promise(resolve => setTimeout(resolve, 30));

beforeEach(() => {
  Object.assign(mockWorld, { engines: 0, reached: [], isMissing: false });
});

afterEach(() => {
  // Sessions linger.
  jest.useFakeTimers();
  handles.splice(0).forEach(handle => handle.dispose());
  jest.runAllTimers();
  jest.useRealTimers();
});

test('an output that is not trusted shows its summary and goes for nothing', async () => {
  const session = acquire(modelOf({}), false);
  const store = await session.store;
  await rest();
  expect(store.info.reduced).toBe(true);
  expect(session.attachment?.state.kind).toBe('untrusted');
  expect(mockWorld.reached).toEqual([]);
});

test('once trusted the same view goes for all values', async () => {
  const model = modelOf({});
  const session = acquire(model, false);
  const store = await session.store;
  expect(acquire(model, true)).toBe(session);
  await rest();
  expect(session.attachment?.state.kind).toBe('here');
  expect(store.info.classSizes.prediction).not.toBeNull();
  expect(mockWorld).toMatchObject({ engines: 1, reached: [ALL_ID] });
});

test('outputs that begin differently share the values', async () => {
  const model = modelOf({});
  const first = acquire(model, true);
  Object.assign(model, { data: modelOf({ view: { classes: [1] } }).data });
  const second = acquire(model, true);
  expect(second).not.toBe(first);
  await Promise.all([first.store, second.store]);
  await rest();
  expect(second.attachment).toBe(first.attachment);
  expect(mockWorld).toMatchObject({ engines: 1, reached: [ALL_ID] });
});

test('equal summaries of other recordings go for other values', async () => {
  const model = modelOf({});
  const first = acquire(model, true);
  Object.assign(model, { data: modelOf({ id: 'b'.repeat(64) }).data });
  const second = acquire(model, true);
  await rest();
  expect(first.attachment?.state.kind).toBe('here');
  expect(second.attachment?.state).toMatchObject({
    kind: 'failed',
    error: { tag: 'read', reason: 'changed' }
  });
});

test('values that were missing are tried again when the output comes again', async () => {
  mockWorld.isMissing = true;
  const model = modelOf({});
  const session = acquire(model, true);
  await session.store;
  await rest();
  expect(session.attachment?.state.kind).toBe('failed');
  mockWorld.isMissing = false;
  expect(acquire(model, true)).toBe(session);
  await rest();
  expect(session.attachment?.state.kind).toBe('here');
});

test('an output without data opens what it names once it is trusted', async () => {
  const model = modelOf({ isEmpty: true });
  const untrusted = acquire(model, false);
  await expect(untrusted.store).rejects.toMatchObject({
    tag: 'unavailable',
    reason: 'untrusted'
  });
  expect(mockWorld).toMatchObject({ engines: 0, reached: [] });
  const session = acquire(model, true);
  const store = await session.store;
  expect(store.info.id).toBe(ALL_ID);
  expect(session.attachment?.state.kind).toBe('here');
});

test('an output without data that could not be opened is opened anew when it is asked for again', async () => {
  mockWorld.isMissing = true;
  const model = modelOf({ isEmpty: true });
  await expect(acquire(model, true).store).rejects.toMatchObject({
    reason: 'missing'
  });
  mockWorld.isMissing = false;
  await expect(acquire(model, true).store).resolves.toBeDefined();
});
