import { fixtureBytes, openedStore, settled } from '../../tests/ts/fixtures';
import type { Group } from '../core/condition';
import { DIVERGENCES, isGroupKey } from '../core/divergence';
import { createEngine } from '../worker/engine';
import type { IEngine } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { scoreFormat } from './format';
import { hoverOf } from './hover';
import { Store } from './store';
import { viewTable } from './table';
import { defineGroup, sortByDivergence } from './update';

const cats: Group = {
  id: 'v1',
  name: 'cats',
  color: '#123456',
  where: { label: [0] }
};

const bytesOf = (name: string) =>
  ({ kind: 'block', bytes: fixtureBytes(name) }) as const;

describe('A shown group', () => {
  it('stands after the classes, as one of them', async () => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => defineGroup({ ...v, classes: [0, 1] }, cats));
    await settled(store);
    for (const { classes } of store.figures()) {
      expect(
        classes.map(({ index, name, color }) => [index, name, color])
      ).toEqual([
        [0, store.info.classes[0].name, store.info.classes[0].color],
        [1, store.info.classes[1].name, store.info.classes[1].color],
        [store.info.classes.length, 'cats', '#123456']
      ]);
      expect(classes[2].distribution.counts).toEqual(
        classes[0].distribution.counts
      );
    }
    const [head] = viewTable(store.figures(), store.info, store.view).split(
      '\r'
    );
    expect(head).toContain('cats n,cats median');
    expect(hoverOf(store.figures()[0], 0, 0).classes[2].name).toBe('cats');
  });

  it('is sorted by its median, as a class is', async () => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => ({ ...v, order: { by: 'median', class: 0 } }));
    await settled(store);
    const byClass = store.figures().map(f => f.rows);
    store.update(v => ({
      ...defineGroup(v, cats),
      order: { by: 'median', group: 'v1' }
    }));
    await settled(store);
    expect(store.figures().map(f => f.rows)).toEqual(byClass);
  });

  it('that means other samples now is asked for again', async () => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => defineGroup({ ...v, classes: [1] }, cats));
    await settled(store);
    store.update(v => defineGroup(v, { ...cats, where: { label: [1] } }));
    expect(store.figures()[0].pending).toBe(true);
    await settled(store);
    const [{ classes }] = store.figures();
    expect(classes[1].distribution.counts).toEqual(
      classes[0].distribution.counts
    );
  });
});

describe('Sorted by a divergence', () => {
  it.each(Object.keys(DIVERGENCES) as (keyof typeof DIVERGENCES)[])(
    'of %s, rows follow what the engine says',
    async divergence => {
      const engine = createEngine(browserPorts);
      const store = new Store(await engine.open(bytesOf('tiny.ndiv')), engine);
      const instance = store.info.instances[0].id;
      const b = isGroupKey(divergence) ? { class: 1 } : { instance };
      store.update(v =>
        sortByDivergence(v, { divergence, a: { class: 0 }, b })
      );
      expect(store.figures()[0].pending).toBe(true);
      await settled(store);
      const label = { membership: 'label' } as const;
      for (const figure of store.figures()) {
        const found = await engine.compare(
          figure.layerIndex,
          divergence,
          { classIndex: 0, ...label },
          isGroupKey(divergence) ? { classIndex: 1, ...label } : { instance: 0 }
        );
        expect(figure.scores).toEqual(found.values);
        expect(figure.bounds).toEqual(found.bounds);
        expect(figure.from).toBe(found.from);
        const { neutral } = DIVERGENCES[divergence];
        const distances = [...figure.rows].map(neuron =>
          Math.abs(figure.scores[neuron] - neutral)
        );
        const numbers = distances.filter(d => !Number.isNaN(d));
        expect(numbers).toEqual([...numbers].sort((x, y) => y - x));
        expect(distances.slice(numbers.length).every(Number.isNaN)).toBe(true);
      }
    }
  );

  it('of a class and the rest takes all other classes, of a group all that are not in it', async () => {
    const store = await openedStore('tiny.ndiv');
    const auc = 'auc';
    store.update(v =>
      sortByDivergence(v, {
        divergence: auc,
        a: { class: 0 },
        b: { rest: true }
      })
    );
    await settled(store);
    const ofClass = store.figures().map(f => f.scores);
    store.update(v =>
      sortByDivergence(defineGroup(v, cats), {
        divergence: auc,
        a: { group: 'v1' },
        b: { rest: true }
      })
    );
    await settled(store);
    expect(store.figures().map(f => f.scores)).toEqual(ofClass);
  });

  it('tells the error of what is told from counts', async () => {
    const store = await openedStore('tiny.summary.ndiv');
    store.update(v =>
      sortByDivergence(v, {
        divergence: 'auc',
        a: { class: 0 },
        b: { class: 1 }
      })
    );
    await settled(store);
    const [figure] = store.figures();
    expect(figure.from).toBe('counts');
    const { divergence } = hoverOf(figure, 0, 0);
    expect(divergence?.bound).toBe(figure.bounds?.[0]);
    expect(divergence?.text).toBe(figure.formatScore(figure.scores[0]));
    const [head] = viewTable(store.figures(), store.info, store.view).split(
      '\r'
    );
    expect(head).toContain(',largest error,');
  });
});

