import { openedStore, settled } from '../../../tests/ts/fixtures';
import type { IProbe, Response } from '../../probe/engine';
import { isValueless } from '../added';
import { instanceValues } from '../figure';
import type { KeptImage } from '../keptImages';
import type { Store } from '../store';
import { sortBy, sortByDivergence } from '../update';
import { viewToJson } from '../viewJson';
import { freeName, keep, whyNotKept } from './keep';
import type { OpenProbe } from './model';
import { Probing } from './probing';
import { listedOf, PROBE_ID, probedIn } from './shown';

const FILE = 'model.torch.ndiv';

/** A model whose answers come when they are let, each neuron being the sum of the picture. */
function heldModel() {
  const waiting: (() => void)[] = [];
  const asked: Uint8Array[] = [];
  let closed = 0;
  const open: OpenProbe = async ({ subject }) =>
    Promise.resolve({
      found: {
        picture: subject.picture ?? { height: 1, width: 1, channels: 1 },
        matches: subject.layers.map(({ name }, i) =>
          i === 0
            ? {
                recorded: name,
                layer: null,
                why: { kind: 'absent', layer: null }
              }
            : { recorded: name, layer: name }
        ),
        backend: 'test',
        inKernel: false,
        gradients: false
      },
      run: async (pixels, layers) => {
        asked.push(pixels);
        await new Promise<void>(resolve => waiting.push(resolve));
        return answerOf(pixels, layers, subject.layers);
      },
      attack: async () => Promise.reject(new Error('not here')),
      dispose: () => (closed += 1)
    } satisfies IProbe);
  return {
    open,
    asked,
    closed: () => closed,
    let: async () => {
      await tick();
      waiting.splice(0).forEach(done => done());
      await tick();
    }
  };
}

function answerOf(
  pixels: Uint8Array,
  layers: readonly number[],
  recorded: readonly { neurons: number }[]
): Response {
  const sum = pixels.reduce((all, value) => all + value, 0);
  return {
    probabilities: Float32Array.of(0.1, 0.7, 0.2, 0),
    layers: layers.map(i => new Float32Array(recorded[i].neurons).fill(sum))
  };
}

const tick = () => new Promise(resolve => setTimeout(resolve, 5));

const valuesOf = (store: Store, layer: number) =>
  instanceValues(store.info, layer, PROBE_ID)?.[0];

async function probed() {
  const store = await openedStore(FILE);
  const probing = Probing.of(store);
  const watching = probing.watch();
  const model = heldModel();
  probing.choose('b0', 'changed', model.open);
  await model.let();
  return { store, probing, watching, model };
}

test('the newest picture alone is computed while another is', async () => {
  const { store, probing, model } = await probed();
  const { model: probe } = probing;
  if (probe === null) {
    throw new Error('no model');
  }
  const before = valuesOf(store, 1) ?? NaN;
  expect(valuesOf(store, 0)).toBeNaN();
  const asked = model.asked.length;
  for (const x of [0, 1, 2, 3]) {
    probe.paint({ x, y: 0 }, [0, 0, 0], 1, x > 0);
    await tick();
  }
  await model.let();
  await model.let();
  expect(model.asked).toHaveLength(asked + 2);
  expect(model.asked.at(-1)).toBe(probe.pixels);
  expect(valuesOf(store, 1)).toBeLessThan(before);
  expect(probe.changedPixels).toHaveLength(4);
  // One stroke is one step.
  probe.undo();
  expect(probe.changedPixels).toHaveLength(0);
  await model.let();
  expect(valuesOf(store, 1)).toBe(before);
  expect(probe.canUndo).toBe(false);
});

test('another model file is opened for the same picture, what is on the way is dropped, and without a file the probe ends', async () => {
  const store = await openedStore('tiny.ndiv');
  const name = (path: string | null) =>
    store.update(view => ({
      ...view,
      model: path === null ? null : { path, scale: null, mean: null, std: null }
    }));
  name('a/model.json');
  const probing = Probing.of(store);
  probing.watch();
  const model = heldModel();
  const [{ id }] = probedIn(store.info);
  probing.choose(id, 'changed', model.open);
  await model.let();
  const probe = probing.model;
  probe?.paint({ x: 0, y: 0 }, [1, 2, 3], 1, false);
  await tick();
  name('b/model.json');
  expect(model.closed()).toBe(1);
  expect(probe?.now).toBeNull();
  await model.let();
  await model.let();
  expect(probing.model).toBe(probe);
  expect(probe?.error).toBeNull();
  expect(probe?.now?.rows).toHaveLength(store.info.layers.length);
  expect(model.asked.at(-1)).toBe(probe?.pixels);
  name(null);
  expect(model.closed()).toBe(2);
  expect(probing.model).toBeNull();
  expect(listedOf(store.info)).toEqual(store.info.instances);
});

test('the probe is in graphs and choices, in no list and no saved view, and leaves nothing behind', async () => {
  const { store, watching, model } = await probed();
  const ids = (of: readonly { readonly id: string }[]) => of.map(i => i.id);
  expect(ids(store.info.instances)).toContain(PROBE_ID);
  expect(ids(listedOf(store.info))).toEqual(['b0', 'a0']);
  expect(ids(probedIn(store.info))).toEqual(['b0', 'a0']);
  expect(
    store.figures()[0].instances.map(({ instance }) => instance.name)
  ).toContain('changed');
  expect(store.view.instances).not.toContain(PROBE_ID);
  store.update(v => sortBy(v, { instance: PROBE_ID }, null, false));
  expect(viewToJson(store.view)).toMatchObject({ order: { by: 'index' } });
  watching.dispose();
  expect(model.closed()).toBe(1);
  expect(store.view.order).toEqual({ by: 'index' });
  store.undo();
  store.redo();
  expect(store.view.order).toEqual({ by: 'index' });
  expect(ids(store.info.instances)).toEqual(['b0', 'a0']);
  await settled(store);
  expect(store.error).toBeNull();
});

