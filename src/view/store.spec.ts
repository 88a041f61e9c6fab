import { fixtureBytes, openedStore, settled } from '../../tests/ts/fixtures';
import type { Distribution } from '../core/distribution';
import { createEngine } from '../worker/engine';
import type { IEngine, Urgency } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { sortedBy, sortingOf } from './sorting';
import { Store } from './store';
import { setBrush } from './brush';
import type { ViewState } from './state';
import { setShown, showAll } from './update';
import { viewToJson } from './viewJson';

test('the view that is on screen already makes no step', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => ({ ...v, bins: 8 }));
  store.update(v => ({ ...v, bins: 16 }));
  store.undo();
  const { view } = store;
  store.apply(JSON.parse(JSON.stringify(viewToJson(view))));
  expect(store.view).toBe(view);
  expect(store.canRedo).toBe(true);
});

test('a change that changes nothing makes no step', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => ({ ...v, bins: 8 }));
  store.undo();
  const { view, info } = store;
  store.update(v => setShown(v, { classes: [...v.classes] }));
  store.update(v => sortedBy(v, sortingOf(v.order), info));
  store.update(showAll);
  expect(store.view).toBe(view);
  expect(store.canUndo).toBe(false);
  expect(store.canRedo).toBe(true);
});

test('a view of a newer version leaves the one on screen and is told', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => ({ ...v, bins: 8 }));
  const { view } = store;
  let told = 0;
  store.changed.connect(() => (told += 1));
  store.apply({ version: 2, bins: 16 });
  expect(store.view).toBe(view);
  expect(store.dropped).toEqual([{ part: 'view', version: 2 }]);
  expect(told).toBe(1);
});

test.each(['undo', 'redo'] as const)(
  '%s ends what was said of the view before',
  async step => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => ({ ...v, bins: 8 }));
    store.undo();
    store.update(v => ({ ...v, bins: 16 }));
    store.undo();
    if (step === 'undo') {
      store.update(v => ({ ...v, bins: 32 }));
    }
    store.apply({ version: 2 });
    store[step]();
    expect(store.dropped).toEqual([]);
  }
);

/** Answers when it is told to, and knows what is still wanted. */
function lateEngine(inner: IEngine) {
  const asked: {
    readonly key: string;
    readonly signal: AbortSignal | undefined;
    readonly urgency: Urgency | undefined;
    readonly answer: (change?: Partial<Distribution>) => Promise<void>;
  }[] = [];
  const engine: IEngine = {
    ...inner,
    distribution: (layer, subset, signal, urgency) =>
      new Promise((resolve, reject) => {
        asked.push({
          key: [layer, ...Object.values(subset)].join(':'),
          signal,
          urgency,
          answer: change =>
            inner
              .distribution(layer, subset)
              .then(found => resolve({ ...found, ...change }), reject)
        });
      })
  };
  return { engine, asked };
}

async function lateStore(name: string) {
  const inner = createEngine(browserPorts);
  const info = await inner.open({ kind: 'block', bytes: fixtureBytes(name) });
  const { engine, asked } = lateEngine(inner);
  const store = new Store(info, engine);
  return { inner, store, asked };
}

test('what a view does not need any more is not waited for', async () => {
  const { store, asked } = await lateStore('tiny.ndiv');
  const { layers } = store.view;
  store.update(v => ({ ...v, classes: [], order: { by: 'index' } }));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every(({ signal }) => signal?.aborted)).toBe(true);
  const before = asked.length;
  store.update(v => ({ ...v, classes: [1] }));
  expect(asked.slice(before).map(({ key }) => key)).toEqual(
    layers.map(name => {
      const layer = store.info.layers.findIndex(l => l.name === name);
      return `${layer}:1:label`;
    })
  );
  await Promise.all(asked.map(({ answer }) => answer()));
  await settled(store);
  expect(store.error).toBeNull();
});

