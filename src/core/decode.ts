import {
  parseDescriptor,
  type Descriptor,
  type LayerDescriptor,
  type SummaryDescriptor,
  type SummaryTensor
} from './descriptor';
import { FLOAT_DTYPES, type Dtype } from './dtype';
import { DecodeError } from './errors';
import { planImages, type Pictures } from './decodeImages';
import { planModel, type ModelOutline } from './decodeModel';
import { planSamples } from './decodeSamples';
import { known, type Part, type TablePart } from './part';
import type {
  Codes,
  Grid,
  Images,
  Layer,
  Recording,
  Samples
} from './recording';
import type { Summary } from './recording';
import {
  checkLayout,
  readBlock,
  type Block,
  type DecodeText
} from './safetensors';
import {
  findPacked,
  findTensor,
  readCounts,
  readDoubles,
  readFloats,
  readGrid,
  readRow,
  readUints,
  tablePart,
  tensorPart,
  type Ref
} from './tensors';

/** What a tensor block holds, every size checked, and how its parts are made from the block's bytes. */
export type Outline = Pick<
  Recording,
  'id' | 'name' | 'classes' | 'instances' | 'reduced' | 'view'
> & {
  readonly samples: Part<Samples>;
  readonly layers: readonly LayerOutline[];
  /** The images of the instances, which `instances` refer to. */
  readonly images: Part<Images> | null;
  readonly pictures: Pictures | null;
  readonly model: ModelOutline | null;
};

export type LayerOutline = LayerParts &
  Pick<Layer, 'name' | 'neurons' | 'kind' | 'reduction' | 'neuronNames'> & {
    readonly instances: Part<Float32Array>;
  };

/** The data of a layer; at least one part is there. */
export type LayerParts = {
  readonly activations: ActivationsPart | null;
  readonly codes: CodesPart | null;
  readonly summary: SummaryPart | null;
};

/** `rows` is null where all are read as one. */
export type ActivationsPart = Part<Float32Array> & {
  readonly rows: TablePart<Float32Array>['rows'] | null;
};

export type CodesPart = TablePart<Codes> & GridPart;

export type SummaryPart = Part<Summary> &
  Pick<Summary, 'membership' | 'bins' | 'exact'> &
  GridPart & {
    /** The summary's `n` alone. */
    readonly n: Part<Uint32Array>;
  };

type GridPart = {
  /** The grid alone. */
  readonly grid: Part<Grid>;
};

/**
 * The outline of a tensor block (docs/format.md) of `sizeBytes`, from its header, with which `bytes` begin.
 * Every declared size is checked before anything is allocated.
 * Throws DecodeError with the place, or VersionError.
 */
export function outlineBlock(
  bytes: Uint8Array,
  sizeBytes: number,
  decodeText: DecodeText
): Outline {
  const block = readBlock(bytes, sizeBytes, decodeText);
  const descriptor = parseDescriptor(block.metadata.get('neuraldivergence'));
  const outline = planRecording(descriptor, block, sizeBytes);
  checkLayout(block);
  return outline;
}

/** Finds every tensor and checks its shape. */
function planRecording(
  descriptor: Descriptor,
  block: Block,
  sizeBytes: number
): Outline {
  const { id, name, classes, reduced, view } = descriptor;
  const samples = planSamples(descriptor, block);
  const layers = descriptor.layers.map((layer, i) => {
    checkNeurons(`layers[${i}].neurons`, layer.neurons, sizeBytes);
    return planLayer(descriptor, layer, `layers[${i}]`, block);
  });
  const { instances, images, pictures } = planImages(descriptor, block);
  return {
    id,
    name,
    samples,
    classes,
    layers,
    instances,
    images,
    pictures,
    model: descriptor.model && planModel(descriptor.model, block),
    reduced,
    view
  };
}

/** Without samples no tensor vouches for the number of neurons, yet memory is allocated for each. */
function checkNeurons(path: string, neurons: number, sizeBytes: number): void {
  if (neurons > sizeBytes) {
    throw new DecodeError(
      path,
      `${neurons} neurons in a block of ${sizeBytes} bytes`
    );
  }
}

