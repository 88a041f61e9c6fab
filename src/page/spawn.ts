/** Id of the page's first script; the build puts it in. */
const SCRIPT_ID = 'neuraldivergence-engine';

/**
 * Stands in for `src/worker/spawn.ts`: the worker runs the page's first script.
 * Throws where a browser has no workers for pages from disk.
 */
export function spawnWorker(): Worker {
  address ??= URL.createObjectURL(scriptBlob());
  return new Worker(address);
}

// Kept: a worker that was stopped is started again.
let address: string | null = null;

function scriptBlob(): Blob {
  const code = document.getElementById(SCRIPT_ID)?.textContent ?? '';
  return new Blob([code], { type: 'text/javascript' });
}
