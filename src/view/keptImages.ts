import { base64Bytes, base64Text } from '../core/base64';
import type { Instance } from '../core/recording';
import type { LayerInfo, RecordingInfo } from '../worker/protocol';
import type { Rows } from './added';
import { isObject } from './json';
import { changedPixels, colorAt, type Size } from './probe/edits';
import { withSampleNames } from './samples';
import type { ViewState } from './state';

/** A view keeps no more. */
export const KEPT_AT_MOST = 16;
export const KEPT_NAME_CHARACTERS = 200;
/** A picture of more bytes is not kept where most of it changed. */
const PICTURE_BYTES_AT_MOST = 2 ** 18;
/** Activations of more bytes are not kept with it. */
const VALUE_BYTES_AT_MOST = 2 ** 16;

/** A picture that was changed, which a view keeps as an attacked instance: the JSON of `format.md`. */
export type KeptImage = {
  readonly id: string;
  readonly name: string;
  /** The id of the instance whose picture was changed. */
  readonly of: string;
  /** Each pixel that differs: its row, its column and a value a channel. Or base64 of all of the picture. */
  readonly pixels: readonly (readonly number[])[] | string;
  /** What the model said of it. */
  readonly prediction: number | null;
  readonly confidence: number | null;
  /** Base64 of its activations in each layer that the model has, F32; empty where they are too many. */
  readonly values: Readonly<Record<string, string>>;
};

type Adding = Pick<ViewState, 'samples' | 'kept'>;

/** What is known of a recording, with the names of instances that a view adds: where all else of them does not count. */
export function withAddedNames(
  info: RecordingInfo,
  { samples, kept }: Adding
): RecordingInfo {
  const named = withSampleNames(info, { samples });
  return kept.length === 0
    ? named
    : { ...named, instances: [...named.instances, ...kept.map(namedInstance)] };
}

/** An instance of which its original is not known. */
export function namedInstance(kept: KeptImage): Instance {
  const { id, name, of, prediction, confidence } = kept;
  return {
    ...{ id, name, of, prediction, confidence, role: 'attacked' },
    ...{ pair: null, label: null, sample: null, image: null }
  };
}

/** An id that no instance has: kept:1, kept:2, … */
export function freeKeptId({
  instances
}: Pick<RecordingInfo, 'instances'>): string {
  const taken = new Set(instances.map(({ id }) => id));
  let number = 1;
  while (taken.has(`kept:${number}`)) {
    number += 1;
  }
  return `kept:${number}`;
}

/**
 * The pictures of `json` that a view of this recording can keep, at most 16: of equal ids the first, none that an
 * instance has. `info` has the samples of the view as well. Null when `json` is no list. Never throws.
 */
export function parseKept(
  json: unknown,
  info: RecordingInfo
): readonly KeptImage[] | null {
  if (!Array.isArray(json)) {
    return null;
  }
  const taken = new Set(info.instances.map(({ id }) => id));
  const originals = new Set(taken);
  return (json as unknown[])
    .flatMap(entry => {
      const kept = parseOne(entry, info);
      if (kept === null || taken.has(kept.id) || !originals.has(kept.of)) {
        return [];
      }
      taken.add(kept.id);
      return [kept];
    })
    .slice(0, KEPT_AT_MOST);
}

function parseOne(json: unknown, info: RecordingInfo): KeptImage | null {
  if (!isObject(json)) {
    return null;
  }
  const { id, name, of, pixels, prediction, confidence, values } = json;
  if (
    typeof id !== 'string' ||
    !/^kept:\d+$/.test(id) ||
    typeof name !== 'string' ||
    typeof of !== 'string' ||
    !isPixels(pixels) ||
    !(info.images === null || isInside(pixels, info.images))
  ) {
    return null;
  }
  return {
    id,
    name: name.slice(0, KEPT_NAME_CHARACTERS),
    of,
    pixels,
    prediction: isByte(prediction, info.classes.length) ? prediction : null,
    confidence:
      typeof confidence === 'number' && confidence >= 0 && confidence <= 1
        ? confidence
        : null,
    values: isObject(values)
      ? (Object.fromEntries(
          Object.entries(values).filter(([, text]) => typeof text === 'string')
        ) as Record<string, string>)
      : {}
  };
}

