import { wrap } from 'comlink';
import { FINE_BINS, type Distribution } from '../core/distribution';
import { TimeoutError, UnavailableError } from '../core/errors';
import { keepRecent } from '../core/recent';
import { accept, type Answer } from './answer';
import { createEngine } from './engine';
import type { Carried, IEngine, RecordingInfo } from './protocol';
import type { Served } from './serve';
import { spawnWorker } from './spawn';
import { browserPorts } from './unpack';

export type ClientOptions = {
  /** The worker is stopped when an answer takes longer. */
  readonly watchdogMs?: number;
  /** The engine runs in place when the worker has not started by then. */
  readonly startMs?: number;
  readonly spawn?: () => Worker;
};

/** Distributions are kept up to this much. */
const KEPT_BUDGET_BYTES = 2 ** 28;

/**
 * An engine in a worker, started at the first question; in place when no worker can start.
 * Answers are kept, so asking twice costs nothing. An answer that takes too long stops the
 * worker and rejects with a TimeoutError; `open` always starts afresh.
 */
export function connectEngine(options: ClientOptions = {}): IEngine {
  const kept = keepRecent<string, Promise<Distribution>>(KEPT_BUDGET_BYTES);
  let engine: Promise<IEngine> | null = null;
  let info: RecordingInfo | null = null;
  let isDisposed = false;

  async function connected(): Promise<IEngine> {
    engine ??= startEngine(options);
    const started = await engine;
    if (isDisposed) {
      started.dispose();
      throw new UnavailableError('the recording was closed');
    }
    return started;
  }

  function disconnect(): void {
    kept.clear();
    void engine?.then(started => started.dispose());
    engine = null;
  }

  async function open(carried: Carried) {
    disconnect();
    info = await (await connected()).open(carried);
    return info;
  }

  function distribution(...asked: Parameters<IEngine['distribution']>) {
    const key = asked.join();
    const neurons = info?.layers.at(asked[0])?.neurons ?? 0;
    // Counts are most of it, of two or four bytes.
    return kept.get(key, neurons * FINE_BINS * 4, () => {
      const answered = connected().then(started =>
        started.distribution(...asked)
      );
      answered.catch(() => kept.drop(key));
      return answered;
    });
  }

  function dispose(): void {
    isDisposed = true;
    disconnect();
  }

  return { open, distribution, dispose };
}

async function startEngine(options: ClientOptions): Promise<IEngine> {
  try {
    return await remoteEngine(options);
  } catch {
    // For example a content security policy without `worker-src`: slower, yet it works.
    return createEngine(browserPorts);
  }
}

/** An engine in a new worker. Rejects when the worker does not start. */
async function remoteEngine({
  watchdogMs = 60_000,
  startMs = 10_000,
  spawn = spawnWorker
}: ClientOptions): Promise<IEngine> {
  const worker = spawn();
  const line = watch(worker);
  const remote = wrap<Served>(worker);
  try {
    await line.within(startMs, remote.hello());
  } catch (error) {
    line.stop('the worker did not start');
    throw error;
  }
  return {
    open: async carried =>
      accept(
        await line.within<Answer<RecordingInfo>>(
          watchdogMs,
          remote.open(carried)
        )
      ),
    distribution: async (...asked) =>
      accept(
        await line.within<Answer<Distribution>>(
          watchdogMs,
          remote.distribution(...asked)
        )
      ),
    dispose: () => line.stop('the recording was closed')
  };
}

/** A worker under watch. */
type Line = {
  /** The answer, unless the worker fails, is stopped, or takes longer than `limitMs`: then it is stopped. */
  within<T>(limitMs: number, answer: Promise<T>): Promise<T>;
  /** Ends the worker; open and later questions reject. */
  stop(reason: string): void;
};

function watch(worker: Worker): Line {
  const waiting = new Set<(error: Error) => void>();
  let failure: Error | null = null;

  function fail(error: Error): void {
    failure ??= error;
    worker.terminate();
    for (const giveUp of waiting) {
      giveUp(failure);
    }
    waiting.clear();
  }

  worker.addEventListener('error', event =>
    fail(new UnavailableError(`the worker failed: ${event.message}`))
  );

  function within<T>(limitMs: number, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (failure !== null) {
        reject(failure);
        return;
      }
      const timer = setTimeout(
        () => fail(new TimeoutError(`no answer in ${limitMs / 1000} s`)),
        limitMs
      );
      const giveUp = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      waiting.add(giveUp);
      answer.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        waiting.delete(giveUp);
      });
    });
  }

  return { within, stop: reason => fail(new UnavailableError(reason)) };
}
