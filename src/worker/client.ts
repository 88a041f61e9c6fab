import { transfer, wrap } from 'comlink';
import { FINE_BINS, type Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { keepRecent } from '../core/recent';
import type { Membership } from '../core/recording';
import { accept, type Answer } from './answer';
import { createEngine } from './engine';
import { throttled } from './progress';
import type {
  Carried,
  IEngine,
  OnProgress,
  Progress,
  RecordingInfo,
  Urgency
} from './protocol';
import { newestFirst, type Question } from './questions';
import type { Served } from './serve';
import { spawnWorker } from './spawn';
import { browserPorts } from './unpack';
import { watch } from './watch';

export type ClientOptions = {
  /** The worker is stopped when an answer takes longer, counted from the last progress of a download. */
  readonly watchdogMs?: number;
  /** The engine runs in place when the worker has not started by then. */
  readonly startMs?: number;
  readonly spawn?: () => Worker;
  /** Hears of downloads, ten times a second at most. */
  readonly onProgress?: OnProgress;
};

/** Distributions are kept up to this much in a page; what is on screen its store has as well. */
const KEPT_BUDGET_BYTES = 2 ** 26;
/** Statistics of a neuron, besides its counts. */
const STATISTICS_BYTES = 72;

/** The answers of all engines of this page, by engine and question. */
const kept = keepRecent<string, Question<Distribution>>(KEPT_BUDGET_BYTES);
let lastEngine = 0;

/**
 * An engine in a worker, started at the first question; in place when no worker can start.
 * Two questions at most are in the worker: others wait here, and the newest goes first. Answers are kept, so
 * asking twice costs nothing. An answer that takes too long stops the worker and rejects with a
 * TimeoutError; `open` always starts afresh.
 */
export function connectEngine(options: ClientOptions = {}): IEngine {
  const keys = `${(lastEngine += 1)}:`;
  let questions = newestFirst();
  let engine: Promise<IEngine> | null = null;
  let info: RecordingInfo | null = null;
  let isDisposed = false;

  async function connected(): Promise<IEngine> {
    if (!isDisposed) {
      engine ??= startEngine(options);
      const started = await engine;
      if (!isDisposed) {
        return started;
      }
    }
    throw closed();
  }

  function forget(): void {
    kept.clear(key => key.startsWith(keys));
  }

  function disconnect(): void {
    questions.end(closed());
    questions = newestFirst();
    forget();
    void engine?.then(started => started.dispose());
    engine = null;
  }

  async function open(carried: Carried) {
    disconnect();
    info = await (await connected()).open(carried);
    return info;
  }

  async function attach(carried: Carried, id: string) {
    info = await (await connected()).attach(carried, id);
    // What was measured from less may be better now.
    forget();
    return info;
  }

  async function distribution(
    layer: number,
    classIndex: number,
    membership: Membership,
    signal?: AbortSignal,
    urgency?: Urgency
  ) {
    const key = `${keys}${layer}:${classIndex}:${membership}`;
    const question = kept.get(key, sizeOf(info, layer), () =>
      questions.question(
        async () =>
          (await connected()).distribution(layer, classIndex, membership),
        () => kept.drop(key)
      )
    );
    return question.answer(signal, urgency);
  }

  function dispose(): void {
    isDisposed = true;
    disconnect();
  }

  return { open, attach, distribution, dispose };
}

function closed(): UnavailableError {
  return new UnavailableError('the recording was closed', 'closed');
}

function sizeOf(info: RecordingInfo | null, layer: number): number {
  const neurons = info?.layers.at(layer)?.neurons ?? 0;
  const countBytes = (info?.sampleCount ?? 0) <= 0xffff ? 2 : 4;
  return neurons * (FINE_BINS * countBytes + STATISTICS_BYTES);
}

async function startEngine(options: ClientOptions): Promise<IEngine> {
  try {
    return await remoteEngine(options);
  } catch {
    // For example a content security policy without `worker-src`: slower, yet it works.
    return createEngine(
      browserPorts,
      options.onProgress && throttled(options.onProgress)
    );
  }
}

/** An engine in a new worker. Rejects when the worker does not start. */
async function remoteEngine({
  watchdogMs = 60_000,
  startMs = 10_000,
  spawn = spawnWorker,
  onProgress = () => undefined
}: ClientOptions): Promise<IEngine> {
  const worker = spawn();
  const { port1, port2 } = new MessageChannel();
  const line = watch(worker, () => port1.close());
  const remote = wrap<Served>(worker);
  port1.onmessage = ({ data }: MessageEvent<Progress>) => {
    line.notice();
    onProgress(data);
  };
  try {
    await line.within(startMs, remote.hello(transfer(port2, [port2])));
  } catch (error) {
    line.stop('the worker did not start');
    throw error;
  }
  const answered = async <T>(answer: Promise<Answer<T>>): Promise<T> =>
    accept(await line.within(watchdogMs, answer));
  return {
    open: carried => answered(remote.open(sent(carried))),
    attach: (carried, id) => answered(remote.attach(sent(carried), id)),
    distribution: (layer, classIndex, membership) =>
      answered(remote.distribution(layer, classIndex, membership)),
    dispose: () => line.stop('the recording was closed')
  };
}

/** A port goes to the worker; all else is copied. */
function sent(carried: Carried): Carried {
  return carried.kind === 'port' ? transfer(carried, [carried.port]) : carried;
}
