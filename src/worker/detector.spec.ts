import { fixtureBytes } from '../../tests/ts/fixtures';
import type { ByKind } from '../core/detector/kinds';
import { kindsOf, splitBy } from '../core/detector/kinds';
import { LAYER_SCORES, type Score } from '../core/detector/score';
import { createEngine } from './engine';
import type { DetectorOf, IEngine, RecordingInfo } from './protocol';
import { browserPorts } from './unpack';

type Told = {
  readonly numbers: readonly (readonly number[])[];
  readonly above: number;
  readonly benign: number;
  readonly correct: number;
  readonly misclassified: number;
  readonly natural: number;
};

const golden = JSON.parse(
  new TextDecoder().decode(fixtureBytes('detector.json'))
) as { readonly layers: readonly (readonly Told[])[]; readonly doubt: Told };

async function opened(
  name: string
): Promise<{ engine: IEngine; info: RecordingInfo }> {
  const engine = createEngine(browserPorts);
  const info = await engine.open({ kind: 'block', bytes: fixtureBytes(name) });
  return { engine, info };
}

function expectAreas(found: Score, told: Told): void {
  const pairs: [number | undefined, number][] = [
    [found.divergesMore?.value, told.above],
    [found.areas.benign?.value, told.benign],
    [found.areas.correct?.value, told.correct],
    [found.areas.misclassified?.value, told.misclassified],
    [found.misclassifiedCorrect?.value, told.natural]
  ];
  for (const [value, expected] of pairs) {
    expect(Math.abs((value ?? NaN) - expected)).toBeLessThanOrEqual(1e-9);
  }
}

test('of a file sorted by label every layer, and all together, are as scikit-learn has them', async () => {
  const { engine, info } = await opened('tiny.pairs.ndiv');
  const asked: DetectorOf[] = [...info.layers.keys(), 'layers'];
  for (const [at, of] of asked.entries()) {
    const { scores, drawn, confidences } = await engine.detector(of);
    expect(drawn).toEqual({ resamples: 1000, seed: 0 });
    expect(confidences).toBeNull();
    expect(scores.map(({ key }) => key)).toEqual(LAYER_SCORES);
    scores.forEach((score, k) => expectAreas(score, golden.layers[at][k]));
  }
});

test('1 − max-softmax is found in the layer that holds probabilities', async () => {
  const { engine } = await opened('tiny.pairs.ndiv');
  const { scores, confidences } = await engine.detector('confidence');
  expect(confidences).toEqual({ from: 'layer', layer: 'softmax' });
  expect(scores.map(({ key }) => key)).toEqual(['doubt']);
  expectAreas(scores[0], golden.doubt);
  const [attacked, , misclassified, correct] = golden.doubt.numbers;
  expect(scores[0].images).toEqual({
    attacked: attacked.length,
    benign: attacked.length,
    misclassified: misclassified.length,
    correct: correct.length
  } satisfies ByKind<number>);
});

test('intervals hold the areas', async () => {
  const { engine } = await opened('tiny.pairs.ndiv');
  const { scores } = await engine.detector('layers');
  for (const { areas, divergesMore } of scores) {
    for (const found of [...Object.values(areas), divergesMore]) {
      expect(found!.low).toBeLessThanOrEqual(found!.value);
      expect(found!.high).toBeGreaterThanOrEqual(found!.value);
    }
  }
});

test('without single activations, pairs or labels it says what is missing', async () => {
  const summary = await opened('tiny.summary.ndiv');
  await expect(summary.engine.detector(0)).rejects.toMatchObject({
    reason: 'values'
  });
  const archive = await opened('tiny.npz.ndiv');
  await expect(archive.engine.detector(0)).rejects.toMatchObject({
    reason: 'pairs'
  });
  const halves = await opened('tiny.f16.ndiv');
  await expect(halves.engine.detector('confidence')).rejects.toMatchObject({
    reason: 'pairs'
  });
  await expect(halves.engine.detector(9)).rejects.toMatchObject({
    reason: 'unknown'
  });
});

test('a recording with one pair has numbers without intervals', async () => {
  const { engine } = await opened('tiny.sorted.ndiv');
  const { scores } = await engine.detector(1);
  expect(scores[0].areas.benign).toMatchObject({ of: 1, low: NaN });
  // Instances have confidences there, samples have none.
  const doubt = (await engine.detector('confidence')).scores[0];
  expect(doubt.areas.benign?.value).toBe(1);
  expect(doubt.areas.correct).toBeNull();
});

test('numbers of kinds are those of their places', () => {
  const instance = (role: 'benign' | 'attacked', sample: number | null) => ({
    id: role,
    name: role,
    role,
    pair: 'p0',
    label: 0,
    prediction: 1,
    confidence: null,
    sample,
    image: null
  });
  const kinds = kindsOf(
    [instance('benign', 0), instance('attacked', 3)],
    Int32Array.of(0, 1, -1, 1, 1),
    Int32Array.of(0, 0, 1, 1, -1)
  );
  expect(
    splitBy(kinds, Float64Array.of(7, 8), Float64Array.of(0, 1, 2, 3, 4))
  ).toEqual({
    attacked: Float64Array.of(8),
    benign: Float64Array.of(7),
    misclassified: Float64Array.of(1),
    correct: Float64Array.of(0)
  });
});
