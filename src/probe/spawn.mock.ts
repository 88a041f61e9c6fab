/** Stands in for `spawn.ts` in tests: there are no workers. */
export function spawnWorker(): Worker {
  throw new Error('no workers here');
}
