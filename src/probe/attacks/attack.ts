import { ModelError } from '../../core/errors';
import type { AttackOrder, AttackOutcome } from '../engine';
import type { Attacked } from './attacked';
import { searchAll } from './exhaustive';
import { attackUphill } from './gradient';
import { attackPixels } from './pixels';
import type { Listener } from './trials';

/** Attacks a model with a picture. Rejects with a ModelError where it cannot be done so. */
export async function attack(
  attacked: Attacked,
  original: Uint8Array,
  order: AttackOrder,
  listener: Listener
): Promise<AttackOutcome> {
  check(attacked, original, order);
  switch (order.kind) {
    case 'pixels':
      return attackPixels(attacked, original, order, listener);
    case 'exhaustive':
      return searchAll(attacked, original, order, listener);
    case 'fgsm':
    case 'pgd':
      return attackUphill(attacked, original, order, listener);
  }
}

function check(
  { picture, classes }: Attacked,
  original: Uint8Array,
  order: AttackOrder
): void {
  const { height, width, channels } = picture;
  if (original.length !== height * width * channels) {
    throw new ModelError(
      'input',
      `${original.length} values are no picture of ${height * width * channels}`
    );
  }
  const { label, target } = order;
  within('label', label, 0, classes - 1, true);
  if (target !== null) {
    within('target', target, 0, classes - 1, true);
  }
  switch (order.kind) {
    case 'pixels':
      within('count', order.count, 1, height * width, true);
      within('population', order.population, 4, 2 ** 16, true);
      within('generations', order.generations, 0, 2 ** 16, true);
      break;
    case 'exhaustive':
      within('levels', order.levels, 2, 256, true);
      break;
    case 'pgd':
      within('steps', order.steps, 1, 2 ** 16, true);
      within('step size', order.stepSize, 0, 256);
      checkStrengths(order.strengths);
      break;
    case 'fgsm':
      checkStrengths(order.strengths);
  }
}

function checkStrengths(strengths: readonly number[]): void {
  within('number of strengths', strengths.length, 1, 256, true);
  for (const strength of strengths) {
    within('strength', strength, 0, 255);
  }
}

function within(
  what: string,
  value: number,
  low: number,
  high: number,
  isWhole = false
): void {
  const isFine =
    value >= low && value <= high && (!isWhole || Number.isInteger(value));
  if (!isFine) {
    throw new ModelError(
      'attack',
      `invalid ${what}: ${value} (from ${low} to ${high})`
    );
  }
}
