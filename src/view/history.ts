/** Values in the order in which they came about, and where one stands among them. Immutable. */
export type History<T> = {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
};

/** Steps that can be undone. */
const STEPS_AT_MOST = 200;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Each value as `change` has it. */
export function mapHistory<T>(
  { past, present, future }: History<T>,
  change: (value: T) => T
): History<T> {
  return {
    past: past.map(change),
    present: change(present),
    future: future.map(change)
  };
}

/** A new value; what had been undone is forgotten. */
export function record<T>(history: History<T>, present: T): History<T> {
  const past = [...history.past, history.present].slice(-STEPS_AT_MOST);
  return { past, present, future: [] };
}

/** One step back; the same history at the beginning. */
export function undo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  return past.length === 0
    ? history
    : {
        past: past.slice(0, -1),
        present: past[past.length - 1],
        future: [present, ...future]
      };
}

/** One step forth; the same history at the end. */
export function redo<T>(history: History<T>): History<T> {
  const { past, present, future } = history;
  return future.length === 0
    ? history
    : { past: [...past, present], present: future[0], future: future.slice(1) };
}
