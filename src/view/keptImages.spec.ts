import * as fc from 'fast-check';
import { openedStore, settled } from '../../tests/ts/fixtures';
import type { RecordingInfo } from '../worker/protocol';
import { isAwaited, ownOf, recordedOf } from './added';
import { droppedParts } from './dropped';
import { instanceValues } from './figure';
import { twinOf } from './items';
import type { KeptImage } from './keptImages';
import {
  canKeepPixels,
  freeKeptId,
  keptPicture,
  keptRows,
  parseKept,
  pixelsToKeep,
  valuesToKeep
} from './keptImages';
import { changedPixels, pictureAt } from './probe/edits';
import { defaultView, parseView } from './state';
import type { Store } from './store';
import {
  addKept,
  addSample,
  removeAdded,
  removeSample,
  sortBy
} from './update';
import { viewToJson } from './viewJson';

let info: RecordingInfo;

beforeAll(async () => {
  info = (await openedStore('tiny.ndiv')).info;
});

const again = (json: unknown): unknown => JSON.parse(JSON.stringify(json));
const parsed = (json: unknown) => parseView(json, info, defaultView(info));

function keptOf(change: Partial<KeptImage> = {}): KeptImage {
  const rows = info.layers.map(({ neurons }, layer) =>
    layer === 1 ? null : Float32Array.from({ length: neurons }, (_, i) => i / 3)
  );
  return {
    id: 'kept:1',
    name: 'cat 46 benign, changed',
    of: 'b0',
    pixels: [[2, 7, 255, 0, 1]],
    prediction: 1,
    confidence: 0.75,
    values: valuesToKeep(rows, info.layers),
    ...change
  };
}

describe('a changed picture', () => {
  const pictures = fc
    .record({
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
      share: fc.constantFrom(0, 0.02, 0.5, 1),
      seed: fc.integer({ min: 1, max: 1e6 })
    })
    .map(({ share, seed, ...size }) => {
      const length = size.height * size.width * size.channels;
      const value = (i: number) => ((i + seed) * 2654435761) >>> 24;
      const original = Uint8Array.from({ length }, (_, i) => value(i));
      const now = original.map((x, i) =>
        value(7 * i + 1) < 256 * share ? value(i + length) : x
      );
      return { size, original, now };
    });

  test('comes back, whatever changed, in no more text than all of it would take', () => {
    fc.assert(
      fc.property(pictures, ({ size, original, now }) => {
        const pixels = pixelsToKeep(now, original, size);
        expect(
          keptPicture(
            { pixels: again(pixels) as typeof pixels },
            original,
            size
          )
        ).toEqual(now);
        expect(JSON.stringify(pixels).length).toBeLessThanOrEqual(
          4 * Math.ceil(now.length / 3) + 2
        );
        if (typeof pixels !== 'string') {
          expect(pixels.map(([y, x]) => ({ x, y }))).toEqual(
            changedPixels(now, original, size)
          );
        }
        const other = { ...size, width: size.width + 1, height: size.height };
        if (typeof pixels === 'string') {
          expect(keptPicture({ pixels }, original, other)).toBeNull();
        }
      })
    );
  });

  test('is kept as one pixel where one changed, and as a whole where all did', () => {
    const size = { height: 8, width: 8, channels: 3 } as const;
    const original = new Uint8Array(192).fill(9);
    const one = original.slice();
    one.set([1, 2, 3], 3 * (8 * 5 + 6));
    expect(pixelsToKeep(one, original, size)).toEqual([[5, 6, 1, 2, 3]]);
    const all = original.map(x => x + 1);
    expect(typeof pixelsToKeep(all, original, size)).toBe('string');
  });

  test('is too large at some size', () => {
    expect(canKeepPixels('A'.repeat(10_000))).toBe(true);
    expect(canKeepPixels('A'.repeat(400_000))).toBe(false);
  });

  test('keeps its activations to the last bit, in the layers that have some', () => {
    const bits = fc.array(fc.float({ noDefaultInfinity: false }), {
      minLength: 1,
      maxLength: 20
    });
    fc.assert(
      fc.property(fc.array(fc.option(bits), { maxLength: 4 }), all => {
        const rows = all.map(row => row && Float32Array.from(row));
        const layers = rows.map((row, i) => ({
          name: i === 1 ? '__proto__' : `layer ${i}`,
          neurons: row?.length ?? 3
        }));
        const values = again(valuesToKeep(rows, layers)) as Record<
          string,
          string
        >;
        expect(keptRows({ values }, layers)).toEqual(rows);
        const wider = layers.map(l => ({ ...l, neurons: l.neurons + 1 }));
        expect(keptRows({ values }, wider)).toEqual(rows.map(() => null));
      })
    );
    const many = [new Float32Array(2 ** 14 + 1)];
    expect(valuesToKeep(many, [{ name: 'a' }])).toEqual({});
  });
});

