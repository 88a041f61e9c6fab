import type { ProbeModel } from './model';

/** How far layers move while an attack grows. */
export type Changes = {
  readonly strengths: readonly number[];
  readonly layers: readonly {
    readonly name: string;
    /** At each strength, in standard deviations: see `Movement`. */
    readonly distances: Float64Array;
  }[];
};

/** Of pictures, one for each strength, against the picture as it was: in all layers that moved by a number. */
export async function changesOf(
  { engine, movement, original }: ProbeModel,
  pixels: Uint8Array,
  strengths: readonly number[]
): Promise<Changes> {
  const matches = engine?.found.matches ?? [];
  const places = [...matches.keys()].filter(i => matches[i].layer !== null);
  const all = new Uint8Array(original.length + pixels.length);
  all.set(original);
  all.set(pixels, original.length);
  const [response] = await Promise.all([
    engine?.run(all, places),
    movement.known
  ]);
  /** Of the picture as it was, then of the others. */
  const rowsOf = (picture: number) =>
    matches.map((_, layer) => {
      const values = response?.layers[places.indexOf(layer)];
      const neurons = (values?.length ?? 0) / (1 + strengths.length);
      return (
        values?.subarray(picture * neurons, (picture + 1) * neurons) ?? null
      );
    });
  const before = rowsOf(0);
  const moved = strengths.map((_, k) => movement.of(rowsOf(k + 1), before));
  return {
    strengths,
    layers: matches
      .map(({ recorded }, layer) => ({
        name: recorded,
        distances: Float64Array.from(moved, row => row[layer])
      }))
      .filter(({ distances }) => distances.some(Number.isFinite))
  };
}
