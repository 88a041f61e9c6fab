import * as fc from 'fast-check';
import { openedStore, settled } from '../../tests/ts/fixtures';
import type { Condition, Group } from '../core/condition';
import type { Item, Order } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import type { NeuronRange, Term } from './brush';
import {
  activeBrush,
  brushRanges,
  changeTerm,
  moveRange,
  removeTerm,
  REST,
  SELECTION,
  setAgainst,
  setBrush,
  termsOf,
  whereOf
} from './brush';
import { BrushComposition } from './brushComposition';
import { columnsMax, columnsMin } from './columns';
import { startDetail } from './detail/state';
import { droppedParts } from './dropped';
import { contrastOf } from './findings';
import { shownMany } from './items';
import { pythonCall } from './python';
import type { ViewState } from './state';
import { defaultView, parseView } from './state';
import type { Store } from './store';
import { viewTable } from './table';
import { setShown } from './update';
import { viewToJson } from './viewJson';

let store: Store;
let info: RecordingInfo;
let view: ViewState;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  info = store.info;
  view = defaultView(info);
});

const range = (
  layer: number,
  neuron: number,
  from: number | null,
  to: number | null
): NeuronRange => ({ layer: info.layers[layer].name, neuron, from, to });

/** Which samples pass, from the activations themselves. */
async function passing(...ranges: NeuronRange[]): Promise<boolean[]> {
  const columns = await Promise.all(
    ranges.map(({ layer, neuron }) =>
      store.ask(engine =>
        engine.values(
          info.layers.findIndex(l => l.name === layer),
          neuron
        )
      )
    )
  );
  return Array.from({ length: info.sampleCount }, (_, sample) =>
    ranges.every(({ from, to }, k) => {
      const x = columns[k].values[sample];
      return x >= (from ?? -Infinity) && (to === null || x < to);
    })
  );
}

async function counted() {
  const made = BrushComposition.of(store);
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setTimeout(resolve));
  }
  return made.ofAll;
}

describe('The conditions of a brush', () => {
  const term = fc.record<Term>({
    test: fc
      .record({ neuron: fc.nat(9), from: fc.double({ noNaN: true }) })
      .map(({ neuron, from }) => ({ layer: 'a', neuron, from, to: null })),
    not: fc.boolean(),
    joint: fc.constantFrom('and' as const, 'or' as const)
  });

  it('are the same after they were taken apart and put together', () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 1 }), terms => {
        const where = whereOf(terms);
        const again = where && termsOf(where);
        expect(again).toEqual(
          terms.map((t, k) => (k === 0 ? { ...t, joint: 'or' } : t))
        );
        expect(again && whereOf(again)).toEqual(where);
      })
    );
  });

  it.each<[string, Condition]>([
    ['none', { any: [] }],
    ['all', { all: [] }],
    ['a class', { label: [0] }],
    ['of others', { all: [{ any: [{ label: [0] }] }, { label: [1] }] }]
  ])('may be others: %s', (_, where) => {
    expect(whereOf(termsOf(where))).toEqual(where);
  });

  it('join, move, turn round and go', () => {
    const [a, b, c] = [0, 1, 2].map(n => range(0, n, 0, 1));
    let brushed = brushRanges(view, [a], 'only');
    expect(brushed.brush).toEqual({ where: a, against: 'rest' });
    brushed = setAgainst(brushRanges(brushed, [b], 'and'), 'shown');
    brushed = brushRanges(brushed, [c], 'or');
    expect(brushed.brush).toEqual({
      where: { any: [{ all: [a, b] }, c] },
      against: 'shown'
    });
    expect(changeTerm(brushed, 2, { not: true }).brush?.where).toEqual({
      any: [{ all: [a, b] }, { not: c }]
    });
    expect(changeTerm(brushed, 1, { joint: 'or' }).brush?.where).toEqual({
      any: [a, b, c]
    });
    expect(
      moveRange(brushed, 2, { from: null, to: 3 }).brush?.where
    ).toMatchObject({ any: [{}, { neuron: 2, from: null, to: 3 }] });
    expect(removeTerm(brushed, 0).brush?.where).toEqual({ any: [b, c] });
    expect(removeTerm(brushRanges(view, [a], 'only'), 0).brush).toBeNull();
    expect(brushRanges(brushed, [a, b], 'only').brush?.where).toEqual({
      all: [a, b]
    });
  });
});