function isPixels(json: unknown): json is KeptImage['pixels'] {
  return (
    typeof json === 'string' ||
    (Array.isArray(json) && (json as unknown[]).every(isPixel))
  );
}

function isPixel(json: unknown): json is readonly number[] {
  return (
    Array.isArray(json) &&
    json.length > 2 &&
    (json as unknown[]).every((value, i) =>
      isByte(value, i < 2 ? Infinity : 256)
    )
  );
}

function isByte(json: unknown, end: number): json is number {
  return (
    typeof json === 'number' &&
    Number.isInteger(json) &&
    json >= 0 &&
    json < end
  );
}

function isInside(pixels: KeptImage['pixels'], size: Size): boolean {
  const { height, width, channels } = size;
  return typeof pixels === 'string'
    ? bytesOf(pixels)?.length === height * width * channels
    : pixels.every(
        ([row, column, ...values]) =>
          row < height && column < width && values.length === channels
      );
}

/** How a changed picture is kept: the pixels that differ, or all of it where that is shorter. */
export function pixelsToKeep(
  now: Uint8Array,
  original: Uint8Array,
  size: Size
): KeptImage['pixels'] {
  const whole = Math.ceil(now.length / 3) * 4;
  const changed = changedPixels(now, original, size);
  // No pixel has a shorter text than [0,0,0] and a comma.
  if (changed.length * (6 + 2 * size.channels) <= whole) {
    const pixels = changed.map(at => [at.y, at.x, ...colorAt(now, size, at)]);
    if (JSON.stringify(pixels).length <= whole) {
      return pixels;
    }
  }
  return base64Text(now);
}

/** Whether a picture is small enough to be kept. */
export function canKeepPixels(pixels: KeptImage['pixels']): boolean {
  return JSON.stringify(pixels).length <= (PICTURE_BYTES_AT_MOST / 3) * 4;
}

/** The picture that is kept; null where it is not one of this size. */
export function keptPicture(
  { pixels }: Pick<KeptImage, 'pixels'>,
  original: Uint8Array,
  size: Size
): Uint8Array | null {
  if (!isInside(pixels, size)) {
    return null;
  }
  if (typeof pixels === 'string') {
    return bytesOf(pixels);
  }
  const picture = original.slice();
  for (const [row, column, ...values] of pixels) {
    picture.set(values, (row * size.width + column) * size.channels);
  }
  return picture;
}

/** Activations as they are kept, by the name of the layer; none where they are too many. */
export function valuesToKeep(
  rows: Rows,
  layers: readonly Pick<LayerInfo, 'name'>[]
): KeptImage['values'] {
  const bytes = rows.reduce((sum, row) => sum + (row?.byteLength ?? 0), 0);
  return bytes > VALUE_BYTES_AT_MOST
    ? {}
    : Object.fromEntries(
        layers.flatMap(({ name }, layer) => {
          const row = rows[layer];
          return row
            ? [[name, base64Text(new Uint8Array(row.slice().buffer))]]
            : [];
        })
      );
}

/** Activations that are kept, in each layer; null where there are none. */
export function keptRows(
  { values }: Pick<KeptImage, 'values'>,
  layers: readonly Pick<LayerInfo, 'name' | 'neurons'>[]
): Rows {
  return layers.map(({ name, neurons }) => {
    const text = Object.hasOwn(values, name) ? values[name] : '';
    const bytes = bytesOf(text);
    return bytes !== null && neurons > 0 && bytes.length === 4 * neurons
      ? new Float32Array(bytes.buffer)
      : null;
  });
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return base64Bytes(text);
  } catch {
    return null;
  }
}
