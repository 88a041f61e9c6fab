/** Starts the worker of a probe. Apart, because only a bundler knows its address. */
export function spawnWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), {
    type: 'module'
  });
}
