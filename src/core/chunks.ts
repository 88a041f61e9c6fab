/** One array of all chunks. */
export function joinChunks(
  chunks: readonly Uint8Array[],
  totalBytes: number
): Uint8Array {
  return joinInto(new Uint8Array(totalBytes), chunks);
}

/** Fills `target` with all chunks, one after the other. */
export function joinInto<T extends Uint8Array | Float32Array>(
  target: T,
  chunks: readonly T[]
): T {
  let at = 0;
  for (const chunk of chunks) {
    target.set(chunk, at);
    at += chunk.length;
  }
  return target;
}
