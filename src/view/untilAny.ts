/** Runs `work` with a signal that is aborted when one of `signals` is. */
export async function untilAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const signal of signals) {
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
  }
  try {
    return await work(controller.signal);
  } finally {
    signals.forEach(signal => signal.removeEventListener('abort', stop));
  }
}
