import type { OnProgress, Progress } from './protocol';

/** Told this often at most. */
const INTERVAL_MS = 100;

/** Passes on what happens ten times a second at most, and every end of a download. */
export function throttled(onProgress: OnProgress): OnProgress {
  const toldMs = new Map<string | null, number>();
  return (progress: Progress) => {
    const { layer, loadedBytes, totalBytes } = progress;
    const nowMs = performance.now();
    const isDue = nowMs - (toldMs.get(layer) ?? -Infinity) >= INTERVAL_MS;
    if (isDue || loadedBytes === totalBytes) {
      toldMs.set(layer, nowMs);
      onProgress(progress);
    }
  };
}
