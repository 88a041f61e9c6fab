/** Starts the worker. Apart, because only a bundler knows the worker's address. */
export function spawnWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), {
    type: 'module'
  });
}
