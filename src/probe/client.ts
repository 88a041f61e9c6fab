import { transfer, wrap } from 'comlink';
import { UnavailableError } from '../core/errors';
import { accept, type Answer } from '../worker/answer';
import { watch } from '../worker/watch';
import type { AttackProgress, IProbe, Probed } from './engine';
import type { ServedProbe } from './serve';
import { spawnWorker } from './spawn';

export type ProbeOptions = {
  /** The worker is stopped when an answer takes longer. */
  readonly watchdogMs?: number;
  /** Its code is a megabyte. */
  readonly startMs?: number;
  readonly spawn?: () => Worker | Promise<Worker>;
};

/**
 * A model in a worker of its own, which loads TensorFlow.js. Rejects with a ModelError where the model cannot be
 * run or does not fit, with a TimeoutError or an UnavailableError where the worker does not answer.
 */
export async function openProbe(
  probed: Probed,
  {
    watchdogMs = 60_000,
    startMs = 60_000,
    spawn = spawnWorker
  }: ProbeOptions = {}
): Promise<IProbe> {
  const worker = await started(spawn);
  const line = watch(worker, () => undefined);
  const remote = wrap<ServedProbe>(worker);
  const ask = async <T>(answering: Promise<Answer<T>>) =>
    accept(await line.within(watchdogMs, answering));
  try {
    await line.within(startMs, remote.hello());
    const found = await ask(remote.open(probed));
    return {
      found,
      run: (pixels, layers) => ask(remote.run(pixels, layers)),
      async attack(pixels, order, report, signal) {
        const { port1: port, port2 } = new MessageChannel();
        port.onmessage = ({ data }: MessageEvent<AttackProgress>) => {
          line.notice();
          report(data);
        };
        const end = () => port.postMessage(null);
        if (signal.aborted) {
          end();
        }
        signal.addEventListener('abort', end, { once: true });
        try {
          return await ask(
            remote.attack(pixels, order, transfer(port2, [port2]))
          );
        } finally {
          signal.removeEventListener('abort', end);
          port.close();
        }
      },
      dispose: () => line.stop('the probe was closed')
    };
  } catch (error) {
    line.stop('the probe did not open');
    throw error;
  }
}

async function started(spawn: () => Worker | Promise<Worker>): Promise<Worker> {
  try {
    return await spawn();
  } catch (error) {
    throw new UnavailableError(
      `no worker can start: ${String(error)}`,
      'worker'
    );
  }
}
