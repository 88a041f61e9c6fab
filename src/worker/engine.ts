import { classOf } from '../core/classesIn';
import { UnavailableError } from '../core/errors';
import { measureIn } from './answers';
import { fittingRecording } from './attach';
import { openCarried, type Ports } from './carriers';
import { matrixIn, oneVersusRestIn } from './classes';
import { compareIn, isSingle } from './compare';
import { detectorIn } from './detector';
import { followIn } from './following';
import { infoOf } from './info';
import { modelIn } from './model';
import { openRecording, type Opened } from './opened';
import type { Around } from './places';
import type {
  Answering,
  Carried,
  IEngine,
  OnProgress,
  Subset
} from './protocol';
import { rowsIn } from './rows';
import {
  compositionIn,
  membersIn,
  picturesIn,
  samplesIn,
  valuesIn
} from './samples';

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

  function around(): Around {
    if (opened === null) {
      throw new UnavailableError('no recording is open', 'closed');
    }
    return {
      everywhere: [opened, ...(attached ? [attached] : [])],
      readLimitBytes
    };
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
    ...answersOf(around),
    dispose() {
      isDisposed = true;
      close();
    }
  };
}

function closed(): UnavailableError {
  return new UnavailableError('the recording was closed', 'closed');
}

/** The answers to all questions about what is `around` when they are asked. */
function answersOf(around: () => Around): Answering {
  return {
    distribution: (layer, subset) =>
      answering(around, here =>
        measureIn(layerIn(here, layer), subsetIn(here, subset), here)
      ),
    following: (layer, subset) =>
      answering(around, here =>
        followIn(layerIn(here, layer), subsetIn(here, subset), here)
      ),
    compare: (layer, divergence, a, b) =>
      answering(around, here =>
        compareIn(
          layerIn(here, layer),
          divergence,
          subsetIn(here, a),
          isSingle(b) ? b : subsetIn(here, b),
          here
        )
      ),
    matrix: (layer, divergence, membership) =>
      answering(around, here =>
        matrixIn(layerIn(here, layer), divergence, membership, here)
      ),
    oneVersusRest: (layer, membership) =>
      answering(around, here =>
        oneVersusRestIn(layerIn(here, layer), membership, here)
      ),
    detector: of =>
      answering(around, here =>
        detectorIn(typeof of === 'number' ? layerIn(here, of) : of, here)
      ),
    values: (layer, neuron) =>
      answering(around, here => valuesIn(layerIn(here, layer), neuron, here)),
    samples: () => answering(around, samplesIn),
    rows: samples => answering(around, here => rowsIn(samples, here)),
    members: where => answering(around, here => membersIn(where, here)),
    composition: (where, membership) =>
      answering(around, here => compositionIn(where, membership, here)),
    pictures: samples => answering(around, here => picturesIn(samples, here)),
    model: () => answering(around, modelIn)
  };
}

async function answering<T>(
  around: () => Around,
  answer: (here: Around) => T | Promise<T>
): Promise<T> {
  try {
    return await answer(around());
  } catch (error) {
    // The engine's way to say that an array is too large for this machine.
    if (error instanceof RangeError) {
      throw new UnavailableError('not enough memory for this layer', 'memory');
    }
    throw error;
  }
}

function layerIn({ everywhere }: Around, index: number): number {
  if (!(index in everywhere[0].recording.layers)) {
    throw new UnavailableError(`unknown layer: ${index}`, 'unknown');
  }
  return index;
}

/** A condition that chooses one class is that class, of which more may be known. */
function subsetIn({ everywhere }: Around, subset: Subset): Subset {
  const { classes } = everywhere[0].recording;
  if ('where' in subset) {
    return classOf(subset.where, classes.length) ?? subset;
  }
  const { classIndex } = subset;
  if (!(classIndex >= 0 && classIndex < classes.length)) {
    throw new UnavailableError(`unknown class: ${classIndex}`, 'unknown');
  }
  return subset;
}
