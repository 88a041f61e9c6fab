import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in for `src/worker/kernelBytes.ts`. */
export async function kernelBytes(): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(__dirname, '../../lib/worker/kernels.wasm');
  return Uint8Array.from(await readFile(file));
}
