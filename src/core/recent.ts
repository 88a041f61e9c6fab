/** Results that are costly to make, the least recently used dropped when they take too much memory. */
export type Recent<K, V> = {
  /** The kept value of `key`, or what `make` makes, which takes about `sizeBytes`. */
  get(key: K, sizeBytes: number, make: () => V): V;
  has(key: K): boolean;
  drop(key: K): void;
  /** Drops all values, or those of some keys. */
  clear(isDropped?: (key: K) => boolean): void;
};

/** Keeps results up to `budgetBytes` in all, and always the latest. */
export function keepRecent<K, V>(budgetBytes: number): Recent<K, V> {
  const kept = new Map<K, { readonly value: V; readonly sizeBytes: number }>();
  let totalBytes = 0;

  function drop(key: K): void {
    totalBytes -= kept.get(key)?.sizeBytes ?? 0;
    kept.delete(key);
  }

  function get(key: K, sizeBytes: number, make: () => V): V {
    const entry = kept.get(key) ?? { value: make(), sizeBytes };
    drop(key);
    kept.set(key, entry);
    totalBytes += entry.sizeBytes;
    for (const oldest of kept.keys()) {
      if (totalBytes <= budgetBytes || oldest === key) {
        break;
      }
      drop(oldest);
    }
    return entry.value;
  }

  function clear(isDropped: (key: K) => boolean = () => true): void {
    [...kept.keys()].filter(isDropped).forEach(drop);
  }

  return { get, has: key => kept.has(key), drop, clear };
}
