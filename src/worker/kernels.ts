import { typescriptKernels, type Kernels } from '../core/kernels';
import { kernelBytes } from './kernelBytes';
import { wasmKernels } from './wasmKernels';

/** Nothing waits longer for WebAssembly: a few kB from where the code itself came from. */
const PATIENCE_MS = 300;

/** The kernels of this place, loaded once. */
export const loadKernels = kernelLoader(kernelBytes);

/**
 * A function that gives the kernels in WebAssembly, from `load`ed bytes; those in TypeScript where a
 * content security policy or an old browser does without, and, once it was asked for `patienceMs`,
 * while the others are not here yet. It begins to load when it is first called, and never rejects.
 */
export function kernelLoader(
  load: () => Promise<BufferSource>,
  patienceMs = PATIENCE_MS
): () => Promise<Kernels> {
  let soon: Promise<Kernels> | null = null;
  let loading: Promise<Kernels> | null = null;
  return () => {
    loading ??= load()
      .then(wasmKernels)
      .catch(() => typescriptKernels);
    soon ??= within(patienceMs, loading);
    // Of two that are there the first counts.
    return Promise.race([loading, soon]);
  };
}

/** The kernels, or those in TypeScript after `limitMs`. */
function within(limitMs: number, kernels: Promise<Kernels>): Promise<Kernels> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(typescriptKernels), limitMs);
    void kernels.then(loaded => {
      clearTimeout(timer);
      resolve(loaded);
    });
  });
}