describe('kept pictures of a view', () => {
  test('come back as they were written, and are not written where there are none', () => {
    const view = addKept(defaultView(info), keptOf());
    expect(view.instances.at(-1)).toBe('kept:1');
    expect(parsed(again(viewToJson(view)))).toEqual(view);
    expect(droppedParts(again(viewToJson(view)), info)).toEqual([]);
    expect(viewToJson(defaultView(info))).not.toHaveProperty('kept');
    expect(parsed({ kept: [keptOf()] }).instances).toEqual(view.instances);
  });

  test.each<[string, unknown]>([
    ['no object', 3],
    ['no id', { ...keptOf0(), id: undefined }],
    ['an id of another kind', { ...keptOf0(), id: 'a9' }],
    ['no name', { ...keptOf0(), name: 7 }],
    ['no original', { ...keptOf0(), of: 'z9' }],
    ['itself as original', { ...keptOf0(), of: 'kept:1' }],
    ['a pixel outside', { ...keptOf0(), pixels: [[8, 0, 1, 2, 3]] }],
    ['a value that is none', { ...keptOf0(), pixels: [[0, 0, 1, 2, 256]] }],
    ['a channel too few', { ...keptOf0(), pixels: [[0, 0, 1, 2]] }],
    ['a picture of another size', { ...keptOf0(), pixels: 'AAAA' }],
    ['no base64', { ...keptOf0(), pixels: '*' }]
  ])('with %s are dropped', (_, entry) => {
    expect(parseKept([entry, keptOf({ id: 'kept:2' })], info)).toEqual([
      keptOf({ id: 'kept:2' })
    ]);
  });

  test('are told where they are dropped', () => {
    const json = {
      kept: [{ ...keptOf(), of: 'z9' }, keptOf({ id: 'kept:2' })],
      instances: ['kept:1', 'kept:2']
    };
    expect(droppedParts(json, info)).toEqual([
      { part: 'instance', name: 'cat 46 benign, changed' }
    ]);
    expect(parsed(json).instances).toEqual(['kept:2']);
  });

  test('are at most 16, of equal ids the first; what is no number or text is left out', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      keptOf({ id: `kept:${i}` })
    );
    expect(parseKept(many, info)).toHaveLength(16);
    expect(parseKept([keptOf(), keptOf({ name: 'b' })], info)).toEqual([
      keptOf()
    ]);
    expect(parseKept('all', info)).toBeNull();
    const odd = { prediction: 17, confidence: 2, values: { conv: 3 } };
    expect(parseKept([{ ...keptOf(), ...odd }], info)).toEqual([
      keptOf({ prediction: null, confidence: null, values: {} })
    ]);
  });

  test('are sorted by until they go, with the sample that they were made of', () => {
    const sampled = addKept(
      addSample(defaultView(info), 46),
      keptOf({ of: 'sample:46' })
    );
    const view = sortBy(sampled, { instance: 'kept:1' }, null, false);
    expect(parsed(again(viewToJson(view)))).toEqual(view);
    const without = removeSample(view, 46);
    expect(without).toMatchObject({
      samples: [],
      kept: [],
      instances: defaultView(info).instances,
      order: { by: 'index' }
    });
    expect(removeAdded(view, 'kept:1')).toMatchObject({
      samples: [46],
      kept: []
    });
    expect(parsed({ kept: [keptOf({ of: 'sample:46' })] }).kept).toEqual([]);
  });

  test('have ids of their own', () => {
    const taken = { ...info.instances[0], id: 'kept:1' };
    expect(freeKeptId(info)).toBe('kept:1');
    expect(freeKeptId({ instances: [taken] })).toBe('kept:2');
  });
});

