/** Stands in for `spawn.ts` in tests: there are no workers, so engines answer in place. */
export function spawnWorker(): Worker {
  throw new Error('no workers here');
}
