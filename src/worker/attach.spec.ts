import { fixtureBytes } from '../../tests/ts/fixtures';
import { ofClass } from '../../tests/ts/subsets';
import type { Distribution } from '../core/distribution';
import { MEMBERSHIPS } from '../core/recording';
import { createEngine } from './engine';
import type { Carried, RecordingInfo } from './protocol';
import { browserPorts } from './unpack';

const block = (name: string): Carried => ({
  kind: 'block',
  bytes: fixtureBytes(name)
});
const whole = block('tiny.ndiv');

async function idOf(carried: Carried): Promise<string> {
  return (await createEngine(browserPorts).open(carried)).id;
}

async function openedSummary() {
  const engine = createEngine(browserPorts);
  return { engine, info: await engine.open(block('tiny.summary.ndiv')) };
}

/** The bytes of a fixture with other text of the same length in its header. */
function edited(name: string, text: string, other: string): Carried {
  expect(other).toHaveLength(text.length);
  const bytes = Buffer.from(fixtureBytes(name));
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes.write(other, at);
  return { kind: 'block', bytes: Uint8Array.from(bytes) };
}

test('a model is found where it is', async () => {
  const file = block('model.keras.ndiv');
  const engine = createEngine(browserPorts);
  const info = await engine.open(
    edited('model.keras.ndiv', 'tfjs-layers', 'TFJS-layers')
  );
  expect([info.model, await engine.model()]).toEqual([null, null]);
  const now = await engine.attach(file, info.id);
  const model = await engine.model();
  expect(model?.values.byteLength).toBe(now.model?.weightBytes);
  expect(model).toEqual(await engine.model());
});

describe('a summary whose activations are attached', () => {
  test('is known to hold activations, and its classes by every membership', async () => {
    const { engine, info } = await openedSummary();
    expect(info.classSizes.prediction).toBeNull();
    const raw = await createEngine(browserPorts).open(whole);
    const now = await engine.attach(whole, await idOf(whole));
    expect(now.id).toBe(info.id);
    expect(now.reduced).toBe(info.reduced);
    expect(now.classSizes).toEqual(raw.classSizes);
    expect(now.layers).toEqual(raw.layers);
  });

  test('answers by every membership as the activations do', async () => {
    const { engine, info } = await openedSummary();
    await engine.attach(whole, await idOf(whole));
    const raw = createEngine(browserPorts);
    await raw.open(whole);
    for (const asked of questions(info)) {
      const [answer, expected] = await Promise.all([
        engine.distribution(...asked),
        raw.distribution(...asked)
      ]);
      expectSame(answer, expected);
    }
  });

  test('may be attached twice', async () => {
    const { engine } = await openedSummary();
    const id = await idOf(whole);
    const [first, second] = await Promise.all([
      engine.attach(whole, id),
      engine.attach(whole, id)
    ]);
    expect(second).toEqual(first);
    expect((await engine.distribution(0, ofClass(0, 'correct'))).exact).toBe(
      true
    );
  });
});

function questions(info: RecordingInfo) {
  return MEMBERSHIPS.flatMap(membership =>
    info.layers.flatMap((_, layer) =>
      info.classes.map((_, g) => [layer, ofClass(g, membership)] as const)
    )
  );
}

/** All is equal but the last bits of means, which Python sums in another order. */
function expectSame(answer: Distribution, expected: Distribution): void {
  expect({ ...answer, counts: [...answer.counts], mean: null }).toEqual({
    ...expected,
    counts: [...expected.counts],
    mean: null
  });
  answer.mean.forEach((mean, neuron) => {
    const error = Math.abs(mean - expected.mean[neuron]);
    expect(error <= 1e-12 * Math.max(1, Math.abs(mean)) || isNaN(mean)).toBe(
      true
    );
  });
}

describe('attaching what does not fit', () => {
  test.each<[string, Carried, object]>([
    [
      'another recording',
      block('tiny.npz.ndiv'),
      { tag: 'read', reason: 'changed' }
    ],
    [
      'a layer of another name',
      edited('tiny.ndiv', '\\"dense_1', '\\"dense_7'),
      { tag: 'decode', path: 'layers' }
    ],
    [
      'bytes that are cut',
      { kind: 'block', bytes: fixtureBytes('tiny.ndiv').slice(0, 5000) },
      { tag: 'decode' }
    ]
  ])('%s leaves all as it was', async (_, carried, error) => {
    const { engine, info } = await openedSummary();
    const id = await idOf(whole);
    await expect(engine.attach(carried, id)).rejects.toMatchObject(error);
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(
      info.classSizes.label?.[0]
    );
    await expect(
      engine.distribution(0, ofClass(0, 'prediction'))
    ).rejects.toMatchObject({ reason: 'membership' });
  });

  test('is refused while nothing is open', async () => {
    const engine = createEngine(browserPorts);
    await expect(engine.attach(whole, await idOf(whole))).rejects.toMatchObject(
      { tag: 'unavailable', reason: 'closed' }
    );
  });
});