/** Before the recording is here. */
function keptOf0(): KeptImage {
  return {
    ...{ id: 'kept:1', name: 'changed', of: 'b0', pixels: [[0, 0, 1, 2, 3]] },
    ...{ prediction: null, confidence: null, values: {} }
  };
}

describe('a store', () => {
  const at = (store: Store, id: string) =>
    store.info.instances.find(one => one.id === id);

  test('knows a kept picture as an attacked instance beside its original', async () => {
    const store = await openedStore('tiny.ndiv');
    const before = store.info;
    store.update(v => addKept(v, keptOf()));
    await settled(store);
    const kept = at(store, 'kept:1');
    expect(kept).toMatchObject({
      role: 'attacked',
      label: 0,
      prediction: 1,
      confidence: 0.75,
      of: 'b0'
    });
    expect(kept && twinOf(kept, store.info)?.id).toBe('b0');
    const benign = at(store, 'b0');
    expect(benign && twinOf(benign, store.info)?.id).toBe('a0');
    expect(instanceValues(store.info, 0, 'kept:1')?.[2]).toBeCloseTo(2 / 3);
    expect(instanceValues(store.info, 1, 'kept:1')?.[0]).toBeNaN();
    expect(store.figures()[0].instances.at(-1)?.instance.id).toBe('kept:1');
    const { images } = store.info;
    const [now, was] = [kept, benign].map(one =>
      pictureAt(images!, one?.image ?? -1)
    );
    expect(changedPixels(now, was, images!)).toEqual([{ x: 7, y: 2 }]);
    expect(recordedOf(store.info)).toBe(before);
    expect(store.info).toBe(store.info);
    const figures = await store.figuresOf(store.view);
    expect(figures.map(f => f.instances.at(-1)?.values)).toEqual(
      store.figures().map(f => f.instances.at(-1)?.values)
    );
    store.undo();
    expect(store.info).toBe(before);
    store.redo();
    expect(at(store, 'kept:1')).toEqual(kept);
  });

  test('has the picture of one that was made of a sample once that is here', async () => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => addSample(v, 46));
    store.update(v => addKept(v, keptOf({ of: 'sample:46' })));
    await settled(store);
    expect(at(store, 'kept:1')).toMatchObject({ label: 0 });
    expect(at(store, 'kept:1')?.image).not.toBeNull();
  });

  test('learns the activations of one that was kept without', async () => {
    const store = await openedStore('tiny.ndiv');
    const kept = keptOf({ values: {} });
    store.update(v => addKept(v, kept));
    await settled(store);
    expect(isAwaited(store.info, 'kept:1')).toBe(false);
    expect(instanceValues(store.info, 0, 'kept:1')?.every(isNaN)).toBe(true);
    const rows = info.layers.map(l => new Float32Array(l.neurons).fill(4));
    store.learn(kept, rows);
    expect(ownOf(store.info, 'kept:1')).toBe(rows);
    const [figure] = await store.figuresOf(store.view);
    expect(figure.instances.at(-1)?.values[0]).toBe(4);
    // Another reading of the same view is about the same picture.
    store.apply(again({ ...store.viewJson, bins: 8 }));
    expect(instanceValues(store.info, 0, 'kept:1')?.[0]).toBe(4);
  });
});
