/** Work goes on for so long before others get a turn. */
const TURN_MS = 40;

/** Does what takes long step by step, so that other questions are answered in between. */
export async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  const others = takeTurns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    await others();
  }
}

/** To be awaited between the steps of what takes long: gives others a turn when it is time. */
export function takeTurns(): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs > TURN_MS) {
      await new Promise(resolve => setTimeout(resolve));
      sinceMs = performance.now();
    }
  };
}
