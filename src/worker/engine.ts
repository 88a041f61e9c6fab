import { decodeRecording } from '../core/decode';
import { identify } from '../core/descriptor';
import type { Distribution } from '../core/distribution';
import { DecodeError, UnavailableError } from '../core/errors';
import { groupSamples, groupSizes, rowsOf, type Groups } from '../core/groups';
import {
  codeLayer,
  measureCodes,
  measureValues,
  summarised,
  summarySize,
  type Coded
} from '../core/measure';
import { keepRecent } from '../core/recent';
import type { Layer, Membership, Recording } from '../core/recording';
import type { DecodeText } from '../core/safetensors';
import type { Carried, IEngine, LayerInfo, RecordingInfo } from './protocol';

/** What the engine needs from where it runs. */
export type Ports = {
  readonly decodeText: DecodeText;
  /** Bytes of base64 text, inflated when they are gzip'd. Rejects with a DecodeError. */
  unpack(text: string): Promise<Uint8Array>;
};

/** Codes of layers are kept up to this much. */
const CODES_BUDGET_BYTES = 2 ** 29;

/** An engine that answers in place. Every array that it gives away is a copy with its own buffer. */
export function createEngine(ports: Ports): IEngine {
  let opened: Opened | null = null;
  let isDisposed = false;

  return {
    async open(carried) {
      const recording = await readCarried(carried, ports);
      if (isDisposed) {
        throw new UnavailableError('the recording was closed');
      }
      opened = openRecording(recording);
      return infoOf(opened);
    },
    async distribution(layer, classIndex, membership) {
      if (opened === null) {
        throw new UnavailableError('no recording is open');
      }
      return distributionOf(opened, layer, classIndex, membership);
    },
    dispose() {
      isDisposed = true;
      opened = null;
    }
  };
}

async function readCarried(
  carried: Carried,
  { decodeText, unpack }: Ports
): Promise<Recording> {
  if (carried.kind === 'block') {
    return decodeRecording(carried.bytes, decodeText);
  }
  const { id } = identify(carried.descriptor);
  const recording = decodeRecording(await unpack(carried.text), decodeText);
  if (recording.id !== id) {
    throw new DecodeError(
      'id',
      'the descriptor and the data belong to different recordings'
    );
  }
  return recording;
}

/** A recording and what is kept for it. */
type Opened = {
  readonly recording: Recording;
  /** Samples by class; throws UnavailableError. */
  groups(membership: Membership): Groups;
  coded(layer: number, activations: Float32Array): Coded;
};

function openRecording(recording: Recording): Opened {
  const { samples, classes, layers } = recording;
  const groups = new Map<Membership, Groups>();
  const codes = keepRecent<number, Coded>(CODES_BUDGET_BYTES);
  return {
    recording,
    groups(membership) {
      const found =
        groups.get(membership) ??
        groupSamples(samples, membership, classes.length);
      groups.set(membership, found);
      return found;
    },
    coded: (layer, activations) =>
      codes.get(layer, activations.length, () =>
        codeLayer(activations, layers[layer])
      )
  };
}

function distributionOf(
  opened: Opened,
  layerIndex: number,
  classIndex: number,
  membership: Membership
): Distribution {
  const { layers, classes } = opened.recording;
  const layer = layers.at(layerIndex);
  if (layer === undefined || layerIndex < 0) {
    throw new UnavailableError(`unknown layer: ${layerIndex}`);
  }
  if (!(classIndex >= 0 && classIndex < classes.length)) {
    throw new UnavailableError(`unknown class: ${classIndex}`);
  }
  try {
    return measure(opened, layer, layerIndex, classIndex, membership);
  } catch (error) {
    // The engine's way to say that an array is too large for this machine.
    if (error instanceof RangeError) {
      throw new UnavailableError(
        `not enough memory for ${layer.neurons} neurons`
      );
    }
    throw error;
  }
}

/** Activations are preferred; a summary of the same membership knows more than codes. */
function measure(
  { recording, groups, coded }: Opened,
  layer: Layer,
  layerIndex: number,
  classIndex: number,
  membership: Membership
): Distribution {
  const { activations, codes, summary } = layer;
  const hasGroups = canGroup(recording, membership);
  if (activations !== null && hasGroups) {
    const rows = rowsOf(groups(membership), classIndex);
    return measureValues(coded(layerIndex, activations), rows);
  }
  if (summary?.membership === membership) {
    return summarised(summary, layer.neurons, classIndex);
  }
  if (codes !== null) {
    return measureCodes(codes, rowsOf(groups(membership), classIndex));
  }
  if (activations === null) {
    throw new UnavailableError(
      `${layer.name} holds only a summary by ${summary?.membership}, none by ${membership}`
    );
  }
  throw new UnavailableError(
    `this recording cannot tell classes by ${membership}`
  );
}

function canGroup({ samples }: Recording, membership: Membership): boolean {
  const { labels, predictions } = samples;
  return (
    (membership === 'prediction' || labels !== null) &&
    (membership === 'label' || predictions !== null)
  );
}

function infoOf(opened: Opened): RecordingInfo {
  const {
    id,
    name,
    samples,
    classes,
    layers,
    instances,
    images,
    reduced,
    view
  } = opened.recording;
  return {
    id,
    name,
    sampleCount: samples.count,
    classes,
    layers: layers.map(layerInfo),
    instances,
    images: images && {
      ...images,
      pixels: images.pixels.slice(),
      samples: images.samples && images.samples.slice()
    },
    reduced,
    view,
    classSizes: {
      label: classSizes(opened, 'label'),
      prediction: classSizes(opened, 'prediction'),
      correct: classSizes(opened, 'correct')
    }
  };
}

function layerInfo(layer: Layer): LayerInfo {
  const { name, neurons, kind, reduction, neuronNames, instances } = layer;
  const raw = layer.codes === null ? 'summary' : 'codes';
  return {
    name,
    neurons,
    kind,
    reduction,
    neuronNames,
    detail: layer.activations === null ? raw : 'activations',
    instances: instances.slice()
  };
}

/** Samples per class, when at least one layer can be asked by this membership. */
function classSizes(
  { recording, groups }: Opened,
  membership: Membership
): Uint32Array | null {
  const { layers, classes } = recording;
  const isRaw = layers.some(({ activations, codes }) => activations ?? codes);
  if (isRaw && canGroup(recording, membership)) {
    return groupSizes(groups(membership));
  }
  for (const { summary, neurons } of layers) {
    if (summary?.membership === membership) {
      return Uint32Array.from(classes, (_, classIndex) =>
        summarySize(summary, neurons, classIndex)
      );
    }
  }
  return null;
}
