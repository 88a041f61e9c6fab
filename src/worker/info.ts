import { groupSizes } from '../core/groups';
import { summarySize } from '../core/measure';
import type { OpenLayer } from '../core/open';
import type { Membership } from '../core/recording';
import { canGroup, type Opened } from './opened';
import type { LayerInfo, RecordingInfo } from './protocol';

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
    groups: [],
    columns: []
  };
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
