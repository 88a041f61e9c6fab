import type { Descriptor } from './descriptor';
import { DecodeError } from './errors';
import type { Part, Span } from './part';
import type { Images, Instance } from './recording';
import type { Block } from './safetensors';
import { findTensor, readIndices, tensorPart, type Ref } from './tensors';

/** Instances, and the images that they show: those rows of the images tensor only, and how to have others. */
export type InstanceImages = {
  /** `image` is a row of `images`. */
  readonly instances: readonly Instance[];
  readonly images: Part<Images> | null;
  readonly pictures: Pictures | null;
};

/** All pictures of a recording that says which samples they show. */
export type Pictures = {
  /** Sample rows that each shows, −1 = none; [pictures, samplesEach]. */
  readonly samples: Part<Int32Array>;
  readonly samplesEach: number;
  /** Some of them, by their rows, ascending. */
  rows(rows: readonly number[]): Part<Images>;
};

/** Throws DecodeError when an instance refers to what is not there. */
export function planImages(
  { images, instances, samples }: Descriptor,
  block: Block
): InstanceImages {
  const ref = images && findImages(block, images.tensor);
  const count = ref === null ? 0 : ref.shape[0];
  instances.forEach((instance, i) => {
    checkIndex(`instances[${i}].sample`, instance.sample, samples.count);
    checkIndex(`instances[${i}].image`, instance.image, count);
  });
  if (images === null || ref === null) {
    return { instances, images: null, pictures: null };
  }
  const shown =
    images.samples === null
      ? null
      : planShown(block, images.samples, count, samples.count);
  const rows = rowsOf(instances);
  const places = new Map(rows.map((row, place) => [row, place]));
  return {
    instances: instances.map(instance => ({
      ...instance,
      image: placeOf(instance.image, places)
    })),
    images: rowsPart(ref, rows, shown),
    pictures: shown && {
      ...shown,
      rows: some => rowsPart(ref, some, null)
    }
  };
}

type Shown = Pick<Pictures, 'samples' | 'samplesEach'>;

/** A sample for each image, or as many for each. */
function planShown(
  block: Block,
  name: string,
  count: number,
  end: number
): Shown {
  const { shape = [] } = block.tensors.get(name) ?? {};
  const each = shape.length === 2 ? [shape[1]] : [];
  const ref = findTensor(
    block,
    'images.samples',
    name,
    ['I32'],
    [count, ...each]
  );
  return {
    samples: tensorPart(ref, (found, bytes) => readIndices(found, bytes, end)),
    samplesEach: each[0] ?? 1
  };
}

function findImages(block: Block, name: string): Ref {
  const shape = block.tensors.get(name)?.shape ?? [];
  const ref = findTensor(block, 'images.tensor', name, ['U8'], shape);
  if (shape.length !== 4) {
    throw new DecodeError(
      ref.path,
      `shape [${shape.join(', ')}] has not 4 dimensions`
    );
  }
  channelsOf(ref.path, shape[3]);
  return ref;
}

function channelsOf(path: string, channels: number): Images['channels'] {
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DecodeError(path, `${channels} channels, expected 1, 3 or 4`);
  }
  return channels;
}

function checkIndex(path: string, index: number | null, end: number): void {
  if (index !== null && index >= end) {
    throw new DecodeError(path, `${index} is out of range, there are ${end}`);
  }
}

/** The rows that instances show, ascending, each once. */
function rowsOf(instances: readonly Instance[]): readonly number[] {
  const rows = new Set<number>();
  for (const { image } of instances) {
    if (image !== null) {
      rows.add(image);
    }
  }
  return [...rows].sort((a, b) => a - b);
}

function placeOf(
  row: number | null,
  places: ReadonlyMap<number, number>
): number | null {
  return row === null ? null : (places.get(row) ?? null);
}

function rowsPart(
  ref: Ref,
  rows: readonly number[],
  shown: Shown | null
): Part<Images> {
  const [, height, width, channels] = ref.shape;
  const rowBytes = height * width * channels;
  const spans = rows.map((row): Span => {
    const begin = ref.begin + row * rowBytes;
    return { begin, end: begin + rowBytes };
  });
  return {
    spans: [...spans, ...(shown?.samples.spans ?? [])],
    make: bytesOf => {
      const pixels = new Uint8Array(rows.length * rowBytes);
      spans.forEach((span, place) =>
        pixels.set(bytesOf(span), place * rowBytes)
      );
      const samples = shown && shown.samples.make(bytesOf);
      const each = shown?.samplesEach ?? 1;
      return {
        count: rows.length,
        height,
        width,
        channels: channelsOf(ref.path, channels),
        pixels,
        samples:
          samples && Int32Array.from(rows, row => samples[row * each] ?? -1)
      };
    }
  };
}
