import { transfer } from 'comlink';
import { ReadError, UnavailableError } from '../core/errors';
import { keepRecent } from '../core/recent';
import { accept, type Answer } from './answer';
import { answerBytes } from './answerBytes';
import { askOf, questionsBy, type Ask } from './ask';
import { nameOf } from './attach';
import { keepAwake, type IRestable } from './awake';
import { buffersOf } from './buffers';
import { createEngine } from './engine';
import { throttled } from './progress';
import type {
  AnswerTo,
  Carried,
  IEngine,
  OnProgress,
  RecordingInfo
} from './protocol';
import { newestFirst, type Question } from './questions';
import { spawnWorker } from './spawn';
import { spareStation, startStation, type Spare } from './station';
import { isLacking } from './subsets';
import { browserPorts } from './unpack';

export type ClientOptions = {
  /** The worker is stopped when an answer takes longer, counted from the last progress of a download. */
  readonly watchdogMs?: number;
  /** The engine runs in place when the worker has not started by then. */
  readonly startMs?: number;
  readonly spawn?: () => Worker;
  /** Where a worker waits for another recording. */
  readonly spare?: Spare;
  /** Hears of downloads, ten times a second at most. */
  readonly onProgress?: OnProgress;
};

/** Answers are kept up to this much in a page; what is on screen its store has as well. */
const KEPT_BUDGET_BYTES = 2 ** 26;

/** The answers of all engines of this page, by engine and question. */
const kept = keepRecent<string, Question<unknown>>(KEPT_BUDGET_BYTES);
let lastEngine = 0;

/**
 * Recordings of this page that stay in a worker though nothing is asked of them: what they read takes memory.
 * Others are opened again when they are asked.
 */
const AWAKE_LIMIT = 1;
const awake = keepAwake(AWAKE_LIMIT);
const sharedSpare = spareStation();
const NO_SPARE: Spare = {
  prepare: () => undefined,
  take: () => null,
  keep: () => false
};
/** The engine runs in place when the worker has not started by then. */
const START_MS = 10_000;

/** What is open, so that it can be opened again. */
type Known = {
  readonly info: RecordingInfo;
  readonly carried: Carried;
  readonly attached: { readonly carried: Carried; readonly id: string } | null;
};

/** Starts a worker, and loads its kernels, for the first recording of a page. */
export function prepareWorker(): void {
  if (lastEngine === 0) {
    sharedSpare.prepare(() => startStation(spawnWorker, START_MS));
  }
}

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
  let known: Known | null = null;
  let busy = 0;
  let isDisposed = false;

  const restable: IRestable = {
    get canRest() {
      return busy === 0 && known !== null && canReopen(known);
    },
    rest: stop
  };

  async function working<T>(work: Promise<T>): Promise<T> {
    busy += 1;
    try {
      return await work;
    } finally {
      busy -= 1;
      awake.settle();
    }
  }

  async function connected(): Promise<IEngine> {
    if (!isDisposed) {
      awake.use(restable);
      const starting = (engine ??= start(options, known));
      const started = await starting.catch((error: unknown) => {
        engine = engine === starting ? null : engine;
        throw error;
      });
      if (!isDisposed) {
        return started;
      }
    }
    throw closed();
  }

  function forget(): void {
    kept.clear(key => key.startsWith(keys));
  }

  function stop(): void {
    engine?.then(
      started => started.dispose(),
      () => undefined
    );
    engine = null;
  }

  function disconnect(): void {
    questions.end(closed());
    questions = newestFirst();
    known = null;
    forget();
    stop();
  }

  async function open(carried: Carried) {
    disconnect();
    const info = await (await connected()).open(carried);
    known = { info, carried, attached: null };
    return info;
  }

  async function attach(carried: Carried, id: string) {
    // What is replaced need not be there any more: a worker that starts again does without it.
    const before = known;
    known = before && { ...before, attached: null };
    const starting = connected();
    known = before;
    const info = await (await starting).attach(carried, id);
    known &&= { ...known, info, attached: { carried, id } };
    // What was measured from less may be better now.
    forget();
    return info;
  }

  const ask: Ask = (name, asked, ...when) => {
    const key = keys + JSON.stringify([name, ...asked]);
    const sizeBytes = 2 * key.length + answerBytes(known?.info, name, asked);
    const question = kept.get(key, sizeBytes, () =>
      questions.question<unknown>(
        async () => askOf(await connected())(name, asked),
        () => kept.drop(key)
      )
    ) as Question<AnswerTo<typeof name>>;
    return question.answer(...when);
  };

  return {
    open: carried => working(open(carried)),
    attach: (carried, id) => working(attach(carried, id)),
    ...questionsBy((...asked) => working(ask(...asked))),
    dispose() {
      isDisposed = true;
      awake.forget(restable);
      disconnect();
    }
  };
}

