import { openedStore, settled } from '../../../tests/ts/fixtures';
import type { IProbe, Response } from '../../probe/engine';
import { instanceValues } from '../figure';
import type { Store } from '../store';
import { sortBy, sortByDivergence } from '../update';
import { viewToJson } from '../viewJson';
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
