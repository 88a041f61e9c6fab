/**
 * `run` for those who look at the last answer alone: one input is run, one waits. An input that a newer one
 * replaced resolves to null.
 */
export function newestOnly<I, O>(
  run: (input: I) => Promise<O>
): (input: I) => Promise<O | null> {
  let running: Promise<unknown> = Promise.resolve();
  let newest = 0;
  return async input => {
    const turn = (newest += 1);
    const before = running;
    let done: () => void = () => undefined;
    await before;
    if (turn !== newest) {
      return null;
    }
    running = new Promise<void>(resolve => (done = resolve));
    try {
      return await run(input);
    } finally {
      done();
    }
  };
}
