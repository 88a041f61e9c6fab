/**
 * The hot loops of src/core in WebAssembly, over memory that the caller lays out: arguments are
 * addresses, sizes in elements unless they say bytes. src/worker/wasmKernels.ts calls them strip by
 * strip; the functions of the same name in src/core say what they compute.
 */
export { codes } from './codes';
export { count16, count32 } from './counts';
export { extent } from './extent';
export { hits } from './hits';
export { sort } from './sort';
export { tally } from './tally';
