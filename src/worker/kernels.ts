import { typescriptKernels, type Kernels } from '../core/kernels';
import { kernelBytes } from './kernelBytes';
import { wasmKernels } from './wasmKernels';

/** Nothing waits longer for WebAssembly: a few kB from where the code itself came from. */
const PATIENCE_MS = 300;

let loading: Promise<Kernels> | null = null;

/**
 * The kernels in WebAssembly; those in TypeScript where a content security policy or an old browser
 * does without, and while the others are not here after a moment. Never rejects.
 */
export async function loadKernels(): Promise<Kernels> {
  loading ??= kernelBytes()
    .then(wasmKernels)
    .catch(() => typescriptKernels);
  return Promise.race([loading, afterPatience()]);
}

let patience: Promise<Kernels> | null = null;

function afterPatience(): Promise<Kernels> {
  patience ??= new Promise(resolve =>
    setTimeout(() => resolve(typescriptKernels), PATIENCE_MS)
  );
  return patience;
}
