import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { openedStore } from '../../tests/ts/fixtures';
import { DIVERGENCES } from '../core/divergence';
import type { Contrast } from '../core/scores';
import type { Evidence, Finding } from './findings';
import { contrastOf, findingsOf, singledOut } from './findings';
import { findingsTable } from './findingsCsv';
import { FindingsModel } from './findingsModel';
import { lastSide, turnsOf } from './layerStrip';
import { LayersModel } from './layersModel';
import { LookingBeside } from './looking';
import { setShown, toggleMarked } from './update';

type Told = number | null;

const golden = JSON.parse(
  readFileSync(join(__dirname, '../../tests/fixtures/findings.json'), 'utf8')
) as {
  compared: (Contrast & { most: Told[][]; alike: number[][] })[];
  singled: [number, number][][];
  strip: {
    twin: number;
    own: number;
    predicted: number;
    matrix: number[];
    separability: number;
  }[];
};

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

async function modelOf(fixture: string) {
  const store = await openedStore(fixture);
  const model = FindingsModel.of(LookingBeside.of(store));
  const watching = model.watch();
  return { store, model, watching };
}

async function answered(model: FindingsModel): Promise<void> {
  await until(
    () =>
      model.progress.missing === 0 &&
      (model.findings().count === 0 ||
        model.question === 'singled' ||
        Array.from({ length: model.findings().count }, (_, row) =>
          model.findings().at(row)
        ).every(f => !Number.isNaN(f.medians[0]) || Number.isNaN(f.value)))
  );
}

function rows({ findings }: { findings: ReturnType<typeof findingsOf> }) {
  return Array.from({ length: findings.count }, (_, row) => findings.at(row));
}

function expectClose(found: readonly number[], expected: readonly Told[]) {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    if (value === null) {
      expect(found[k]).toBeNaN();
    } else {
      const error = Math.abs(found[k] - value);
      expect(error).toBeLessThanOrEqual(1e-11 * Math.abs(value) + 1e-14);
    }
  });
}

describe('Findings equal SciPy’s', () => {
  it.each(golden.compared)(
    '$divergence of $a → $b',
    async ({ divergence, a, b, most, alike }) => {
      const { model } = await modelOf('tiny.ndiv');
      model.compare({ divergence, a, b });
      await answered(model);
      const found = rows({ findings: model.findings() });
      const told = ({ layer, neuron, value, medians, p, corrected }: Finding) =>
        [layer, neuron, value, ...medians, p, corrected] as const;
      expect(found.map(f => f.rank)).toEqual(most.map((_, k) => k + 1));
      const byPlace = (list: readonly (readonly Told[])[]) =>
        [...list].sort(
          (x, y) =>
            100 * (x[0] ?? 0) + (x[1] ?? 0) - (100 * (y[0] ?? 0) + (y[1] ?? 0))
        );
      const expected = byPlace(most);
      byPlace(found.map(told)).forEach((row, k) =>
        expectClose(row as number[], expected[k])
      );
      const { neutral } = DIVERGENCES[divergence];
      const distances = found.map(f => Math.abs(f.value - neutral));
      expect(distances).toEqual([...distances].sort((x, y) => y - x));
      if (!('instance' in b)) {
        model.lookFor('alike');
        await answered(model);
        const close = rows({ findings: model.findings() });
        expect(close).toHaveLength(alike.length);
        close.forEach(({ layer, neuron, gap }, k) =>
          expectClose([layer, neuron, gap], alike[k])
        );
      }
    }
  );

  it('single out a class', async () => {
    const { model } = await modelOf('tiny.ndiv');
    model.lookFor('singled');
    await answered(model);
    const found = rows({ findings: model.findings() });
    expect(found.length).toBe(golden.singled.flat().length);
    for (const { layer, neuron, singled, value } of found) {
      const [index, auc] = golden.singled[layer][neuron];
      expectClose([value], [auc]);
      expect([singled, neuron]).toEqual([index, neuron]);
    }
  });

  it('layer by layer: twins, classes of an instance, classes of each other', async () => {
    const store = await openedStore('tiny.ndiv');
    const model = LayersModel.of(LookingBeside.of(store));
    model.watch();
    await until(() => !model.isWaiting);
    expect(model.subject?.instance.id).toBe('a0');
    golden.strip.forEach((expected, layer) => {
      const { place, matrix, separability } = model.summaryOf(layer);
      expectClose(
        [place?.twin ?? NaN, place?.own ?? NaN, place?.predicted ?? NaN],
        [expected.twin, expected.own, expected.predicted]
      );
      expectClose([...(matrix?.values ?? [])], expected.matrix);
      expectClose([separability.value], [expected.separability]);
    });
    const places = golden.strip.map((_, k) => model.summaryOf(k).place);
    expect(turnsOf(places).map(t => [t.at, t.to])).toEqual([
      [1, 'own'],
      [2, 'predicted']
    ]);
    expect(lastSide(places)).toBe('predicted');
  });
});