describe('The brush of a view', () => {
  const again = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

  it('comes back as it was written, and is not written where there is none', () => {
    const brushed = brushRanges(view, [range(0, 1, 0, null)], 'only');
    expect(viewToJson(view)).not.toHaveProperty('brush');
    expect(parseView(again(viewToJson(brushed)), info, view)).toEqual(brushed);
    expect(droppedParts(viewToJson(brushed), info)).toEqual([]);
    expect(parseView({ brush: null }, info, brushed).brush).toBeNull();
    expect(parseView({}, info, brushed).brush).toBe(brushed.brush);
  });

  it.each([
    ['no object', 3],
    ['no condition', { where: {} }],
    ['a layer that is not there', { where: { layer: 'no', neuron: 0 } }],
    ['a neuron that is not there', { where: { layer: 'fc1', neuron: 1e6 } }]
  ])('is dropped, and told: %s', (_, brush) => {
    expect(parseView({ brush }, info, view).brush).toBeNull();
    expect(droppedParts({ brush }, info)).toEqual([{ part: 'brush' }]);
  });

  it('is written as Python', () => {
    const brushed = setBrush(view, { label: [0] });
    expect(pythonCall(view, info)).not.toContain('brush');
    expect(pythonCall(brushed, info)).toContain(
      'brush={"where": {"label": [0]}, "against": "rest"},'
    );
    expect(pythonCall(view, { ...info, view: { brush: {} } })).toContain(
      'brush={},'
    );
  });

  it('waits where only a summary of its layer is here', async () => {
    const summary = await openedStore('tiny.summary.ndiv');
    const brushed = brushRanges(
      defaultView(summary.info),
      [{ layer: summary.info.layers[0].name, neuron: 0, from: 0, to: 1 }],
      'only'
    );
    expect(activeBrush(summary.info, brushed)).toBeNull();
    summary.set(brushed);
    await settled(summary);
    expect(summary.refusal).toBeNull();
    expect(summary.figures()[0].classes.map(c => c.index)).toEqual(
      brushed.classes
    );
  });
});

