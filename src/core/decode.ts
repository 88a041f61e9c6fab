import {
  parseDescriptor,
  type Descriptor,
  type LayerDescriptor,
  type SummaryDescriptor,
  type SummaryTensor
} from './descriptor';
import { FLOAT_DTYPES, viewAs, type Dtype } from './dtype';
import { DecodeError } from './errors';
import type {
  Codes,
  Images,
  Layer,
  Recording,
  Samples,
  Summary
} from './recording';
import {
  checkLayout,
  readBlock,
  type Block,
  type DecodeText
} from './safetensors';
import {
  findTensor,
  readCounts,
  readDoubles,
  readFloats,
  readGrid,
  readIndices,
  type Ref
} from './tensors';

/**
 * The recording in a tensor block (docs/format.md). Arrays are views on `bytes` where they are
 * aligned. Every declared size is checked before anything is allocated.
 * Throws DecodeError with the place, or VersionError.
 */
export function decodeRecording(
  bytes: Uint8Array,
  decodeText: DecodeText
): Recording {
  const block = readBlock(bytes, decodeText);
  const descriptor = parseDescriptor(block.metadata.get('neuraldivergence'));
  const make = planRecording(descriptor, block, bytes.length);
  checkLayout(block);
  return make();
}

/** Finds every tensor and checks its shape; the result makes the recording. */
function planRecording(
  descriptor: Descriptor,
  block: Block,
  blockBytes: number
): () => Recording {
  const { id, name, classes, instances, reduced, view } = descriptor;
  const samples = planSamples(descriptor, block);
  const layers = descriptor.layers.map((layer, i) => {
    checkNeurons(`layers[${i}].neurons`, layer.neurons, blockBytes);
    return planLayer(descriptor, layer, `layers[${i}]`, block);
  });
  const images = planImages(descriptor, block);
  return () => ({
    id,
    name,
    samples: samples(),
    classes,
    layers: layers.map(make => make()),
    instances,
    images: images(),
    reduced,
    view
  });
}

/** Without samples no tensor vouches for the number of neurons, yet memory is allocated for each. */
function checkNeurons(path: string, neurons: number, blockBytes: number): void {
  if (neurons > blockBytes) {
    throw new DecodeError(
      path,
      `${neurons} neurons in a block of ${blockBytes} bytes`
    );
  }
}

function planSamples(descriptor: Descriptor, block: Block): () => Samples {
  const { count, labels, predictions } = descriptor.samples;
  const find = (path: string, name: string | null) =>
    name === null ? null : findTensor(block, path, name, ['I32'], [count]);
  const refs = {
    labels: find('samples.labels', labels),
    predictions: find('samples.predictions', predictions)
  };
  const end = descriptor.classes.length;
  return () => ({
    count,
    labels: refs.labels && readIndices(refs.labels, end),
    predictions: refs.predictions && readIndices(refs.predictions, end)
  });
}

function planLayer(
  descriptor: Descriptor,
  layer: LayerDescriptor,
  path: string,
  block: Block
): () => Layer {
  const { name, neurons, kind, reduction, neuronNames } = layer;
  const shape = [descriptor.samples.count, neurons];
  const activations =
    layer.activations === null
      ? null
      : findTensor(
          block,
          `${path}.activations`,
          layer.activations,
          FLOAT_DTYPES,
          shape
        );
  const codes = planCodes(layer, shape, `${path}.codes`, block);
  const summary =
    layer.summary === null
      ? null
      : planSummary(
          layer.summary,
          [descriptor.classes.length, neurons],
          `${path}.summary`,
          block
        );
  const instances = planInstances(descriptor, layer, path, block);
  return () => ({
    name,
    neurons,
    kind,
    reduction,
    neuronNames,
    activations: activations && readFloats(activations),
    codes: codes(),
    summary: summary && summary(),
    instances: instances()
  });
}

function planCodes(
  { codes, neurons }: LayerDescriptor,
  shape: readonly number[],
  path: string,
  block: Block
): () => Codes | null {
  if (codes === null) {
    return () => null;
  }
  const tensor = findTensor(
    block,
    `${path}.tensor`,
    codes.tensor,
    ['U8'],
    shape
  );
  const grid = findTensor(
    block,
    `${path}.grid`,
    codes.grid,
    ['I32'],
    [neurons, 2]
  );
  return () => ({ codes: tensor.bytes, grid: readGrid(grid) });
}

function planInstances(
  { instances }: Descriptor,
  layer: LayerDescriptor,
  path: string,
  block: Block
): () => Float32Array {
  if (layer.instances === null && instances.length === 0) {
    return () => new Float32Array(0);
  }
  if (layer.instances === null) {
    throw new DecodeError(`${path}.instances`, 'missing');
  }
  const shape = [instances.length, layer.neurons];
  const ref = findTensor(
    block,
    `${path}.instances`,
    layer.instances,
    FLOAT_DTYPES,
    shape
  );
  return () => readFloats(ref);
}

function planSummary(
  summary: SummaryDescriptor,
  shape: readonly [classes: number, neurons: number],
  path: string,
  block: Block
): () => Summary {
  const { membership, bins, probabilities, exact, bound } = summary;
  const find = (
    key: SummaryTensor,
    dtypes: readonly Dtype[],
    wanted: readonly number[] = shape
  ) => findTensor(block, `${path}.${key}`, summary[key], dtypes, wanted);
  const refs = {
    grid: find('grid', ['I32'], [shape[1], 2]),
    counts: find('counts', ['U16', 'U32'], [...shape, bins]),
    n: find('n', ['U32']),
    zeros: find('zeros', ['U32']),
    nan: find('nan', ['U32']),
    posinf: find('posinf', ['U32']),
    neginf: find('neginf', ['U32']),
    min: find('min', ['F64']),
    max: find('max', ['F64']),
    mean: find('mean', ['F64']),
    m2: find('m2', ['F64']),
    quantiles: find(
      'quantiles',
      ['F64', 'F32'],
      [...shape, probabilities.length]
    )
  };
  return () => ({
    membership,
    bins,
    grid: readGrid(refs.grid),
    counts: readCounts(refs.counts),
    n: viewAs(Uint32Array, refs.n.bytes),
    zeros: viewAs(Uint32Array, refs.zeros.bytes),
    nan: viewAs(Uint32Array, refs.nan.bytes),
    posinf: viewAs(Uint32Array, refs.posinf.bytes),
    neginf: viewAs(Uint32Array, refs.neginf.bytes),
    min: readDoubles(refs.min),
    max: readDoubles(refs.max),
    mean: readDoubles(refs.mean),
    m2: readDoubles(refs.m2),
    quantiles: readDoubles(refs.quantiles),
    probabilities,
    exact,
    bound
  });
}

function planImages(
  { images, instances, samples }: Descriptor,
  block: Block
): () => Images | null {
  const ref = images && findImages(block, images.tensor);
  const count = ref === null ? 0 : ref.shape[0];
  instances.forEach((instance, i) => {
    checkIndex(`instances[${i}].sample`, instance.sample, samples.count);
    checkIndex(`instances[${i}].image`, instance.image, count);
  });
  if (images === null || ref === null) {
    return () => null;
  }
  const shown =
    images.samples === null
      ? null
      : findTensor(block, 'images.samples', images.samples, ['I32'], [count]);
  const [, height, width, channels] = ref.shape;
  return () => ({
    count,
    height,
    width,
    channels: channelsOf(ref.path, channels),
    pixels: ref.bytes,
    samples: shown && readIndices(shown, samples.count)
  });
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
