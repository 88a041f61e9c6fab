import fc from 'fast-check';
import { ModelError, UnavailableError } from '../../core/errors';
import type { AttackOrder, AttackProgress, Picture } from '../engine';
import { attack } from './attack';
import type { Attacked } from './attacked';

/** Scores are weights times pictures, softly; `weights` [classes][values of a picture]. */
function linear(
  picture: Picture,
  weights: readonly (readonly number[])[],
  bias: readonly number[] = weights.map(() => 0)
): Attacked & { readonly batches: number[] } {
  const size = picture.height * picture.width * picture.channels;
  const batches: number[] = [];
  const rows = (pixels: Uint8Array | Float32Array) =>
    Array.from({ length: pixels.length / size }, (_, i) => {
      const one = [...pixels.subarray(i * size, (i + 1) * size)];
      return softmax(
        weights.map((row, c) =>
          row.reduce((sum, w, at) => sum + (w * one[at]) / 255, bias[c])
        )
      );
    });
  return {
    batches,
    picture,
    classes: weights.length,
    atOnce: 50,
    async probabilities(pixels) {
      batches.push(pixels.length / size);
      return Float32Array.from(rows(pixels).flat());
    },
    async slope(pixels, { label, target }) {
      const all = rows(pixels);
      const one = target ?? label;
      const sign = target === null ? 1 : -1;
      return {
        confidences: Float32Array.from(all, row => row[one]),
        uphill: Float32Array.from(
          all.flatMap(row =>
            weights[0].map((_, at) =>
              weights.reduce(
                (sum, w, c) =>
                  sum +
                  sign *
                    w[at] *
                    (c === one ? -1 : row[c] / Math.max(1 - row[one], 1e-9)),
                0
              )
            )
          )
        )
      };
    }
  };
}

function softmax(scores: number[]): number[] {
  const most = Math.max(...scores);
  const all = scores.map(score => Math.exp(score - most));
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map(value => value / sum);
}

const never = new AbortController().signal;
const silent = { report: () => undefined, signal: never };
const SEARCH = {
  kind: 'pixels',
  count: 1,
  population: 20,
  generations: 10,
  seed: 1,
  label: 0,
  target: null
} as const;

const channelsOf = fc.constantFrom<Picture['channels']>(1, 3, 4);
/** A picture, and a model of three classes. */
const cases = fc
  .record({
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    channels: channelsOf
  })
  .chain(picture => {
    const size = picture.height * picture.width * picture.channels;
    const weight = fc.double({ min: -3, max: 3, noNaN: true });
    return fc.record({
      picture: fc.constant(picture),
      original: fc.uint8Array({ minLength: size, maxLength: size }),
      weights: fc.array(
        fc.array(weight, { minLength: size, maxLength: size }),
        { minLength: 3, maxLength: 3 }
      ),
      seed: fc.integer(),
      target: fc.constantFrom(null, 1, 2)
    });
  });

function changedPixels(
  pixels: Uint8Array,
  original: Uint8Array,
  { channels }: Picture
): number {
  const changed = new Set<number>();
  pixels.forEach((value, i) => {
    if (value !== original[i]) {
      changed.add(Math.floor(i / channels));
      expect(channels === 4 && i % 4 === 3).toBe(false);
    }
  });
  return changed.size;
}

async function hasGoal(
  model: Attacked,
  pixels: Uint8Array,
  { label, target }: AttackOrder
): Promise<boolean> {
  const row = await model.probabilities(pixels);
  const found = row.indexOf(Math.max(...row));
  return target === null ? found !== label : found === target;
}