describe('A brushed figure', () => {
  beforeEach(async () => {
    store.update(v =>
      setShown(v, {
        layers: info.layers.map(l => l.name),
        classes: info.classes.map((_, k) => k)
      })
    );
    await settled(store);
  });

  const brush = async (where: Condition) => {
    store.update(v => setBrush(v, where));
    await settled(store);
  };

  it('has the selection and the rest, as many as pass and do not', async () => {
    const a = range(0, 1, 0, 1.5);
    const b = range(1, 0, null, 1);
    await brush({ all: [a, b] });
    const passed = await passing(a, b);
    const size = passed.filter(Boolean).length;
    expect(size).toBeGreaterThan(0);
    for (const figure of store.figures()) {
      expect(figure.classes.map(c => [c.index, c.distribution.size])).toEqual([
        [SELECTION, size],
        [REST, info.sampleCount - size]
      ]);
    }
    expect((await counted())?.size).toBe(size);
  });

  it('holds every sample once, bin by bin, whatever is brushed', async () => {
    await brush({ all: [] });
    const all = store.figures().map(f => f.classes[0].distribution);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(info.layers.length - 1),
        fc.nat(3),
        fc.double({ min: -2, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.boolean(),
        async (layer, neuron, from, width, not) => {
          const one = range(layer, neuron, from, from + width);
          await brush(not ? { not: one } : one);
          store.figures().forEach(({ classes }, k) => {
            const [selection, rest] = classes.map(c => c.distribution);
            for (const key of ['counts', 'zeros', 'nan', 'posinf'] as const) {
              expect(
                Array.from(selection[key], (n, i) => n + rest[key][i])
              ).toEqual(Array.from(all[k][key]));
            }
          });
        }
      ),
      { numRuns: 20 }
    );
  });

  it('keeps its axis while the selection changes', async () => {
    const axes = () =>
      store.figures().map(({ columnsOf }) => {
        const columns = columnsOf(0);
        return [columnsMin(columns), columnsMax(columns)];
      });
    await brush(range(0, 1, 0, 1));
    const before = axes();
    await brush(range(0, 1, 2, null));
    expect(axes()).toEqual(before);
  });

  it('shows the classes beside the selection, and alone after it', async () => {
    const before = store.figures().map(f => f.classes.map(c => c.name));
    await brush(range(0, 1, 0, 1));
    store.update(v => setAgainst(v, 'shown'));
    await settled(store);
    expect(store.figures().map(f => f.classes.map(c => c.name))).toEqual(
      before.map(names => ['selection', ...names])
    );
    store.update(v => setBrush(v, null));
    await settled(store);
    expect(store.figures().map(f => f.classes.map(c => c.name))).toEqual(
      before
    );
  });

  it('knows the ranges on its rows, and names its series in tables', async () => {
    await brush({ not: range(0, 1, 0, null) });
    const [first, second] = store.figures();
    expect([...first.brushed]).toEqual([
      [1, [{ neuron: 1, from: 0, to: null, at: 0, not: true }]]
    ]);
    expect(second.brushed.size).toBe(0);
    const [head] = viewTable(store.figures(), info, store.view).split('\r\n');
    expect(head).toContain('selection median');
    expect(head).toContain('the rest median');
  });

  it('is what neurons are sorted by and compared, until it goes', async () => {
    await brush({ samples: [0, 3, 7, 11, 40, 41, 42] });
    const order: Order = {
      by: 'divergence',
      divergence: 'auc',
      a: { brush: 'selection' },
      b: { rest: true },
      absolute: true
    };
    store.update(v => ({ ...v, order, descending: true }));
    await settled(store);
    const [figure] = store.figures();
    const where = store.view.brush!.where;
    const group: Group = { id: 'v1', name: 'x', color: null, where };
    const sides: Item[] = [{ brush: 'selection' }, { brush: 'rest' }];
    expect(shownMany(info, store.view)).toEqual(sides);
    expect(contrastOf(info, { ...store.view, order: { by: 'index' } })).toEqual(
      {
        divergence: 'auc',
        a: sides[0],
        b: sides[1]
      }
    );
    store.update(v => ({
      ...v,
      groups: [group],
      order: { ...order, a: { group: 'v1' } }
    }));
    await settled(store);
    expect(store.figures()[0].scores).toEqual(figure.scores);
    for (const item of sides) {
      store.update(v => ({
        ...v,
        order: { by: 'difference', a: item, b: item, absolute: true }
      }));
      await settled(store);
      const scores = store.figures()[0].scores.filter(x => !Number.isNaN(x));
      expect(scores.length).toBeGreaterThan(0);
      expect(scores.every(x => x === 0)).toBe(true);
    }
    const open = startDetail(
      { layer: info.layers[0].name, neuron: 0 },
      { extent: 'fit' }
    );
    store.update(v => ({ ...v, order, detail: { ...open, a: sides[1] } }));
    const json = viewToJson(store.view);
    expect(parseView(json, info, defaultView(info))).toEqual(store.view);
    expect(pythonCall(store.view, info)).toContain(
      'nd.by.divergence("auc", a=nd.by.selection)'
    );
    expect(droppedParts({ ...json, brush: null }, info)).toEqual([
      { part: 'detail', of: 'a' },
      { part: 'order' }
    ]);
    store.update(v => setBrush(v, null));
    expect(store.view.order).toEqual({ by: 'index' });
    expect(store.view.detail?.a).toBeNull();
    store.undo();
    expect(store.view.order).toBe(order);
  });

  it('is made of classes: the newest selection counts', async () => {
    const made = BrushComposition.of(store);
    for (const to of [0.1, 0.2, 0.5, 1]) {
      store.amend(setBrush(store.view, range(0, 1, 0, to)));
    }
    const passed = await passing(range(0, 1, 0, 1));
    const { labels } = await store.ask(engine => engine.samples());
    await counted();
    expect(Array.from(made.ofAll?.classes ?? [])).toEqual(
      info.classes.map(
        (_, c) => passed.filter((one, k) => one && labels?.[k] === c).length
      )
    );
    store.update(v => setBrush(v, null));
    expect(made.ofAll).toBeNull();
  });
});