test('neurons are sorted by how far the probe is from a class, as by an instance with the same values', async () => {
  const store = await openedStore(FILE);
  const probing = Probing.of(store);
  probing.watch();
  const own = store.info.instances.findIndex(i => i.id === 'a0');
  const open: OpenProbe = async ({ subject }) =>
    Promise.resolve({
      found: {
        picture: subject.picture ?? { height: 1, width: 1, channels: 1 },
        matches: subject.layers.map(({ name }) => ({
          recorded: name,
          layer: name
        })),
        backend: 'test',
        inKernel: false,
        gradients: false
      },
      run: async (_, layers) =>
        Promise.resolve({
          probabilities: null,
          layers: layers.map(l => {
            const { instances, neurons } = store.info.layers[l];
            return instances.slice(own * neurons, (own + 1) * neurons);
          })
        }),
      attack: async () => Promise.reject(new Error('not here')),
      dispose: () => undefined
    });
  probing.choose('b0', 'changed', open);
  await tick();
  const sorted = async (instance: string) => {
    store.update(v =>
      sortByDivergence(v, { divergence: 'z', a: { class: 1 }, b: { instance } })
    );
    await settled(store);
    return store.figures().map(f => [...f.scores]);
  };
  expect(await sorted(PROBE_ID)).toEqual(await sorted('a0'));
  expect(store.refusal).toBeNull();
});

test('a changed picture is kept with what the model says of it, once', async () => {
  const { store, probing, model } = await probed();
  const { model: probe } = probing;
  if (probe === null) {
    throw new Error('no model');
  }
  const why = () => whyNotKept(store, probe);
  expect(why()).toBe('unchanged');
  probe.paint({ x: 3, y: 1 }, [1, 2, 3], 1, false);
  expect(why()).toBe('unanswered');
  keep(store, probe, 'too early');
  expect(store.view.kept).toEqual([]);
  await tick();
  await model.let();
  expect(why()).toBeNull();
  keep(store, probe, freeName(store, 'five benign'));
  expect(why()).toBe('kept');
  expect(store.view.kept).toMatchObject([
    {
      ...{ id: 'kept:1', name: 'five benign 2', of: 'b0', prediction: 1 },
      pixels: [[1, 3, 1, 2, 3]]
    }
  ]);
  expect(store.view.instances).toContain('kept:1');
  const said = store.info.layers.map((_, l) =>
    instanceValues(store.info, l, PROBE_ID)
  );
  const kept = () =>
    store.info.layers.map((_, l) => instanceValues(store.info, l, 'kept:1'));
  expect(kept()).toEqual(said);
  // Hidden, the same picture is shown again; the same change made twice is one.
  store.update(v => ({ ...v, instances: ['b0'] }));
  expect(why()).toBeNull();
  keep(store, probe, 'another');
  expect(store.view.kept).toHaveLength(1);
  expect(store.view.instances).toEqual(['b0', 'kept:1']);
  // Changed further from the kept one it is still of the original.
  probing.choose('kept:1', 'changed', model.open);
  await model.let();
  const { model: further } = probing;
  further?.paint({ x: 0, y: 0 }, [9, 9, 9], 1, false);
  await tick();
  await model.let();
  keep(store, further!, 'two pixels');
  expect(store.view.kept[1]).toMatchObject({
    ...{ id: 'kept:2', of: 'b0' },
    pixels: [
      [0, 0, 9, 9, 9],
      [1, 3, 1, 2, 3]
    ]
  });
  store.undo();
  expect(store.view.kept).toHaveLength(1);
});

test('at most 16 are kept; those without activations get them from an open probe', async () => {
  const { store, probing, model } = await probed();
  const many = Array.from({ length: 16 }, (_, i): KeptImage => ({
    ...{
      id: `kept:${i}`,
      name: `${i}`,
      of: 'b0',
      pixels: [[i % 8, 0, 0, 0, 0]]
    },
    ...{ prediction: null, confidence: null, values: {} }
  }));
  store.update(v => ({ ...v, kept: many }));
  for (let answers = 0; answers < many.length; answers++) {
    await tick();
    await model.let();
  }
  expect(
    store.info.instances.filter(i => isValueless(store.info, i.id))
  ).toEqual([]);
  expect(instanceValues(store.info, 1, 'kept:3')?.[0]).toBeLessThan(
    valuesOf(store, 1) ?? NaN
  );
  const { model: probe } = probing;
  probe?.paint({ x: 3, y: 1 }, [1, 2, 3], 1, false);
  await tick();
  await model.let();
  expect(whyNotKept(store, probe!)).toBe('full');
});

test('what was refused is tried again when it may be, and a sample that goes ends its probe', async () => {
  const store = await openedStore(FILE);
  const probing = Probing.of(store);
  probing.watch();
  let tries = 0;
  let again: () => void = () => undefined;
  const model = heldModel();
  const open: OpenProbe = async asked => {
    tries += 1;
    again = asked.again;
    if (tries === 1) {
      throw new Error('not yet');
    }
    return model.open(asked);
  };
  store.update(v => ({ ...v, samples: [3], instances: ['sample:3'] }));
  probing.choose('sample:3', 'changed', open);
  expect(probing.model).toBeNull();
  await tick();
  expect(probing.model?.error).toEqual(new Error('not yet'));
  again();
  await model.let();
  expect(probing.model?.error).toBeNull();
  expect(probing.model?.now).not.toBeNull();
  store.update(v => ({ ...v, samples: [], instances: [] }));
  expect(probing.model).toBeNull();
});
