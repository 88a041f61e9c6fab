/** One array of all chunks. */
export function joinChunks(
  chunks: readonly Uint8Array[],
  totalBytes: number
): Uint8Array {
  const joined = new Uint8Array(totalBytes);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
