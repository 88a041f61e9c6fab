import { TimeoutError, UnavailableError } from '../core/errors';

/** A worker under watch. */
export type Line = {
  /**
   * The answer, unless the worker fails, is stopped, or `limitMs` pass without answer or notice: then it
   * is stopped.
   */
  within<T>(limitMs: number, answer: Promise<T>): Promise<T>;
  /** The worker waits for something slow, and it comes: all limits start again. */
  notice(): void;
  /** Whether the worker lives, and has answered all. */
  readonly isIdle: boolean;
  /** Ends the worker; open and later questions reject. */
  stop(reason: string): void;
};

type Waiting = {
  readonly giveUp: (error: Error) => void;
  readonly restart: () => void;
};

/** Watches a worker. `onEnd` is called when it is stopped, for whatever reason. */
export function watch(worker: Worker, onEnd: () => void): Line {
  const waiting = new Set<Waiting>();
  let failure: Error | null = null;

  function fail(error: Error): void {
    failure ??= error;
    worker.terminate();
    onEnd();
    for (const { giveUp } of waiting) {
      giveUp(failure);
    }
    waiting.clear();
  }

  worker.addEventListener('error', event =>
    fail(new UnavailableError(`the worker failed: ${event.message}`, 'worker'))
  );

  function within<T>(limitMs: number, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      const start = () =>
        setTimeout(
          () => fail(new TimeoutError(`no answer in ${limitMs / 1000} s`)),
          limitMs
        );
      let timer = start();
      const entry = {
        giveUp(error: Error) {
          clearTimeout(timer);
          reject(error);
        },
        restart() {
          clearTimeout(timer);
          timer = start();
        }
      };
      waiting.add(entry);
      answer.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        waiting.delete(entry);
      });
    });
  }

  return {
    within,
    get isIdle() {
      return failure === null && waiting.size === 0;
    },
    notice: () => waiting.forEach(({ restart }) => restart()),
    stop: reason => fail(new UnavailableError(reason, 'closed'))
  };
}
