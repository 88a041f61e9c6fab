import { collect, type Group, type Strip } from './collect';
import { countCodes, tallyOf, type Tally } from './counts';
import { sortFew } from './few';
import { codesOf, growExtent, type Extent } from './grid';
import type { Grid } from './recording';

/**
 * The functions whose time grows with the number of activations. Every implementation gives the same
 * bits as the one in this folder, whose functions of these names say what they do.
 */
export type Kernels = {
  growExtent(extent: Extent, values: Float32Array): void;
  codesOf(values: Float32Array, grid: Grid): Uint8Array;
  countCodes(
    codes: Uint8Array,
    neurons: number,
    rows: Uint32Array
  ): Uint16Array | Uint32Array;
  tallyOf(values: Float32Array, neurons: number, rows: Uint32Array): Tally;
  collect(group: Group, strip: Strip): Float32Array;
  sortFew(
    values: Float32Array,
    neurons: number,
    rows: Uint32Array
  ): Float32Array;
};

/** The reference, and what is used where WebAssembly is not to be had. */
export const typescriptKernels: Kernels = {
  growExtent,
  codesOf,
  countCodes,
  tallyOf,
  collect,
  sortFew
};
