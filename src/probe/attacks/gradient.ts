import { generator } from '../../core/random';
import { takeTurns } from '../../worker/turns';
import type { AttackGoal, AttackOutcome, GradientAttack } from '../engine';
import { colorsOf, isReached, type Attacked, type Slope } from './attacked';
import type { Listener } from './trials';

/** All values of a picture move uphill, at most by each of the strengths: one picture for each. */
export async function attackUphill(
  attacked: Attacked,
  original: Uint8Array,
  order: AttackGoal & GradientAttack,
  { report, signal }: Listener
): Promise<AttackOutcome> {
  const { strengths } = order;
  const [steps, stepSize] =
    order.kind === 'fgsm' ? [1, 1] : [order.steps, order.stepSize];
  const bounds = strengths.map(strength => boundsOf(original, strength));
  const size = original.length;
  const moving = new Float32Array(strengths.length * size);
  const random = order.kind === 'pgd' ? generator(order.seed) : () => 0.5;
  const isMoved = isColor(attacked);
  moveEach((_, i, strength) =>
    isMoved(i) ? original[i] + strength * (2 * random() - 1) : original[i]
  );
  const others = takeTurns();
  let evaluations = 0;
  for (let step = 1; step <= steps && !signal.aborted; step++) {
    const { uphill, confidences } = await slopeOf(attacked, moving, order);
    moveEach((at, i, strength) =>
      isMoved(i)
        ? moving[at] + strength * stepSize * Math.sign(uphill[at])
        : moving[at]
    );
    evaluations += strengths.length;
    const last = strengths.length - 1;
    report({
      step,
      of: steps,
      evaluations,
      pixels: whole(last),
      confidence: confidences[last],
      tried: { pixels: new Uint32Array(0), confidences: new Float32Array(0) }
    });
    await others();
  }

  /** `to` gets the place of a value among all, its place in the picture, and the strength. */
  function moveEach(
    to: (at: number, i: number, strength: number) => number
  ): void {
    for (const [k, strength] of strengths.entries()) {
      const [low, high] = bounds[k];
      for (let i = 0; i < size; i++) {
        const at = k * size + i;
        moving[at] = Math.min(Math.max(to(at, i, strength), low[i]), high[i]);
      }
    }
  }

  /** The picture of a strength in 8 bits, which are within the bound as well. */
  function whole(k: number): Uint8Array {
    const [low, high] = bounds[k];
    return Uint8Array.from({ length: size }, (_, i) =>
      Math.min(
        Math.max(Math.round(moving[k * size + i]), Math.ceil(low[i])),
        Math.floor(high[i])
      )
    );
  }

  const pixels = new Uint8Array(moving.length);
  strengths.forEach((_, k) => pixels.set(whole(k), k * size));
  const probabilities = await attacked.probabilities(pixels);
  const success = strengths.map((_, k) =>
    isReached(
      probabilities.subarray(k * attacked.classes, (k + 1) * attacked.classes),
      order
    )
  );
  return {
    pixels,
    probabilities,
    success,
    evaluations: evaluations + strengths.length,
    ended: success.includes(true) ? 'goal' : signal.aborted ? 'aborted' : 'all',
    certificate: null
  };
}

type Bounds = readonly [low: Float64Array, high: Float64Array];

function boundsOf(original: Uint8Array, strength: number): Bounds {
  return [
    Float64Array.from(original, value => Math.max(value - strength, 0)),
    Float64Array.from(original, value => Math.min(value + strength, 255))
  ];
}

/** Whether a value of a picture is one of a colour. */
function isColor({ picture }: Attacked): (i: number) => boolean {
  return i => i % picture.channels < colorsOf(picture);
}

/** Of any number of pictures. */
async function slopeOf(
  attacked: Attacked,
  pixels: Float32Array,
  goal: AttackGoal
): Promise<Slope> {
  const { height, width, channels } = attacked.picture;
  const size = height * width * channels;
  const uphill = new Float32Array(pixels.length);
  const confidences = new Float32Array(pixels.length / size);
  const step = attacked.atOnce * size;
  for (let begin = 0; begin < pixels.length; begin += step) {
    const part = await attacked.slope(
      pixels.subarray(begin, begin + step),
      goal
    );
    uphill.set(part.uphill, begin);
    confidences.set(part.confidences, begin / size);
  }
  return { uphill, confidences };
}
