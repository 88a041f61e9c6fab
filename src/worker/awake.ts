/** Something that takes memory and can be without it for a while. */
export interface IRestable {
  /** Whether nothing is under way in it, and it can start again by itself. */
  readonly canRest: boolean;
  rest(): void;
}

export type Awake = {
  /** It is used now. */
  use(one: IRestable): void;
  /** Something may rest now that could not before. */
  settle(): void;
  forget(one: IRestable): void;
};

/** Of those that can rest the `limit` that were used last stay awake. */
export function keepAwake(limit: number): Awake {
  const awake = new Set<IRestable>();
  return {
    use(one) {
      awake.delete(one);
      awake.add(one);
    },
    settle() {
      const idle = [...awake].filter(({ canRest }) => canRest);
      idle.slice(0, Math.max(0, idle.length - limit)).forEach(one => {
        awake.delete(one);
        one.rest();
      });
    },
    forget: one => void awake.delete(one)
  };
}
