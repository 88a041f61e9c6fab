import type { Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import { groupSamples, groupSizes, rowsOf, type Groups } from '../core/groups';
import {
  codeLayer,
  measureCodes,
  measureValues,
  summarised,
  summarySize,
  type Coded
} from '../core/measure';
import type { OpenLayer, OpenRecording } from '../core/open';
import { readPart, type Part } from '../core/part';
import { keepRecent } from '../core/recent';
import type { Codes, Membership, Summary } from '../core/recording';
import { openCarried, type Ports } from './carriers';
import type {
  IEngine,
  LayerInfo,
  OnProgress,
  Progress,
  RecordingInfo
} from './protocol';

/** Activations of layers and their codes are kept up to this much. */
const LAYERS_BUDGET_BYTES = 2 ** 31;
/** As are summaries, and codes that came without activations. */
const SUMMARIES_BUDGET_BYTES = 2 ** 28;

/**
 * An engine that answers in place. Every array that it gives away is a copy with its own buffer.
 * `onProgress` hears of downloads, often.
 */
export function createEngine(
  ports: Ports,
  onProgress: OnProgress = () => undefined
): IEngine {
  let opened: Opened | null = null;
  let isDisposed = false;

  return {
    async open(carried) {
      // They arrive while the recording is read.
      void ports.kernels();
      const recording = await openCarried(
        carried,
        ports,
        (loadedBytes, totalBytes) =>
          onProgress({ layer: null, loadedBytes, totalBytes })
      );
      if (isDisposed) {
        recording.reader.close?.();
        throw new UnavailableError('the recording was closed', 'closed');
      }
      opened = openRecording(recording, ports, onProgress);
      return infoOf(opened);
    },
    async distribution(layer, classIndex, membership) {
      if (opened === null) {
        throw new UnavailableError('no recording is open', 'closed');
      }
      return distributionOf(opened, layer, classIndex, membership);
    },
    dispose() {
      isDisposed = true;
      opened?.recording.reader.close?.();
      opened = null;
    }
  };
}

/** A recording and what is kept for it. */
type Opened = {
  readonly recording: OpenRecording;
  readonly kernels: Ports['kernels'];
  /** Samples by class; throws UnavailableError. */
  groups(membership: Membership): Groups;
  /** Parts of layers. Questions at the same time share one read. */
  coded(layer: OpenLayer, activations: Part<Float32Array>): Promise<Coded>;
  summary(layer: OpenLayer, summary: Part<Summary>): Promise<Summary>;
  codes(layer: OpenLayer, codes: Part<Codes>): Promise<Codes>;
};

function openRecording(
  recording: OpenRecording,
  { kernels }: Ports,
  onProgress: OnProgress
): Opened {
  const { samples, classes, reader } = recording;
  const groups = new Map<Membership, Groups>();
  const read = <T>({ name: layer }: OpenLayer, part: Part<T>) =>
    readPart(reader, part, (loadedBytes, totalBytes) =>
      onProgress({ layer, loadedBytes, totalBytes } satisfies Progress)
    );
  const activations = keptAnswers<OpenLayer, Coded>(LAYERS_BUDGET_BYTES);
  const summaries = keptAnswers<OpenLayer, Summary>(SUMMARIES_BUDGET_BYTES);
  const codes = keptAnswers<OpenLayer, Codes>(SUMMARIES_BUDGET_BYTES);
  return {
    recording,
    kernels,
    groups(membership) {
      const found =
        groups.get(membership) ??
        groupSamples(samples, membership, classes.length);
      groups.set(membership, found);
      return found;
    },
    // An activation takes four bytes, its code one.
    coded: (layer, part) =>
      activations(layer, samples.count * layer.neurons * 5, async () =>
        codeLayer(await read(layer, part), layer, await kernels())
      ),
    summary: (layer, part) =>
      summaries(layer, sizeOf(part), () => read(layer, part)),
    codes: (layer, part) => codes(layer, sizeOf(part), () => read(layer, part))
  };
}

function sizeOf({ spans }: Part<unknown>): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
}

/** Answers that are kept, and asked for again when they could not be had. */
function keptAnswers<K, V>(budgetBytes: number) {
  const kept = keepRecent<K, Promise<V>>(budgetBytes);
  return (key: K, sizeBytes: number, ask: () => Promise<V>): Promise<V> =>
    kept.get(key, sizeBytes, () => {
      const answer = ask();
      answer.catch(() => kept.drop(key));
      return answer;
    });
}

async function distributionOf(
  opened: Opened,
  layerIndex: number,
  classIndex: number,
  membership: Membership
): Promise<Distribution> {
  const { layers, classes } = opened.recording;
  const layer = layers.at(layerIndex);
  if (layer === undefined || layerIndex < 0) {
    throw new UnavailableError(`unknown layer: ${layerIndex}`, 'unknown');
  }
  if (!(classIndex >= 0 && classIndex < classes.length)) {
    throw new UnavailableError(`unknown class: ${classIndex}`, 'unknown');
  }
  try {
    return await measure(opened, layer, classIndex, membership);
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

/** Activations are preferred; a summary of the same membership knows more than codes. */
async function measure(
  opened: Opened,
  layer: OpenLayer,
  classIndex: number,
  membership: Membership
): Promise<Distribution> {
  const { activations, codes, summary } = layer;
  const rows = () => rowsOf(opened.groups(membership), classIndex);
  if (activations !== null && canGroup(opened.recording, membership)) {
    const coded = await opened.coded(layer, activations);
    return measureValues(coded, rows(), await opened.kernels());
  }
  if (summary?.membership === membership) {
    const found = await opened.summary(layer, summary);
    return summarised(found, layer.neurons, classIndex);
  }
  if (codes !== null) {
    // Whether the membership can be answered is told before anything is read.
    const members = rows();
    const coded = await opened.codes(layer, codes);
    return measureCodes(coded, members, await opened.kernels());
  }
  if (activations === null) {
    throw new UnavailableError(
      `${layer.name} holds only a summary by ${summary?.membership}, none by ${membership}`,
      'membership'
    );
  }
  throw new UnavailableError(
    `this recording cannot tell classes by ${membership}`,
    'membership'
  );
}

function canGroup({ samples }: OpenRecording, membership: Membership): boolean {
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

function layerInfo(layer: OpenLayer): LayerInfo {
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
  for (const { summary, summarySizes, neurons } of layers) {
    if (summary?.membership === membership && summarySizes !== null) {
      return Uint32Array.from(classes, (_, classIndex) =>
        summarySize(summarySizes, neurons, classIndex)
      );
    }
  }
  return null;
}
