import type { Kernels } from '../core/kernels';
import { collectBy, countCodesBy, sortFewBy, tallyBy } from './wasmGroups';
import { instantiate } from './wasmMemory';
import { codesBy, growExtentBy } from './wasmSheets';

/**
 * The kernels in WebAssembly. Activations stay where they are: a strip of rows is copied in, worked on
 * while it is in the cache, and what comes out is small.
 * Rejects with a CompileError where WebAssembly is forbidden or has no SIMD.
 */
export async function wasmKernels(bytes: BufferSource): Promise<Kernels> {
  const wasm = await instantiate(bytes);
  return {
    growExtent: (...asked) => growExtentBy(wasm, ...asked),
    codesOf: (...asked) => codesBy(wasm, ...asked),
    countCodes: (...asked) => countCodesBy(wasm, ...asked),
    tallyOf: (...asked) => tallyBy(wasm, ...asked),
    collect: (...asked) => collectBy(wasm, ...asked),
    sortFew: (...asked) => sortFewBy(wasm, ...asked)
  };
}
