import { UnavailableError } from '../../core/errors';
import type { AttackGoal, AttackOutcome, ExhaustiveSearch } from '../engine';
import { colorsOf, type Attacked } from './attacked';
import { Trials, type Edit, type Listener } from './trials';

/** More pictures take hours. */
const PICTURES_LIMIT = 2 ** 24;

/** Every pixel alone is given every colour: where none reaches the goal, none can. */
export async function searchAll(
  attacked: Attacked,
  original: Uint8Array,
  order: AttackGoal & ExhaustiveSearch,
  listener: Listener
): Promise<AttackOutcome> {
  const { picture } = attacked;
  const pixels = picture.height * picture.width;
  const colors = colorsOf(picture);
  const count = pixels * order.levels ** colors;
  if (count > PICTURES_LIMIT) {
    throw new UnavailableError(
      `${count} pictures are too many to try, the limit is ${PICTURES_LIMIT}`,
      'work'
    );
  }
  const trials = new Trials(attacked, original, order, pixels, listener);
  const all = colorsAt(order.levels, colors);
  await trials.start();
  while (trials.step < pixels && !trials.isOver) {
    const pixel = trials.step;
    const edits = all.map((color): Edit => ({
      pixels: [pixel],
      colors: color
    }));
    await trials.costs(edits);
    trials.step += trials.isOver ? 0 : 1;
  }
  trials.report();
  return trials.outcome({ levels: order.levels });
}

/** Every colour whose channels are some of `levels` values, evenly from 0 to 255. */
function colorsAt(levels: number, channels: number): readonly number[][] {
  const values = Array.from({ length: levels }, (_, i) =>
    Math.round((255 * i) / (levels - 1))
  );
  let colors: number[][] = [[]];
  for (let channel = 0; channel < channels; channel++) {
    colors = colors.flatMap(color => values.map(value => [...color, value]));
  }
  return colors;
}
