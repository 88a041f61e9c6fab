import { ReadError } from '../core/errors';
import type { Carried, RecordingInfo } from '../worker/protocol';
import type { Reach } from './attacher';
import { Attacher } from './attacher';
import { Downloads } from './downloads';

const ID = 'a'.repeat(64);
const INFO = { id: ID } as RecordingInfo;
const missing = new ReadError('x.ndiv', 'missing');

/** Values that can be gone for, and what becomes of that. */
function setUp() {
  const calls = { reached: 0, closed: 0, attached: [] as string[] };
  const world = {
    calls,
    lose: (_: unknown) => undefined as void,
    failure: null as Error | null,
    gate: Promise.resolve()
  };
  const reach: Reach = async onLost => {
    calls.reached += 1;
    world.lose = onLost;
    await world.gate;
    if (world.failure !== null) {
      throw world.failure;
    }
    return {
      carried: { kind: 'block', bytes: new Uint8Array(0) },
      close: () => {
        calls.closed += 1;
      }
    };
  };
  const attach = async (_: Carried, id: string) => {
    calls.attached.push(id);
    return INFO;
  };
  const downloads = new Downloads();
  const attacher = new Attacher(
    {
      elsewhere: { kind: 'file', path: 'x.ndiv' },
      id: ID,
      file: null,
      reach
    },
    { attach },
    downloads
  );
  const states: string[] = [];
  attacher.changed.connect(({ state }) => states.push(state.kind));
  return { attacher, downloads, states, world, calls };
}

const settle = () => new Promise(resolve => setTimeout(resolve));

test('nothing is gone for until it is asked to', async () => {
  const { attacher, calls } = setUp();
  await settle();
  expect(attacher.state.kind).toBe('untrusted');
  expect(calls.reached).toBe(0);
});

test('values are gone for once, and more is known then', async () => {
  const { attacher, states, calls } = setUp();
  attacher.attach();
  attacher.attach();
  await settle();
  attacher.attach();
  expect(states).toEqual(['waiting', 'here']);
  expect(calls).toEqual({ reached: 1, closed: 0, attached: [ID] });
  expect(attacher.info).toBe(INFO);
});

test('what failed is tried again when it is asked to', async () => {
  const { attacher, states, world, calls } = setUp();
  world.failure = missing;
  attacher.attach();
  await settle();
  expect(attacher.state).toEqual({ kind: 'failed', error: missing });
  world.failure = null;
  attacher.attach();
  await settle();
  expect(states).toEqual(['waiting', 'failed', 'waiting', 'here']);
  expect(calls.attached).toEqual([ID]);
});

test('values that are lost are let go of, and no download goes on', async () => {
  const { attacher, downloads, world, calls } = setUp();
  attacher.attach();
  await settle();
  downloads.hear({ layer: 'a', loadedBytes: 1, totalBytes: 2 });
  world.lose(missing);
  expect(attacher.state).toEqual({ kind: 'failed', error: missing });
  expect(calls.closed).toBe(1);
  expect(downloads.list).toEqual([]);
});

test('what fails late of an earlier attempt says nothing about this one', async () => {
  const { attacher, world } = setUp();
  attacher.attach();
  await settle();
  const { attempt } = attacher;
  const { lose } = world;
  attacher.lose(missing, attempt);
  attacher.attach();
  await settle();
  attacher.lose(missing, attempt);
  lose(missing);
  expect(attacher.state.kind).toBe('here');
});

test('what is reached after all is over is let go of', async () => {
  const { attacher, world, calls } = setUp();
  let open = (): void => undefined;
  world.gate = new Promise(resolve => {
    open = resolve;
  });
  attacher.attach();
  attacher.dispose();
  open();
  await settle();
  expect(calls).toEqual({ reached: 1, closed: 1, attached: [] });
  attacher.attach();
  expect(calls.reached).toBe(1);
});

test('where there is no summary, the values themselves are opened', async () => {
  const { attacher } = setUp();
  await expect(attacher.open(async () => INFO)).resolves.toBe(INFO);
  expect(attacher).toMatchObject({
    hasSummary: false,
    state: { kind: 'here' }
  });
});

test('another recording in its place is not opened', async () => {
  const { attacher, calls } = setUp();
  const other = { id: 'b'.repeat(64) } as RecordingInfo;
  await expect(attacher.open(async () => other)).rejects.toMatchObject({
    tag: 'read',
    reason: 'changed'
  });
  expect(calls.closed).toBe(1);
});

test('opening rejects as what is tried does', async () => {
  const { attacher, world } = setUp();
  world.failure = missing;
  await expect(attacher.open(async () => INFO)).rejects.toBe(missing);
});
