import { transfer, wrap, type Remote } from 'comlink';
import type { OnProgress, Progress } from './protocol';
import type { Served } from './serve';
import { watch, type Line } from './watch';

/** A worker that runs, for one engine at a time. */
export type Station = {
  readonly line: Line;
  readonly remote: Remote<Served>;
  /** Who hears of downloads from now on. */
  onProgress: OnProgress;
};

/** A place for a worker without a recording. */
export type Spare = {
  /** Starts one for the first recording, where none waits. */
  prepare(start: () => Promise<Station>): void;
  /** A worker, maybe one that is still starting: rejects when it does not. Null: none is here. */
  take(): Promise<Station> | null;
  /** False, and nothing is kept, where a worker waits already or this one has not answered all. */
  keep(station: Station): boolean;
};

/** A worker that nobody took for so long is stopped. */
const SPARE_MS = 10_000;

/** Starts a worker. Rejects when it does not answer in `startMs`. */
export async function startStation(
  spawn: () => Worker,
  startMs: number
): Promise<Station> {
  const worker = spawn();
  const { port1, port2 } = new MessageChannel();
  const line = watch(worker, () => port1.close());
  const remote = wrap<Served>(worker);
  const station: Station = { line, remote, onProgress: () => undefined };
  port1.onmessage = ({ data }: MessageEvent<Progress>) => {
    line.notice();
    station.onProgress(data);
  };
  try {
    await line.within(startMs, remote.hello(transfer(port2, [port2])));
  } catch (error) {
    line.stop('the worker did not start');
    throw error;
  }
  return station;
}

/**
 * Keeps a worker that a recording is done with, or that was prepared, for the next: starting one takes time,
 * and browsers do not give back all of the memory of one that ended.
 */
export function spareStation(): Spare {
  let starting: Promise<Station> | null = null;
  let kept: Station | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function takeKept(): Station | null {
    clearTimeout(timer);
    const station = kept?.line.isIdle ? kept : null;
    kept = null;
    return station;
  }

  function wait(station: Station): void {
    clearTimeout(timer);
    kept = station;
    timer = setTimeout(
      () => takeKept()?.line.stop('nobody needs it'),
      SPARE_MS
    );
  }

  return {
    prepare(start) {
      if (starting === null && !kept?.line.isIdle) {
        const prepared = (starting = start());
        const isFree = () => {
          const isStill = starting === prepared;
          starting = isStill ? null : starting;
          return isStill;
        };
        prepared.then(station => isFree() && wait(station), isFree);
      }
    },
    take() {
      const prepared = starting;
      if (prepared !== null) {
        starting = null;
        return prepared;
      }
      const station = takeKept();
      return station && Promise.resolve(station);
    },
    keep(station) {
      if (!station.line.isIdle || kept?.line.isIdle || starting !== null) {
        return false;
      }
      station.onProgress = () => undefined;
      void station.remote.close();
      wait(station);
      return true;
    }
  };
}
