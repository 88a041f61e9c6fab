import type { Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { measureIn, type Place, type Question } from './answers';
import { fittingRecording } from './attach';
import { openCarried, type Ports } from './carriers';
import { infoOf } from './info';
import { openRecording, type Opened } from './opened';
import type { Carried, IEngine, OnProgress } from './protocol';

/** More activations are not read for one answer where codes can give it. */
const READ_LIMIT_BYTES = 2 ** 28;

/**
 * An engine that answers in place. Every array that it gives away is a copy with its own buffer.
 * `onProgress` hears of downloads, often.
 */
export function createEngine(
  ports: Ports,
  onProgress: OnProgress = () => undefined,
  readLimitBytes = READ_LIMIT_BYTES
): IEngine {
  let opened: Opened | null = null;
  let attached: Opened | null = null;
  let isDisposed = false;

  function read(carried: Carried) {
    return openCarried(carried, ports, (loadedBytes, totalBytes) =>
      onProgress({ layer: null, loadedBytes, totalBytes })
    );
  }

  function close(): void {
    opened?.close();
    attached?.close();
    opened = attached = null;
  }

  return {
    async open(carried) {
      // They arrive while the recording is read.
      void ports.kernels();
      const recording = await read(carried);
      if (isDisposed) {
        recording.reader.close?.();
        throw closed();
      }
      close();
      opened = openRecording(recording, ports, onProgress);
      return infoOf(opened, null);
    },
    async attach(carried, id) {
      const before = opened;
      if (before === null) {
        throw new UnavailableError('no recording is open', 'closed');
      }
      const found = await read(carried);
      try {
        if (isDisposed || opened !== before) {
          throw closed();
        }
        const recording = fittingRecording(
          found,
          before.recording,
          carried,
          id
        );
        attached?.retire();
        attached = openRecording(recording, ports, onProgress);
      } catch (error) {
        found.reader.close?.();
        throw error;
      }
      return infoOf(before, attached);
    },
    async distribution(layer, classIndex, membership) {
      if (opened === null) {
        throw new UnavailableError('no recording is open', 'closed');
      }
      const places = [opened, ...(attached ? [attached] : [])];
      const asked = { classIndex, membership, readLimitBytes };
      return distributionIn(places, layer, asked);
    },
    dispose() {
      isDisposed = true;
      close();
    }
  };
}

function closed(): UnavailableError {
  return new UnavailableError('the recording was closed', 'closed');
}

async function distributionIn(
  places: readonly Opened[],
  layerIndex: number,
  asked: Omit<Question, 'places'>
): Promise<Distribution> {
  const { layers, classes } = places[0].recording;
  const layer = layers.at(layerIndex);
  if (layer === undefined || layerIndex < 0) {
    throw new UnavailableError(`unknown layer: ${layerIndex}`, 'unknown');
  }
  const { classIndex } = asked;
  if (!(classIndex >= 0 && classIndex < classes.length)) {
    throw new UnavailableError(`unknown class: ${classIndex}`, 'unknown');
  }
  const inPlaces = places.map((opened): Place => ({
    opened,
    layer: opened.recording.layers[layerIndex]
  }));
  try {
    return await measureIn({ ...asked, places: inPlaces });
  } catch (error) {
    // The engine's way to say that an array is too large for this machine.
    if (error instanceof RangeError) {
      throw new UnavailableError(
        `not enough memory for ${layer.neurons} neurons`,
        'memory'
      );
    }
    throw error;
  }
}
