/** Work goes on for so long before others get a turn. */
const TURN_MS = 40;

/** Does what takes long step by step, so that other questions are answered in between. */
export async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  let sinceMs = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    if (performance.now() - sinceMs > TURN_MS) {
      await new Promise(resolve => setTimeout(resolve));
      sinceMs = performance.now();
    }
  }
}
