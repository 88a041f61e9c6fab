import * as fc from 'fast-check';
import { fixtureBytes, openedStore, settled } from '../../tests/ts/fixtures';
import { createEngine } from '../worker/engine';
import type { IEngine, RecordingInfo } from '../worker/protocol';
import { browserPorts } from '../worker/unpack';
import { isAwaited, recordedOf, withAdded } from './added';
import { droppedParts } from './dropped';
import { instanceValues } from './figure';
import { needsOf } from './needs';
import { parseSamples, sampleId, unknownSample } from './samples';
import { defaultView, initialView, parseView } from './state';
import { Store } from './store';
import {
  addSample,
  removeSample,
  sortByDivergence,
  toggleInstance
} from './update';
import { viewToJson } from './viewJson';

let info: RecordingInfo;

beforeAll(async () => {
  info = (await openedStore('tiny.ndiv')).info;
});

const again = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
const parsed = (json: unknown, of = info) =>
  parseView(json, of, defaultView(of));

/** Waits until nothing is on its way for instances. */
async function known(store: Store): Promise<void> {
  await settled(store);
  while (store.info.instances.some(({ id }) => isAwaited(store.info, id))) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

describe('samples of a view', () => {
  test('come back as they were written, and are not written where there are none', () => {
    const view = addSample(addSample(defaultView(info), 12), 7);
    expect(view.instances.slice(-2)).toEqual(['sample:12', 'sample:7']);
    expect(viewToJson(view)).toMatchObject({ samples: [12, 7] });
    expect(parsed(again(viewToJson(view)))).toEqual(view);
    expect(droppedParts(again(viewToJson(view)), info)).toEqual([]);
    expect(viewToJson(defaultView(info))).not.toHaveProperty('samples');
  });

  test.each([
    ['no list', 7, null],
    ['what are no samples', [1.5, -1, '3', null, 120, NaN, 119], [119]],
    ['one twice', [3, 4, 3], [3, 4]],
    ['too many', Array.from({ length: 120 }, (_, i) => i), 100]
  ])('are read from %s', (_, json, expected) => {
    const found = parseSamples(json, info);
    expect(typeof expected === 'number' ? found?.length : found).toEqual(
      expected
    );
  });

  test('whose id the recording has are dropped, and told', () => {
    const taken = { ...info.instances[0], id: 'sample:3' };
    const other = { ...info, instances: [taken] };
    const json = {
      samples: [3, 500, 4],
      instances: ['sample:3', 'sample:500']
    };
    expect(parsed(json, other)).toMatchObject({
      samples: [4],
      instances: ['sample:3']
    });
    expect(droppedParts(json, other)).toEqual([
      { part: 'sample', index: 3 },
      { part: 'sample', index: 500 }
    ]);
  });

  test('are shown beside the usual instances unless those are named', () => {
    const usual = defaultView(info).instances;
    expect(parsed({ samples: [5] }).instances).toEqual([...usual, 'sample:5']);
    expect(parsed({ samples: [5], instances: [] }).instances).toEqual([]);
    const own = { ...info, view: { samples: [5] } };
    expect(parseView({ bins: 8 }, own, initialView(own)).samples).toEqual([5]);
  });

  test('may be what neurons are sorted by, until they are removed', () => {
    const order = { by: 'value', instance: 'sample:5' };
    const view = parsed({ samples: [5, 6], order });
    expect(view.order).toEqual(order);
    expect(parsed({ order }).order).toEqual(defaultView(info).order);
    expect(droppedParts({ order }, info)).toEqual([{ part: 'order' }]);
    const other = removeSample(view, 6);
    expect(other.order).toEqual(order);
    expect(removeSample(other, 5)).toMatchObject({
      samples: [],
      order: { by: 'index' },
      descending: false
    });
  });

  test('are added once, to at most 100, and shown again', () => {
    const all = Array.from({ length: 110 }, (_, i) => i);
    const full = all.reduce(addSample, defaultView(info));
    expect(full.samples).toHaveLength(100);
    const hidden = toggleInstance(full, 'sample:3', full.instances);
    expect(hidden.instances).not.toContain('sample:3');
    expect(addSample(hidden, 3).instances).toContain('sample:3');
    expect(addSample(hidden, 3).samples).toBe(full.samples);
  });
});

describe('a store', () => {
  test('knows added samples as it knows instances of the recording', async () => {
    const store = await openedStore('tiny.sorted.ndiv');
    const before = store.info;
    const one = before.instances.find(i => i.sample !== null);
    const sample = one?.sample ?? -1;
    store.update(v => addSample(v, sample));
    expect(isAwaited(store.info, sampleId(sample))).toBe(true);
    expect(store.figures().every(f => f.pending)).toBe(true);
    await known(store);
    const added = store.info.instances.find(i => i.id === sampleId(sample));
    expect(added).toMatchObject({
      label: one?.label,
      prediction: one?.prediction,
      sample
    });
    for (const layer of before.layers.keys()) {
      expect(instanceValues(store.info, layer, sampleId(sample))).toEqual(
        instanceValues(before, layer, one?.id ?? '')
      );
    }
    const picture = (of: RecordingInfo, place: number | null | undefined) => {
      const size = (of.images?.pixels.length ?? 0) / (of.images?.count ?? 1);
      const begin = (place ?? -1) * size;
      return of.images?.pixels.slice(begin, begin + size);
    };
    expect(picture(store.info, added?.image)).toEqual(
      picture(before, one?.image)
    );
    expect(recordedOf(store.info)).toBe(before);
    const last = store.figures()[0].instances.at(-1);
    expect(last?.instance.name).toBe(`sample ${sample}`);
  });

  test('sorts by them, and by what they are in a class', async () => {
    const store = await openedStore('tiny.ndiv');
    const one = store.info.instances.find(i => i.sample !== null);
    const orders = [];
    for (const instance of ['sample:46', one?.id ?? '']) {
      store.set({
        ...addSample(store.view, 46),
        order: { by: 'value', instance }
      });
      await known(store);
      const byValue = store.figures().map(f => [f.rows, f.scores]);
      store.update(v =>
        sortByDivergence(v, {
          divergence: 'surprisal',
          a: { class: 1 },
          b: { instance }
        })
      );
      await known(store);
      orders.push([byValue, store.figures().map(f => [f.rows, f.scores])]);
    }
    expect(orders[0]).toEqual(orders[1]);
    const needs = [...needsOf(store.info, store.view).keys()];
    expect(new Set(needs).size).toBe(needs.length);
  });

  test('knows them again after undo and redo, and forgets those that are gone', async () => {
    const store = await openedStore('tiny.ndiv');
    const { info: before } = store;
    store.update(v => addSample(v, 12));
    store.update(v => addSample(v, 13));
    await known(store);
    const values = instanceValues(store.info, 0, 'sample:12');
    store.update(v => removeSample(v, 12));
    expect(instanceValues(store.info, 0, 'sample:12')).toBeNull();
    store.undo();
    await known(store);
    expect(instanceValues(store.info, 0, 'sample:12')).toEqual(values);
    store.undo();
    store.undo();
    expect(store.info).toBe(before);
    store.redo();
    await known(store);
    expect(instanceValues(store.info, 0, 'sample:12')).toEqual(values);
    expect(store.info).toBe(store.info);
  });

  test('tells that a summary has none, until all values are here', async () => {
    const engine = createEngine(browserPorts);
    const bytes = fixtureBytes('tiny.summary.ndiv');
    const summary = await engine.open({ kind: 'block', bytes });
    const store = new Store(summary, engine, parsed({ samples: [46] }));
    await known(store);
    expect(store.refusal).toMatchObject({ reason: 'values' });
    expect(store.error).toBeNull();
    expect(store.figures()[0].instances.at(-1)?.values.every(isNaN)).toBe(true);
    // Its classes are known all the same.
    const { labels, predictions } = await engine.samples();
    expect(store.info.instances.at(-1)).toMatchObject({
      label: labels?.[46],
      prediction: predictions?.[46]
    });
    const whole = { kind: 'block', bytes: fixtureBytes('tiny.ndiv') } as const;
    const { id } = await createEngine(browserPorts).open(whole);
    store.enrich(await engine.attach(whole, id));
    await new Promise(resolve => setTimeout(resolve, 20));
    await known(store);
    expect(store.refusal).toBeNull();
    expect(store.figures()[0].instances.at(-1)?.values.some(isNaN)).toBe(false);
  });

  test('makes the figures of other views with their samples', async () => {
    const store = await openedStore('tiny.ndiv');
    const figures = await store.figuresOf(addSample(store.view, 46));
    const one = store.info.instances.find(i => i.sample === 46);
    expect(figures[0].instances.at(-1)?.values).toEqual(
      instanceValues(store.info, figures[0].layerIndex, one?.id ?? '')
    );
  });

  test('tells a failure, and asks again', async () => {
    const inner = createEngine(browserPorts);
    const bytes = fixtureBytes('tiny.ndiv');
    const opened = await inner.open({ kind: 'block', bytes });
    let failures = 1;
    const engine: IEngine = {
      ...inner,
      rows: async samples => {
        if (failures-- > 0) {
          throw new Error('gone');
        }
        return inner.rows(samples);
      }
    };
    const store = new Store(opened, engine);
    await settled(store);
    store.update(v => addSample(v, 3));
    while (store.error === null) {
      await new Promise(resolve => setTimeout(resolve));
    }
    store.update(v => ({ ...v, bins: 8 }));
    await known(store);
    expect(store.error).toBeNull();
    expect(store.info.instances.at(-1)?.sample).toBe(3);
  });
});

test('instances that are added stand after those of the recording, whatever is known of them', () => {
  const image = (size: number, value: number) => ({
    count: 1,
    height: size,
    width: size,
    channels: 3 as const,
    pixels: new Uint8Array(size * size * 3).fill(value),
    samples: null
  });
  const one = fc.record({
    size: fc.constantFrom(null, 8, 5),
    isKnown: fc.boolean()
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), all => {
      const added = all.map(({ size, isKnown }, k) => ({
        ...unknownSample(k),
        image: size === null ? null : image(size, k + 1),
        values: isKnown
          ? info.layers.map(l => new Float32Array(l.neurons).fill(k))
          : null
      }));
      const found = withAdded(info, added);
      expect(found.instances).toHaveLength(info.instances.length + all.length);
      info.layers.forEach((layer, l) => {
        info.instances.forEach(({ id }) =>
          expect(instanceValues(found, l, id)).toEqual(
            instanceValues(info, l, id)
          )
        );
        all.forEach(({ isKnown }, k) =>
          expect(instanceValues(found, l, sampleId(k))).toEqual(
            new Float32Array(layer.neurons).fill(isKnown ? k : NaN)
          )
        );
      });
      const pixels = (info.images?.pixels.length ?? 0) / info.images!.count;
      all.forEach(({ size }, k) => {
        const place = found.instances[info.instances.length + k].image;
        expect(place === null).toBe(size !== 8);
        if (place !== null) {
          expect(found.images?.pixels[place * pixels]).toBe(k + 1);
        }
      });
      expect(
        found.images?.pixels.subarray(0, info.images!.pixels.length)
      ).toEqual(info.images!.pixels);
    }),
    { numRuns: 40 }
  );
});