/** Whether all can be had again: text that the notebook holds anyway, and files. */
function canReopen({ carried, attached }: Known): boolean {
  return [carried, attached?.carried].every(
    from => from === undefined || from.kind === 'base64' || from.kind === 'url'
  );
}

/** An engine in which what is known is open again. */
async function start(
  options: ClientOptions,
  known: Known | null
): Promise<IEngine> {
  const engine = await startEngine(options);
  try {
    return known === null ? engine : await reopen(engine, known);
  } catch (error) {
    engine.dispose();
    throw error;
  }
}

async function reopen(
  engine: IEngine,
  { info, carried, attached }: Known
): Promise<IEngine> {
  const { id } = await engine.open(carried);
  if (id !== info.id) {
    throw new ReadError(nameOf(carried), 'changed');
  }
  try {
    await (attached && engine.attach(attached.carried, attached.id));
    return engine;
  } catch (error) {
    return withoutAttached(engine, error);
  }
}

/** What was opened still answers; why the rest is missing is told to those who ask for it. */
function withoutAttached(engine: IEngine, error: unknown): IEngine {
  let missing: unknown = error;
  return {
    ...engine,
    async attach(carried, id) {
      const info = await engine.attach(carried, id);
      missing = null;
      return info;
    },
    ...questionsBy(async (...asked) => {
      try {
        return await askOf(engine)(...asked);
      } catch (failure) {
        throw missing !== null && isLacking(failure) ? missing : failure;
      }
    })
  };
}

function closed(): UnavailableError {
  return new UnavailableError('the recording was closed', 'closed');
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

/** An engine in a worker. Rejects when the worker does not start. */
async function remoteEngine({
  watchdogMs = 60_000,
  startMs = START_MS,
  spawn,
  spare = spawn ? NO_SPARE : sharedSpare,
  onProgress = () => undefined
}: ClientOptions): Promise<IEngine> {
  const station = await (spare.take() ??
    startStation(spawn ?? spawnWorker, startMs));
  const { line, remote } = station;
  station.onProgress = onProgress;
  let isDisposed = false;
  const ask = async <T>(question: () => Promise<Answer<T>>): Promise<T> => {
    if (isDisposed) {
      throw closed();
    }
    return accept(await line.within(watchdogMs, question()));
  };
  return {
    open: carried => ask(() => remote.open(sent(carried))),
    attach: (carried, id) => ask(() => remote.attach(sent(carried), id)),
    ...questionsBy((name, asked) =>
      ask(
        () => remote.ask(name, asked) as Promise<Answer<AnswerTo<typeof name>>>
      )
    ),
    dispose() {
      if (!isDisposed) {
        isDisposed = true;
        if (!spare.keep(station)) {
          line.stop('the recording was closed');
        }
      }
    }
  };
}

/** A port and the bytes of a block go to the worker; all else is copied. */
function sent(carried: Carried): Carried {
  switch (carried.kind) {
    case 'port':
      return transfer(carried, [carried.port]);
    case 'block':
      return transfer(carried, buffersOf([carried.bytes]));
    default:
      return carried;
  }
}