describe('From a summary', () => {
  it('values are within their bounds', async () => {
    const [{ divergence, a, b, most }] = golden.compared;
    const { model } = await modelOf('tiny.summary.ndiv');
    model.compare({ divergence, a, b });
    await answered(model);
    const exact = new Map(most.map(([l, n, value]) => [`${l}:${n}`, value]));
    const found = rows({ findings: model.findings() });
    expect(found).toHaveLength(most.length);
    for (const { layer, neuron, value, bound, from } of found) {
      expect(from).toBe('counts');
      const error = Math.abs(value - (exact.get(`${layer}:${neuron}`) ?? NaN));
      expect(error).toBeLessThanOrEqual(bound + 1e-12);
    }
  });

  it('what cannot be told is said, and the rest is there', async () => {
    const { model, store } = await modelOf('tiny.summary.ndiv');
    store.update(v => ({
      ...v,
      groups: [
        { id: 'v1', name: 'few', color: null, where: { samples: [1, 2, 3] } }
      ]
    }));
    model.compare({
      divergence: 'auc',
      a: { group: 'v1' },
      b: { class: 0 }
    });
    await until(() => model.progress.missing === 0);
    expect([...model.refusals().values()].flat()).toEqual([0, 1, 2]);
    expect(model.findings().count).toBe(0);
  });
});

describe('What is compared', () => {
  it('follows the view until it is chosen', async () => {
    const { model, store } = await modelOf('tiny.ndiv');
    store.update(v => setShown(v, { classes: [2, 3] }));
    expect(model.contrast).toEqual({
      divergence: 'auc',
      a: { class: 2 },
      b: { class: 3 }
    });
    store.update(v => setShown(v, { classes: [] }));
    expect(model.contrast).toEqual({
      divergence: 'z',
      a: { class: 1 },
      b: { instance: 'a0' }
    });
    model.compare({ divergence: 'auc', a: { class: 0 }, b: { rest: true } });
    store.update(v => setShown(v, { classes: [1, 2] }));
    expect(model.contrast?.b).toEqual({ rest: true });
  });

  it('is another divergence where the one does not fit', async () => {
    const { model } = await modelOf('tiny.ndiv');
    model.compare({
      divergence: 'auc',
      a: { class: 0 },
      b: { instance: 'i0' }
    });
    expect(model.contrast?.divergence).toBe('z');
    model.lookFor('alike');
    expect(model.question).toBe('most');
  });

  it('is the view’s again once its group is gone', async () => {
    const { model, store } = await modelOf('tiny.ndiv');
    const where = { label: [0] };
    store.update(v => ({
      ...v,
      groups: [{ id: 'v1', name: 'cats', color: null, where }]
    }));
    model.compare({ divergence: 'auc', a: { group: 'v1' }, b: { class: 1 } });
    expect(model.contrast?.a).toEqual({ group: 'v1' });
    store.update(v => ({ ...v, groups: [] }));
    expect(model.contrast).toEqual(contrastOf(store.info, store.view));
  });
});

