/** Base64; the build puts it in. */
declare const neuralDivergenceKernels: string;

/** Stands in for `src/worker/kernelBytes.ts`: a page has everything inside. */
export async function kernelBytes(): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(atob(neuralDivergenceKernels), character =>
    character.charCodeAt(0)
  );
}