test('an answer changes the figure of its layer only', async () => {
  const { store, asked } = await lateStore('tiny.ndiv');
  store.update(v => ({ ...v, layers: store.info.layers.map(l => l.name) }));
  const before = store.figures();
  expect(before.length).toBeGreaterThan(1);
  await asked.find(({ key }) => key.startsWith('1:'))?.answer();
  await new Promise(resolve => setTimeout(resolve));
  const after = store.figures();
  expect(after.map((figure, k) => figure === before[k])).toEqual(
    before.map((_, k) => k !== 1)
  );
  expect(store.figures()).toBe(after);
});

test('a disposed store waits for nothing', async () => {
  const { store, asked } = await lateStore('tiny.ndiv');
  store.dispose();
  expect(asked.every(({ signal }) => signal?.aborted)).toBe(true);
});

test('once more is known of a recording, what could not be had is asked for again', async () => {
  const engine = createEngine(browserPorts);
  const summary = fixtureBytes('tiny.summary.ndiv');
  const info = await engine.open({ kind: 'block', bytes: summary });
  const store = new Store({ ...info, view: { bins: 8 } }, engine);
  await settled(store);
  store.update(v => ({ ...v, membership: 'prediction' }));
  await new Promise(resolve => setTimeout(resolve));
  expect(store.error).toMatchObject({ reason: 'membership' });
  const whole = {
    kind: 'block',
    bytes: fixtureBytes('tiny.ndiv')
  } as const;
  const { id } = await createEngine(browserPorts).open(whole);
  store.enrich(await engine.attach(whole, id));
  expect(store.error).toBeNull();
  expect(store.info.view).toEqual({ bins: 8 });
  expect(store.info.layers[0].detail).toBe('activations');
  await settled(store);
  expect(store.error).toBeNull();
});

test('what could be better is asked for after what is not there yet', async () => {
  const { store, asked } = await lateStore('tiny.ndiv');
  const first = asked.splice(0);
  await Promise.all(first.map(({ answer }) => answer({ exact: false })));
  await settled(store);
  store.enrich(store.info);
  expect(asked.map(({ key }) => key)).toEqual(first.map(({ key }) => key));
  expect(asked.every(({ urgency }) => urgency === 'later')).toBe(true);
  expect(store.figures().some(f => f.pending)).toBe(false);
  const before = asked.length;
  store.update(v => ({ ...v, classes: [...v.classes, 2] }));
  const added = asked.slice(before);
  expect(added.length).toBeGreaterThan(0);
  expect(added.every(({ urgency }) => urgency === 'now')).toBe(true);
  await Promise.all(asked.map(({ answer }) => answer()));
  await settled(store);
  const { classes } = store.figures()[0];
  expect(classes.map(c => c.distribution.exact)).toEqual(
    classes.map(() => true)
  );
});

test('an exact answer stays when more is known of a recording', async () => {
  const { inner, store, asked } = await lateStore('tiny.summary.ndiv');
  await Promise.all(asked.map(({ answer }) => answer()));
  await settled(store);
  const figures = store.figures();
  const before = asked.length;
  store.enrich(
    await inner.open({
      kind: 'block',
      bytes: fixtureBytes('tiny.summary.ndiv')
    })
  );
  expect(asked).toHaveLength(before);
  expect(store.figures()[0].classes[0].distribution).toBe(
    figures[0].classes[0].distribution
  );
});

test('what is dragged is counted within one bin, and made exact afterwards', async () => {
  const store = await openedStore('tiny.ndiv');
  const [{ name: layer }] = store.info.layers;
  const brushed = (from: number) => (view: ViewState) =>
    setBrush(view, { layer, neuron: 0, from, to: null });
  const shown = () =>
    store.figures()[0].classes.map(({ distribution }) => distribution);
  store.update(brushed(0));
  await settled(store);
  store.follow(true);
  store.amend(brushed(0.1)(store.view));
  await settled(store);
  const followed = shown();
  expect(followed.map(({ exact }) => exact)).toEqual([false, false]);
  store.follow(false);
  expect(store.figures().some(f => f.pending)).toBe(false);
  await new Promise(resolve => setTimeout(resolve));
  await settled(store);
  const exact = shown();
  expect(exact.map(d => d.exact)).toEqual([true, true]);
  expect(exact.map(d => d.counts)).toEqual(followed.map(d => d.counts));
});