function planLayer(
  descriptor: Descriptor,
  layer: LayerDescriptor,
  path: string,
  block: Block
): LayerOutline {
  const { name, neurons, kind, reduction, neuronNames } = layer;
  const shape = [descriptor.samples.count, neurons];
  const groups = [descriptor.classes.length, neurons] as const;
  return {
    name,
    neurons,
    kind,
    reduction,
    neuronNames,
    activations:
      layer.activations === null
        ? null
        : tablePart(
            findTensor(
              block,
              `${path}.activations`,
              layer.activations,
              FLOAT_DTYPES,
              shape
            ),
            readFloats
          ),
    codes: planCodes(layer, shape, `${path}.codes`, block),
    summary:
      layer.summary === null
        ? null
        : planSummary(layer.summary, groups, `${path}.summary`, block),
    instances: planInstances(descriptor, layer, path, block)
  };
}

function planCodes(
  { codes, neurons }: LayerDescriptor,
  shape: readonly number[],
  path: string,
  block: Block
): CodesPart | null {
  if (codes === null) {
    return null;
  }
  const { tensor, grid } = codes;
  const gridPart = tensorPart(
    findTensor(block, `${path}.grid`, grid, ['I32'], [neurons, 2]),
    readGrid
  );
  const table = tablePart(
    findTensor(block, `${path}.tensor`, tensor, ['U8'], shape),
    (_, bytes) => bytes
  );
  const withGrid = (part: Part<Uint8Array>): Part<Codes> => ({
    spans: [...part.spans, ...gridPart.spans],
    make: bytesOf => ({
      codes: part.make(bytesOf),
      grid: gridPart.make(bytesOf)
    })
  });
  return {
    ...withGrid(table),
    rows: runs => withGrid(table.rows(runs)),
    grid: gridPart
  };
}

function planInstances(
  { instances }: Descriptor,
  layer: LayerDescriptor,
  path: string,
  block: Block
): Part<Float32Array> {
  if (layer.instances === null && instances.length === 0) {
    return known(new Float32Array(0));
  }
  if (layer.instances === null) {
    throw new DecodeError(`${path}.instances`, 'missing');
  }
  const shape = [instances.length, layer.neurons];
  return tensorPart(
    findTensor(
      block,
      `${path}.instances`,
      layer.instances,
      FLOAT_DTYPES,
      shape
    ),
    readFloats
  );
}

function planSummary(
  summary: SummaryDescriptor,
  shape: readonly [classes: number, neurons: number],
  path: string,
  block: Block
): SummaryPart {
  const { membership, bins, probabilities, exact, bound } = summary;
  const find = (
    key: SummaryTensor,
    dtypes: readonly Dtype[],
    wanted: readonly number[] = shape
  ) => findPacked(block, `${path}.${key}`, summary[key], dtypes, wanted);
  const plain = (
    key: SummaryTensor,
    dtypes: readonly Dtype[],
    wanted: readonly number[] = shape
  ) => findTensor(block, `${path}.${key}`, summary[key], dtypes, wanted);
  const refs = {
    counts: find('counts', ['U16', 'U32'], [...shape, bins]),
    n: plain('n', ['U32']),
    zeros: plain('zeros', ['U32']),
    nan: plain('nan', ['U32']),
    posinf: plain('posinf', ['U32']),
    neginf: plain('neginf', ['U32']),
    min: find('min', ['F64', 'F32']),
    max: find('max', ['F64', 'F32']),
    mean: find('mean', ['F64', 'F32']),
    quantiles: find(
      'quantiles',
      ['F64', 'F32'],
      [...shape, probabilities.length]
    )
  };
  // Nothing here needs it.
  find('m2', ['F64', 'F32']);
  const grid = tensorPart(plain('grid', ['I32'], [shape[1], 2]), readGrid);
  return {
    membership,
    bins,
    exact,
    grid,
    n: tensorPart(refs.n, readUints),
    spans: [...grid.spans, ...Object.values(refs)],
    make: bytesOf => ({
      membership,
      bins,
      grid: grid.make(bytesOf),
      probabilities,
      exact,
      bound,
      of(classIndex) {
        const row = <T>(
          key: keyof typeof refs,
          read: (ref: Ref, bytes: Uint8Array) => T
        ) => readRow(refs[key], bytesOf(refs[key]), classIndex, read);
        return {
          counts: row('counts', readCounts),
          n: row('n', readUints),
          zeros: row('zeros', readUints),
          nan: row('nan', readUints),
          posinf: row('posinf', readUints),
          neginf: row('neginf', readUints),
          min: row('min', readDoubles),
          max: row('max', readDoubles),
          mean: row('mean', readDoubles),
          quantiles: row('quantiles', readDoubles)
        };
      }
    })
  };
}
