import type { Estimates } from './compare';

/** What may take long, with a break after some neurons. */
export type Steps = Generator<undefined, Estimates>;

/** A break after so many neurons. */
export const NEURONS_A_STEP = 512;

/** All of it without breaks. */
export function allOf(steps: Steps): Estimates {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}