describe('What a summary cannot answer', () => {
  const picked: Group = { ...cats, where: { samples: [0, 1, 2, 40] } };

  async function summary() {
    const engine = createEngine(browserPorts);
    const store = new Store(
      await engine.open(bytesOf('tiny.summary.ndiv')),
      engine
    );
    return { engine, store };
  }

  it('is left out, and the rest is shown', async () => {
    const { store } = await summary();
    store.update(v => defineGroup({ ...v, classes: [1] }, picked));
    await settled(store);
    expect(store.error).toBeNull();
    expect(store.refusal).toMatchObject({ tag: 'unavailable' });
    const [figure] = store.figures();
    expect(figure.classes.map(c => c.index)).toEqual([1]);
    store.undo();
    expect(store.refusal).toBeNull();
  });

  it('leaves neurons in the order of the data', async () => {
    const { store } = await summary();
    store.update(v =>
      sortByDivergence(defineGroup(v, picked), {
        divergence: 'auc',
        a: { group: 'v1' },
        b: { rest: true }
      })
    );
    await settled(store);
    const [figure] = store.figures();
    expect([...figure.rows]).toEqual([...figure.rows.keys()]);
    expect(figure.formatScore(figure.scores[0])).toBe('–');
  });

  it('is asked for again once more is known, as is what came from counts', async () => {
    const { engine, store } = await summary();
    store.update(v =>
      sortByDivergence(defineGroup(v, picked), {
        divergence: 'auc',
        a: { class: 0 },
        b: { class: 1 }
      })
    );
    await settled(store);
    const { id } = await createEngine(browserPorts).open(bytesOf('tiny.ndiv'));
    store.enrich(await engine.attach(bytesOf('tiny.ndiv'), id));
    while (store.figures().some(f => f.from !== 'values')) {
      await new Promise(resolve => setTimeout(resolve));
    }
    await settled(store);
    expect(store.refusal).toBeNull();
    expect(store.figures()[0].classes.at(-1)?.name).toBe('cats');
    expect(store.figures()[0].classes.at(-1)?.distribution.size).toBe(4);
  });

  it('is left out of pictures of other views, too', async () => {
    const { store } = await summary();
    const other = defineGroup({ ...store.view, classes: [1] }, picked);
    const [figure] = await store.figuresOf(other);
    expect(figure.pending).toBe(false);
    expect(figure.classes.map(c => c.index)).toEqual([1]);
  });
});

test('other questions are withdrawn with the store', async () => {
  const store = await openedStore('tiny.ndiv');
  const asked = store.ask((engine, signal) => engine.values(0, 3, signal));
  expect((await asked).values).toHaveLength(store.info.sampleCount);
  const signals: AbortSignal[] = [];
  void store.ask(async (_, signal) => signals.push(signal));
  expect(signals[0].aborted).toBe(false);
  store.dispose();
  expect(signals[0].aborted).toBe(true);
});

test('what is wrong with the bytes is no refusal', async () => {
  const inner = createEngine(browserPorts);
  const info = await inner.open(bytesOf('tiny.ndiv'));
  const engine: IEngine = {
    ...inner,
    compare: async () => {
      throw new Error('broken');
    }
  };
  const store = new Store(info, engine);
  store.update(v =>
    sortByDivergence(v, {
      divergence: 'auc',
      a: { class: 0 },
      b: { class: 1 }
    })
  );
  await new Promise(resolve => setTimeout(resolve));
  expect(store.error).toMatchObject({ message: 'broken' });
  expect(store.refusal).toBeNull();
  store.dispose();
});

test.each([
  ['auc', [0.873, 0.5, 0.02, NaN], ['↑ 0.87', '0.50', '↓ 0.02', '–']],
  ['kolmogorovSmirnov', [0.873, 0, NaN], ['0.87', '0.00', '–']],
  ['jensenShannon', [0.421, 0], ['0.421', '0.000']],
  ['wasserstein', [12.345, 0.5], ['12.35', '0.50']],
  ['dPrime', [1.234, -0.5], ['+1.23', '−0.50']],
  ['percentile', [97.32, NaN], ['97.3\u2009%', '–']],
  ['outOfRange', [-1, 0, 1], ['−1', '0', '+1']]
] as const)('scores of %s are read easily', (divergence, scores, texts) => {
  const order = {
    by: 'divergence',
    divergence,
    a: { class: 0 },
    b: { class: 1 },
    absolute: true
  } as const;
  const format = scoreFormat(order, Float64Array.from(scores));
  expect(scores.map(format)).toEqual(texts);
});
