import type { Urgency } from './protocol';

/** A question that several may ask. */
export type Question<T> = {
  /** Its answer; rejects with the reason of `signal` when that is aborted. Asking again makes it the newest. */
  answer(signal?: AbortSignal, urgency?: Urgency): Promise<T>;
};

/** Questions that wait for their turn. */
export type Questions = {
  /**
   * A question that `ask` puts when it is its turn; `onLost` is called when it failed, or when all who asked
   * went before.
   */
  question<T>(ask: () => Promise<T>, onLost: () => void): Question<T>;
  /** What waits and what comes later rejects with `error`. */
  end(error: Error): void;
};

type Waiting = {
  urgency: Urgency;
  /** Questions asked at once have one number, later ones a larger one. */
  moment: number;
  put(): Promise<void>;
  reject(error: Error): void;
};

/** One is worked on, the next is there already. */
const OPEN_LIMIT = 2;

/**
 * The newest come first, those that were asked at once in their order; at most `openLimit` are open. One of these
 * places is kept free of what comes later, which may take long.
 */
export function newestFirst(openLimit = OPEN_LIMIT): Questions {
  const waiting = new Set<Waiting>();
  const momentOf = moments();
  const laterLimit = Math.max(1, openLimit - 1);
  let open = 0;
  let openLater = 0;
  let ended: Error | null = null;

  function putMore(): void {
    while (open < openLimit && waiting.size > 0) {
      const next = newest(waiting);
      const isLater = next.urgency === 'later' ? 1 : 0;
      if (openLater + isLater > laterLimit) {
        return;
      }
      waiting.delete(next);
      open += 1;
      openLater += isLater;
      void next.put().then(() => {
        open -= 1;
        openLater -= isLater;
        putMore();
      });
    }
  }

  function wait(entry: Waiting, urgency: Urgency): void {
    if (ended !== null) {
      entry.reject(ended);
      return;
    }
    const isUrgent = waiting.has(entry) && entry.urgency === 'now';
    entry.urgency = isUrgent ? 'now' : urgency;
    entry.moment = momentOf();
    waiting.delete(entry);
    waiting.add(entry);
    putMore();
  }

  function question<T>(ask: () => Promise<T>, onLost: () => void) {
    const { promise, resolve, reject } = deferred<T>();
    let askers = 0;
    let isAsked = false;
    const entry: Waiting = {
      urgency: 'later',
      moment: 0,
      put: () => ask().then(resolve, reject),
      reject
    };
    promise.catch(onLost);

    function leave(): void {
      askers -= 1;
      if (askers === 0 && waiting.delete(entry)) {
        isAsked = false;
        onLost();
      }
    }

    return {
      async answer(signal?: AbortSignal, urgency: Urgency = 'now') {
        signal?.throwIfAborted();
        askers += 1;
        if (!isAsked || waiting.has(entry)) {
          isAsked = true;
          wait(entry, urgency);
        }
        return signal ? unlessAborted(promise, signal, leave) : promise;
      }
    };
  }

  function end(error: Error): void {
    ended = error;
    waiting.forEach(({ reject }) => reject(error));
    waiting.clear();
  }

  return { question, end };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

function newest(waiting: ReadonlySet<Waiting>): Waiting {
  return [...waiting].reduce((best, entry) => {
    const isLater = entry.moment > best.moment;
    return (entry.urgency === best.urgency ? isLater : entry.urgency === 'now')
      ? entry
      : best;
  });
}

/** A function that gives a larger number in each turn of the event loop's small tasks. */
function moments(): () => number {
  let moment = 0;
  let isOver = true;
  return () => {
    if (isOver) {
      isOver = false;
      moment += 1;
      void Promise.resolve().then(() => (isOver = true));
    }
    return moment;
  };
}

function unlessAborted<T>(
  answer: Promise<T>,
  signal: AbortSignal,
  onAbort: () => void
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      onAbort();
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    answer
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