it('One layer alone is asked when one is chosen, and corrects p for its own neurons', async () => {
  const { model, store } = await modelOf('tiny.ndiv');
  const [{ divergence, a, b }] = golden.compared;
  model.compare({ divergence, a, b });
  model.lookAt('dense_2');
  await answered(model);
  const found = rows({ findings: model.findings() });
  expect(new Set(found.map(f => f.layer))).toEqual(new Set([2]));
  const tested = store.info.layers[2].neurons;
  const largest = Math.max(...found.map(f => f.p));
  expect(found.find(f => f.p === largest)?.corrected).toBe(largest);
  const [first] = [...found].sort((x, y) => x.p - y.p);
  expect(first.corrected).toBeLessThanOrEqual(first.p * tested);
});

it('The table says what was compared', async () => {
  const { model, store } = await modelOf('tiny.ndiv');
  const [{ divergence, a, b, most }] = golden.compared;
  model.compare({ divergence, a, b });
  await answered(model);
  store.update(v => toggleMarked(v, 'dense_2', 5));
  const { contrast, question } = model;
  const text = findingsTable(
    model.findings(),
    question,
    contrast,
    store.info,
    store.view
  );
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(most.length + 1);
  expect(lines[0]).toBe(
    'rank,layer,neuron,name,marked,AUC of cat -> dog,largest error,from,median of cat,median of dog,p (Mann-Whitney),p (Benjamini-Hochberg)'
  );
  expect(lines[1]).toMatch(/^1,dense_2,5,unit 5,true,0\.87529411764/);
});

describe('Whatever the numbers', () => {
  const numbers = fc.array(
    fc.oneof(fc.double({ min: 0, max: 1 }), fc.constant(NaN)),
    { maxLength: 20 }
  );

  it('every neuron with a value is listed once, the furthest from neutral first', () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 4 }), layers => {
        const evidence = layers.map((values, layer): Evidence => ({
          layer: 2 * layer,
          compared: {
            values: Float64Array.from(values),
            bounds: new Float64Array(values.length),
            p: null,
            from: 'values'
          },
          quartiles: null,
          singled: null
        }));
        const findings = findingsOf(evidence, 'most', 'auc');
        const found = rows({ findings });
        const places = found.map(f => `${f.layer}:${f.neuron}`);
        expect(new Set(places).size).toBe(found.length);
        expect(found).toHaveLength(
          layers.flat().filter(v => !Number.isNaN(v)).length
        );
        for (const { layer, neuron, value } of found) {
          expect(value).toBe(layers[layer / 2][neuron]);
        }
        found.slice(1).forEach(({ value }, k) => {
          expect(Math.abs(value - 0.5)).toBeLessThanOrEqual(
            Math.abs(found[k].value - 0.5)
          );
        });
      })
    );
  });

  it('no class is further from the rest than the one singled out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain(neurons =>
          fc.tuple(
            fc.constant(neurons),
            fc.array(
              fc.array(
                fc.oneof(fc.double({ min: 0, max: 1 }), fc.constant(NaN)),
                {
                  minLength: neurons,
                  maxLength: neurons
                }
              ),
              { maxLength: 5 }
            )
          )
        ),
        ([neurons, table]) => {
          const { classes, values, bounds } = singledOut(
            {
              values: Float64Array.from(table.flat()),
              bounds: Float64Array.from(table.flat(), (_, at) => at)
            },
            neurons
          );
          for (let j = 0; j < neurons; j++) {
            const own = table.map(row => Math.abs(row[j] - 0.5));
            const known = own.filter(d => !Number.isNaN(d));
            if (known.length === 0) {
              expect(classes[j]).toBe(-1);
            } else {
              expect(values[j]).toBe(table[classes[j]][j]);
              expect(bounds[j]).toBe(classes[j] * neurons + j);
              expect(own[classes[j]]).toBe(Math.max(...known));
            }
          }
        }
      )
    );
  });
});