describe('some pixels that are changed', () => {
  test('are no more than allowed, the same for a seed, and a success where the class is another', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.integer({ min: 1, max: 4 }),
        async ({ picture, original, weights, seed, target }, count) => {
          const model = linear(picture, weights);
          const most = picture.height * picture.width;
          const order = {
            ...SEARCH,
            seed,
            target,
            count: Math.min(count, most)
          };
          const once = await attack(model, original, order, silent);
          const { pixels, probabilities, success, ended } = once;
          expect(changedPixels(pixels, original, picture)).toBeLessThanOrEqual(
            order.count
          );
          expect(await model.probabilities(pixels)).toEqual(probabilities);
          expect(success).toEqual([await hasGoal(model, pixels, order)]);
          expect(ended).toBe(success[0] ? 'goal' : 'all');
          expect(once.certificate).toBeNull();
          expect(await attack(model, original, order, silent)).toEqual(once);
        }
      ),
      { numRuns: 60 }
    );
  });

  test('come as near to the goal as the best of all that could be changed', async () => {
    const picture = { height: 4, width: 4, channels: 1 } as const;
    const original = new Uint8Array(16).fill(100);
    // The class to leave is sure: no pixel is enough, and pixel 6 at 0 is best.
    const weights = [
      Array.from({ length: 16 }, (_, i) => (i === 6 ? 2 : (i % 5) / 5)),
      new Array<number>(16).fill(0)
    ];
    const model = linear(picture, weights, [9, 0]);
    const all = await attack(
      model,
      original,
      { kind: 'exhaustive', levels: 256, label: 0, target: null },
      silent
    );
    const found = await attack(
      model,
      original,
      { ...SEARCH, population: 100, generations: 75 },
      silent
    );
    expect([...all.pixels]).toEqual([
      ...original.map((value, i) => (i === 6 ? 0 : value))
    ]);
    expect(found.pixels).toEqual(all.pixels);
    expect(found.evaluations).toBe(1 + 100 * 76);
  });

  test('are told while they are tried: every one, with what the model says', async () => {
    const picture = { height: 2, width: 3, channels: 3 } as const;
    const told: AttackProgress[] = [];
    const model = linear(
      picture,
      [new Array<number>(18).fill(0), new Array<number>(18).fill(0)],
      [1, 0]
    );
    const { evaluations } = await attack(
      model,
      new Uint8Array(18),
      { ...SEARCH, count: 2 },
      { ...silent, report: progress => told.push(progress) }
    );
    const tried = told.flatMap(({ tried: { pixels } }) => [...pixels]);
    expect(tried).toHaveLength(2 * (evaluations - 1));
    expect(new Set(tried)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(told.at(-1)).toMatchObject({ step: 10, of: 10, evaluations });
    expect(told.at(-1)?.confidence).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });

  test('of a picture that is called something else already are none', async () => {
    const model = linear({ height: 1, width: 1, channels: 1 }, [[0], [1]]);
    const original = Uint8Array.of(200);
    expect(await attack(model, original, SEARCH, silent)).toMatchObject({
      pixels: original,
      success: [true],
      evaluations: 1,
      ended: 'goal'
    });
  });
});

describe('a search of all pixels', () => {
  const picture = { height: 3, width: 2, channels: 1 } as const;
  const order = {
    kind: 'exhaustive',
    levels: 256,
    label: 0,
    target: null
  } as const;
  const weights = [
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 1]
  ];

  test('finds the only pixel that is enough', async () => {
    const model = linear(picture, weights, [0.998, 0]);
    const found = await attack(model, new Uint8Array(6), order, silent);
    expect([...found.pixels]).toEqual([0, 0, 0, 0, 0, 255]);
    expect(found.success).toEqual([true]);
    expect(found.certificate).toBeNull();
  });

  test('proves that there is none', async () => {
    const model = linear(picture, weights, [1.005, 0]);
    const found = await attack(model, new Uint8Array(6), order, silent);
    expect(found).toMatchObject({
      success: [false],
      ended: 'all',
      certificate: { levels: 256 },
      evaluations: 1 + 6 * 256
    });
  });

  test('of colours takes some levels of each channel', async () => {
    const size = { height: 1, width: 2, channels: 4 } as const;
    const model = linear(size, [new Array<number>(8).fill(0)], [0]);
    const found = await attack(
      model,
      new Uint8Array(8),
      { ...order, levels: 3 },
      silent
    );
    expect(found).toMatchObject({
      evaluations: 1 + 2 * 27,
      certificate: { levels: 3 }
    });
    await expect(
      attack(model, new Uint8Array(8), order, silent)
    ).rejects.toThrow(UnavailableError);
  });
});

