import { groupSizes } from '../core/groups';
import { summarySize } from '../core/measure';
import type { OpenLayer } from '../core/open';
import type { Membership } from '../core/recording';
import { modelInfo } from './model';
import { canGroup, type Opened } from './opened';
import type { ColumnInfo, LayerInfo, RecordingInfo } from './protocol';

/** What is known of a recording that is in `opened`, and maybe in `attached` as well. Arrays are copies. */
export function infoOf(opened: Opened, attached: Opened | null): RecordingInfo {
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
  const everywhere = [opened, ...(attached ? [attached] : [])];
  const sizes = (membership: Membership) =>
    (attached && classSizes(attached, membership)) ??
    classSizes(opened, membership);
  return {
    id,
    name,
    sampleCount: samples.count,
    classes,
    layers: layers.map((layer, i) =>
      layerInfo(layer, attached?.recording.layers[i] ?? layer)
    ),
    instances,
    images: images && {
      ...images,
      pixels: images.pixels.slice(),
      samples: images.samples && images.samples.slice()
    },
    reduced,
    view,
    classSizes: {
      label: sizes('label'),
      prediction: sizes('prediction'),
      correct: sizes('correct')
    },
    ...knownOf(everywhere),
    model: modelInfo(everywhere)
  };
}

/** What the author told of the samples, where one of the places has it. */
function knownOf(
  places: readonly Opened[]
): Pick<RecordingInfo, 'groups' | 'columns'> {
  const all = places.map(({ recording }) => recording.samples);
  const groups = all.find(one => one.groups.length > 0)?.groups ?? [];
  const columns = all.find(one => one.columns.length > 0)?.columns ?? [];
  return {
    groups: groups.map(({ id, name, color, mask }) => ({
      id,
      name,
      color,
      size: bitsIn(mask)
    })),
    columns: columns.map(({ name, categories, values }) => ({
      name,
      categories,
      range: categories === null ? rangeOf(values) : null
    }))
  };
}

function bitsIn(mask: Uint8Array): number {
  let bits = 0;
  for (let byte of mask) {
    for (; byte > 0; byte >>= 1) {
      bits += byte & 1;
    }
  }
  return bits;
}

function rangeOf(values: ArrayLike<number>): ColumnInfo['range'] {
  let [min, max] = [Infinity, -Infinity];
  for (let row = 0; row < values.length; row++) {
    if (Number.isFinite(values[row])) {
      min = Math.min(min, values[row]);
      max = Math.max(max, values[row]);
    }
  }
  return min <= max ? [min, max] : null;
}

function layerInfo(layer: OpenLayer, best: OpenLayer): LayerInfo {
  const { name, neurons, kind, reduction, neuronNames, instances } = layer;
  const raw = (best.codes ?? layer.codes) === null ? 'summary' : 'codes';
  return {
    name,
    neurons,
    kind,
    reduction,
    neuronNames,
    detail:
      (best.activations ?? layer.activations) === null ? raw : 'activations',
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
