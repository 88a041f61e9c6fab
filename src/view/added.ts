import type { Images, Instance } from '../core/recording';
import type { LayerInfo, RecordingInfo } from '../worker/protocol';

/** An instance that a view shows beside those of the recording. */
export type AddedInstance = {
  /** Its `image` means nothing. */
  readonly instance: Instance;
  /** One picture; null: none, or not here yet. */
  readonly image: Images | null;
  /** Null as a whole while they are on their way. */
  readonly values: Rows | null;
};

/** What is known of a recording together with the instances that a view adds. */
type Extended = RecordingInfo & {
  readonly recorded: RecordingInfo;
  /** Added instances whose activations are on their way. */
  readonly awaited: ReadonlySet<string>;
  /** Activations of the added instances. */
  readonly rows: ReadonlyMap<string, Rows>;
};

/** Activations in each layer; null where they cannot be had. */
export type Rows = readonly (Float32Array | null)[];

/** What is known of a recording, with further instances after its own. NaN where their activations are not known. */
export function withAdded(
  info: RecordingInfo,
  added: readonly AddedInstance[]
): RecordingInfo {
  if (added.length === 0) {
    return info;
  }
  const pictures = joinedPictures(
    info.images,
    added.map(one => one.image)
  );
  const plain = info.instances.filter(i => i.role === 'plain').length;
  const extended: Extended = {
    ...info,
    recorded: info,
    awaited: new Set(
      added.filter(one => one.values === null).map(one => one.instance.id)
    ),
    rows: new Map(added.map(one => [one.instance.id, one.values ?? NOTHING])),
    instances: [
      ...info.instances,
      ...added.map(({ instance }, k) => ({
        ...instance,
        image: pictures.places[k],
        place: plain + k
      }))
    ],
    images: pictures.images,
    layers: info.layers.map((layer, l) =>
      withRows(
        layer,
        added.map(one => one.values?.[l] ?? null)
      )
    )
  };
  return extended;
}

/** What is known of the recording alone. */
export function recordedOf(info: RecordingInfo): RecordingInfo {
  return isExtended(info) ? info.recorded : info;
}

/** Whether the activations of an instance are on their way. */
export function isAwaited(info: RecordingInfo, id: string): boolean {
  return isExtended(info) && info.awaited.has(id);
}

/** What the view alone knows of an instance; null for those of the recording, and samples. */
export function ownOf(info: RecordingInfo, id: string): Rows | null {
  const isSample = info.instances.some(
    one => one.id === id && one.sample !== null
  );
  return isExtended(info) && !isSample ? (info.rows.get(id) ?? null) : null;
}

/** What the activations of an instance in a layer are a part of: the same array as long as they are the same. */
export function heldIn(
  info: RecordingInfo,
  layer: number,
  id: string
): Float32Array | null {
  const rows = isExtended(info) ? info.rows.get(id) : undefined;
  return rows
    ? (rows[layer] ?? null)
    : recordedOf(info).layers[layer].instances;
}

/** Whether the view alone knows an instance, and has no activations of it. */
export function isValueless(info: RecordingInfo, id: string): boolean {
  return ownOf(info, id)?.every(row => row === null) ?? false;
}

const NOTHING: Rows = [];

function isExtended(info: RecordingInfo): info is Extended {
  return 'recorded' in info;
}

function withRows(
  layer: LayerInfo,
  rows: readonly (Float32Array | null)[]
): LayerInfo {
  const { neurons, instances: own } = layer;
  const instances = new Float32Array(own.length + rows.length * neurons);
  instances.set(own);
  rows.forEach((row, k) => {
    const begin = own.length + k * neurons;
    if (row === null) {
      instances.fill(NaN, begin, begin + neurons);
    } else {
      instances.set(row, begin);
    }
  });
  return { ...layer, instances };
}

/** One of some pictures. */
export function oneOf(images: Images, place: number): Images {
  const size = images.height * images.width * images.channels;
  const pixels = images.pixels.subarray(place * size, (place + 1) * size);
  return { ...images, count: 1, pixels, samples: null };
}

/** Pictures of one size below each other, and the place of each that was added. */
function joinedPictures(
  own: Images | null,
  added: readonly (Images | null)[]
): { images: Images | null; places: readonly (number | null)[] } {
  const first = own ?? added.find(one => one !== null) ?? null;
  const fitting = added.map(one =>
    one && first && isAlike(one, first) ? one : null
  );
  let count = own?.count ?? 0;
  const places = fitting.map(one => (one === null ? null : count++));
  if (first === null || count === own?.count) {
    return { images: own, places };
  }
  const size = first.height * first.width * first.channels;
  const pixels = new Uint8Array(count * size);
  if (own !== null) {
    pixels.set(own.pixels);
  }
  fitting.forEach((one, k) => {
    if (one !== null) {
      pixels.set(one.pixels.subarray(0, size), (places[k] ?? 0) * size);
    }
  });
  return { images: { ...first, count, pixels, samples: null }, places };
}

function isAlike(a: Images, b: Images): boolean {
  return (
    a.height === b.height && a.width === b.width && a.channels === b.channels
  );
}