describe('a picture that goes uphill', () => {
  test('in one step is the picture and the signs of the gradient', async () => {
    const picture = { height: 1, width: 3, channels: 1 } as const;
    const model = linear(picture, [
      [1, -1, 0],
      [0, 2, 0]
    ]);
    const original = Uint8Array.of(100, 250, 30);
    const { pixels } = await attack(
      model,
      original,
      { kind: 'fgsm', strengths: [0, 2.5, 10], label: 0, target: null },
      silent
    );
    expect([...pixels]).toEqual([100, 250, 30, 98, 252, 30, 90, 255, 30]);
    const back = await attack(
      model,
      original,
      { kind: 'fgsm', strengths: [10], label: 1, target: 0 },
      silent
    );
    expect([...back.pixels]).toEqual([110, 240, 30]);
  });

  test('stays within its bound and 8 bits, and tells whether the class is another', async () => {
    const strength = fc.double({ min: 0, max: 255, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.array(strength, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('fgsm' as const, 'pgd' as const),
        async (
          { picture, original, weights, seed, target },
          strengths,
          kind
        ) => {
          const model = linear(picture, weights);
          const order: AttackOrder = {
            ...(kind === 'fgsm'
              ? { kind, strengths }
              : { kind, strengths, seed, steps: 5, stepSize: 0.5 }),
            label: 0,
            target
          };
          const once = await attack(model, original, order, silent);
          expect(once.pixels).toHaveLength(strengths.length * original.length);
          for (const [k, bound] of strengths.entries()) {
            const pixels = once.pixels.slice(
              k * original.length,
              (k + 1) * original.length
            );
            changedPixels(pixels, original, picture);
            pixels.forEach((value, i) =>
              expect(Math.abs(value - original[i])).toBeLessThanOrEqual(bound)
            );
            expect(once.success[k]).toBe(await hasGoal(model, pixels, order));
          }
          expect(await attack(model, original, order, silent)).toEqual(once);
        }
      ),
      { numRuns: 60 }
    );
  });

  test('in many steps arrives at the edge of a bound where it is steepest', async () => {
    const picture = { height: 1, width: 2, channels: 3 } as const;
    const model = linear(picture, [
      [1, -1, 1, -1, 1, -1],
      [0, 0, 0, 0, 0, 0]
    ]);
    const original = new Uint8Array(6).fill(100);
    const { pixels, evaluations } = await attack(
      model,
      original,
      {
        ...{ kind: 'pgd', strengths: [8, 20], steps: 10, stepSize: 0.25 },
        ...{ seed: 3, label: 0, target: null }
      },
      silent
    );
    const at = (by: number) => [0, 1, 2].flatMap(() => [100 - by, 100 + by]);
    expect([...pixels]).toEqual([...at(8), ...at(20)]);
    expect(evaluations).toBe(22);
  });
});

test.each<AttackOrder>([
  { ...SEARCH, generations: 1000 },
  { kind: 'exhaustive', levels: 256, label: 0, target: null },
  {
    ...{ kind: 'pgd', strengths: [1], steps: 1000, stepSize: 0.1 },
    ...{ seed: 1, label: 0, target: null }
  }
])('an attack that is withdrawn ends within one batch: $kind', async order => {
  const picture = { height: 8, width: 8, channels: 1 } as const;
  const none = new Array<number>(64).fill(0);
  const model = linear(picture, [none, none], [1, 0]);
  const ending = new AbortController();
  let batches = 0;
  const outcome = await attack(model, new Uint8Array(64), order, {
    signal: ending.signal,
    report: () => {
      ending.abort();
      batches ||= model.batches.length;
    }
  });
  expect(outcome).toMatchObject({
    ended: 'aborted',
    success: [false],
    certificate: null
  });
  expect(model.batches.length - batches).toBeLessThanOrEqual(1);
});

test.each<[Partial<AttackOrder>, string]>([
  [{ label: 2 }, 'invalid label: 2 (from 0 to 1)'],
  [{ target: -1 }, 'invalid target: -1 (from 0 to 1)'],
  [{ count: 5 }, 'invalid count: 5 (from 1 to 4)'],
  [{ count: 1.5 }, 'invalid count: 1.5 (from 1 to 4)'],
  [{ population: 3 }, 'invalid population: 3 (from 4 to 65536)'],
  [{ kind: 'exhaustive', levels: 1 }, 'invalid levels: 1 (from 2 to 256)'],
  [
    { kind: 'fgsm', strengths: [] },
    'invalid number of strengths: 0 (from 1 to 256)'
  ],
  [{ kind: 'fgsm', strengths: [NaN] }, 'invalid strength: NaN (from 0 to 255)']
])('an attack that cannot be made says why: %j', async (change, message) => {
  const picture = { height: 2, width: 2, channels: 1 } as const;
  const model = linear(picture, [
    [0, 0, 0, 0],
    [0, 0, 0, 0]
  ]);
  const order = { ...SEARCH, ...change } as AttackOrder;
  const failure = attack(model, new Uint8Array(4), order, silent);
  await expect(failure).rejects.toThrow(ModelError);
  await expect(failure).rejects.toThrow(message);
});
