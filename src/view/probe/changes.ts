import type { ProbeModel } from './model';

/** How far layers move while an attack grows. */
export type Changes = {
  readonly strengths: readonly number[];
  readonly layers: readonly {
    readonly name: string;
    /** At each strength: see `distance`. */
    readonly distances: Float64Array;
  }[];
};

/** Of pictures, one for each strength, against the picture as it was: in all layers that follow. */
export async function changesOf(
  { engine, original }: ProbeModel,
  pixels: Uint8Array,
  strengths: readonly number[]
): Promise<Changes> {
  const matches = engine?.found.matches ?? [];
  const places = [...matches.keys()].filter(i => matches[i].layer !== null);
  const all = new Uint8Array(original.length + pixels.length);
  all.set(original);
  all.set(pixels, original.length);
  const response = await engine?.run(all, places);
  return {
    strengths,
    layers: places.map((place, i) => {
      const values = response?.layers[i] ?? new Float32Array();
      const neurons = values.length / (1 + strengths.length);
      const row = (k: number) =>
        values.subarray(k * neurons, (k + 1) * neurons);
      return {
        name: matches[place].recorded,
        distances: Float64Array.from(strengths, (_, k) =>
          distance(row(0), row(k + 1))
        )
      };
    })
  };
}

/** Euclidean distance of two activations of a layer, relative to the length of the first; NaN where that is 0. */
export function distance(before: Float32Array, now: Float32Array): number {
  let [moved, length] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    moved += (now[i] - before[i]) ** 2;
    length += before[i] ** 2;
  }
  return length === 0 ? NaN : Math.sqrt(moved / length);
}
