/** The row that a key goes to from the active one, within 0 … `last`; null for other keys. */
export function rowFor(
  key: string,
  active: number,
  last: number,
  pageRows: number
): number | null {
  const page = Math.max(1, pageRows);
  const targets = new Map([
    ['ArrowDown', active + 1],
    ['ArrowUp', active - 1],
    ['PageDown', active + page],
    ['PageUp', active - page],
    ['Home', 0],
    ['End', last]
  ]);
  const target = targets.get(key);
  return target === undefined ? null : Math.min(Math.max(target, 0), last);
}
