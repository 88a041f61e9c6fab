import type { Pictures } from './decodeImages';
import type { ModelOutline } from './decodeModel';
import { outlineBlock, type LayerParts, type Outline } from './decode';
import {
  allParts,
  known,
  readPart,
  type IBlockReader,
  type Part,
  type TellLoaded
} from './part';
import type { Layer, Membership, Recording, Samples } from './recording';
import { headerEnd, LENGTH_BYTES, type DecodeText } from './safetensors';

/** A recording whose small things are here, and whose layers are read when they are asked for. */
export type OpenRecording = Pick<
  Recording,
  | 'id'
  | 'name'
  | 'samples'
  | 'classes'
  | 'instances'
  | 'images'
  | 'reduced'
  | 'view'
> & {
  readonly layers: readonly OpenLayer[];
  /** The pictures of samples, to be read by their rows; null without any. */
  readonly pictures: OpenPictures | null;
  /** What the recording was made from, to be read when it is asked for; null where it is not here. */
  readonly model: ModelOutline | null;
  /** Where the parts of the layers are read. */
  readonly reader: IBlockReader;
};

export type OpenPictures = Pick<Pictures, 'rows' | 'samplesEach'> & {
  /** Samples that each shows, as the author counts, −1 = none; [pictures, samplesEach]. */
  readonly samples: Int32Array;
};

export type OpenLayer = LayerParts &
  Pick<
    Layer,
    'name' | 'neurons' | 'kind' | 'reduction' | 'neuronNames' | 'instances'
  > & {
    /** Samples by class and neuron as the summary has them, of the first layer with one of its membership. */
    readonly summarySizes: Uint32Array | null;
  };

/**
 * Opens a tensor block: reads the header, checks all that it declares, then reads the small things.
 * Rejects with a DecodeError, a VersionError, or as the reader does.
 */
export async function openBlock(
  reader: IBlockReader,
  decodeText: DecodeText,
  tell?: TellLoaded
): Promise<OpenRecording> {
  const { sizeBytes } = reader;
  const length = await reader.read(0, Math.min(LENGTH_BYTES, sizeBytes));
  const header = await reader.read(0, headerEnd(length, sizeBytes));
  const outline = outlineBlock(header, sizeBytes, decodeText);
  return readPart(reader, openPart(outline, reader), tell);
}

/** All that is read at once. */
function openPart(outline: Outline, reader: IBlockReader): Part<OpenRecording> {
  const { samples, pictures } = outline;
  const images = outline.images ?? known(null);
  const pictured = pictures?.samples ?? known(null);
  const instances = allParts(outline.layers.map(layer => layer.instances));
  const sizes = allParts(sizeParts(outline));
  return {
    spans: [samples, images, pictured, instances, sizes].flatMap(
      part => part.spans
    ),
    make: bytesOf => {
      const values = instances.make(bytesOf);
      const summarySizes = sizes.make(bytesOf);
      const made = samples.make(bytesOf);
      const shown = images.make(bytesOf);
      const ofPictures = numbered(pictured.make(bytesOf), made);
      return {
        ...outline,
        reader,
        samples: made,
        instances: outline.instances.map(instance => ({
          ...instance,
          sample:
            instance.sample === null ? null : numberOf(instance.sample, made)
        })),
        layers: outline.layers.map((layer, i) => ({
          ...layer,
          instances: values[i],
          summarySizes: summarySizes[i]
        })),
        images: shown && { ...shown, samples: numbered(shown.samples, made) },
        pictures: pictures && ofPictures && { ...pictures, samples: ofPictures }
      };
    }
  };
}

/** The author's number of a row of samples; −1 for none. */
function numberOf(row: number, { order }: Samples): number {
  return order === null || row < 0 ? row : order[row];
}

function numbered<T extends Int32Array | null>(rows: T, samples: Samples) {
  return rows && rows.map(row => numberOf(row, samples));
}

function sizeParts({ layers }: Outline): Part<Uint32Array | null>[] {
  const seen = new Set<Membership>();
  return layers.map(({ summary }) => {
    if (summary === null || seen.has(summary.membership)) {
      return known(null);
    }
    seen.add(summary.membership);
    return summary.n;
  });
}
