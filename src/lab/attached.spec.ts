import { fixtureBytes, settled } from '../../tests/ts/fixtures';
import { ReadError } from '../core/errors';
import { Store } from '../view/store';
import { setChoice } from '../view/update';
import { createEngine } from '../worker/engine';
import type { Carried, IEngine } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { followAttacher } from './attached';
import { Attacher } from './attacher';
import { Downloads } from './downloads';

const block = (name: string): Carried => ({
  kind: 'block',
  bytes: fixtureBytes(name)
});

const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach(m => m.dispose()));

/** A view of a summary; all values are in another file. Reads of layers fail while `isBroken`. */
async function setUp() {
  const inner = createEngine(browserPorts);
  const world = { isBroken: false };
  let attacher: Attacher | null = null;
  const engine: IEngine = {
    ...inner,
    distribution: async (...asked) => {
      const [, subset] = asked;
      const isKnown = 'membership' in subset && subset.membership === 'label';
      if (world.isBroken && !isKnown) {
        const error = new ReadError('x.ndiv', 'missing');
        attacher?.lose(error, attacher.attempt);
        throw error;
      }
      return inner.distribution(...asked);
    }
  };
  const info = await engine.open(block('tiny.summary.ndiv'));
  const { id } = await createEngine(browserPorts).open(block('tiny.ndiv'));
  attacher = new Attacher(
    {
      elsewhere: { kind: 'file', path: 'x.ndiv' },
      id,
      file: null,
      reach: async () => ({
        carried: block('tiny.ndiv'),
        close: () => undefined
      })
    },
    engine,
    new Downloads()
  );
  const store = new Store(info, engine);
  made.push(store, attacher);
  const attached = jest.fn();
  followAttacher(store, attacher, attached);
  await settled(store);
  return { attacher, store, world, attached };
}

async function attach(attacher: Attacher): Promise<void> {
  attacher.attach();
  while (attacher.state.kind === 'waiting') {
    await new Promise(resolve => setTimeout(resolve));
  }
}

const byPrediction = (store: Store) =>
  store.update(v => setChoice(v, 'membership', 'prediction'));

const rest = () => new Promise(resolve => setTimeout(resolve, 20));

test('what only all values can tell can be chosen when they are here, and what is on screen stays', async () => {
  const { attacher, store, attached } = await setUp();
  expect(store.info.classSizes.prediction).toBeNull();
  const before = store.view;
  await attach(attacher);
  expect(attached).toHaveBeenCalledTimes(1);
  expect(store.view).toBe(before);
  expect(store.figures().some(f => f.pending)).toBe(false);
  expect(store.info.classSizes.prediction).not.toBeNull();
  byPrediction(store);
  await settled(store);
  expect(store.figures().length).toBeGreaterThan(0);
});

test('when values are lost the last whole view stays; what was asked for comes with them', async () => {
  const { attacher, store, world } = await setUp();
  await attach(attacher);
  world.isBroken = true;
  const whole = store.view;
  byPrediction(store);
  await rest();
  expect(attacher.state.kind).toBe('failed');
  expect(store.view).toBe(whole);
  expect(store.error).toBeNull();
  expect(store.figures().some(f => f.pending)).toBe(false);
  world.isBroken = false;
  await attach(attacher);
  await settled(store);
  expect(store.view.membership).toBe('prediction');
});

test('what was asked for does not come once something else was chosen', async () => {
  const { attacher, store, world } = await setUp();
  await attach(attacher);
  world.isBroken = true;
  byPrediction(store);
  await rest();
  store.update(v => setChoice(v, 'opacity', 'log'));
  await settled(store);
  world.isBroken = false;
  await attach(attacher);
  expect(store.view).toMatchObject({ membership: 'label', opacity: 'log' });
});

test('a view of values that are here already knows of them at once', async () => {
  const { attacher, store } = await setUp();
  await attach(attacher);
  const other = await setUp();
  followAttacher(other.store, attacher, () => undefined);
  expect(other.store.info.classSizes).toEqual(store.info.classSizes);
});
