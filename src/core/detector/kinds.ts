import type { Instance } from '../recording';

/** The four kinds of images that are told from each other. */
export type ByKind<T> = {
  /** Both of each pair, side by side. */
  readonly attacked: T;
  readonly benign: T;
  /** Samples that are no attacked images, by what the model says of them. */
  readonly misclassified: T;
  readonly correct: T;
};

/** Images of each kind: places among the instances, and numbers of samples. */
export type Kinds = ByKind<Uint32Array>;

type Pair = { benign?: number; attacked?: number };

/** The pairs whose images both have a prediction, as places among the instances, and how many pairs there are. */
export function pairsIn(instances: readonly Instance[]): {
  readonly attacked: Uint32Array;
  readonly benign: Uint32Array;
  readonly all: number;
} {
  const pairs = new Map<string, Pair>();
  instances.forEach(({ pair: name, role }, place) => {
    if (name !== null && role !== 'plain') {
      const pair = pairs.get(name) ?? {};
      pair[role] = place;
      pairs.set(name, pair);
    }
  });
  const whole = [...pairs.values()].flatMap(({ benign, attacked }) =>
    benign === undefined || attacked === undefined ? [] : [{ benign, attacked }]
  );
  const told = whole.filter(({ benign, attacked }) =>
    [benign, attacked].every(place => instances[place].prediction !== null)
  );
  return {
    attacked: Uint32Array.from(told, pair => pair.attacked),
    benign: Uint32Array.from(told, pair => pair.benign),
    all: whole.length
  };
}

/** Which images are compared; without predictions there are no samples. */
export function kindsOf(
  instances: readonly Instance[],
  labels: Int32Array,
  predictions: Int32Array | null
): Kinds {
  const { attacked, benign } = pairsIn(instances);
  const isAttacked = new Set(
    instances.flatMap(({ role, sample }) =>
      role === 'attacked' && sample !== null ? [sample] : []
    )
  );
  const samples = (isRight: boolean) =>
    Uint32Array.from(predictions?.keys() ?? []).filter(
      sample =>
        labels[sample] >= 0 &&
        (predictions?.[sample] ?? -1) >= 0 &&
        (labels[sample] === predictions?.[sample]) === isRight &&
        !isAttacked.has(sample)
    );
  return {
    attacked,
    benign,
    misclassified: samples(false),
    correct: samples(true)
  };
}

/** The numbers of each kind, from those of all instances and of all samples. */
export function splitBy(
  { attacked, benign, misclassified, correct }: Kinds,
  ofInstances: Float64Array,
  ofSamples: Float64Array
): ByKind<Float64Array> {
  const some = (numbers: Float64Array, places: Uint32Array) =>
    Float64Array.from(places, place => numbers[place]);
  return {
    attacked: some(ofInstances, attacked),
    benign: some(ofInstances, benign),
    misclassified: some(ofSamples, misclassified),
    correct: some(ofSamples, correct)
  };
}
