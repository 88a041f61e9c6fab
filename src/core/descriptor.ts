import { DecodeError, VersionError } from './errors';
import {
  booleanAt,
  choiceAt,
  fieldsOf,
  indexAt,
  invalid,
  listAt,
  numberAt,
  objectAt,
  once,
  optionalAt,
  parseJson,
  pathOf,
  readString,
  sizeAt,
  stringAt,
  type Fields
} from './fields';
import { parseModel, type ModelDescriptor } from './model';
import {
  MEMBERSHIPS,
  type ClassInfo,
  type Column,
  type Instance,
  type InstanceRole,
  type Layer,
  type Membership,
  type RecordedGroup
} from './recording';

/** Version of the format that this code reads. */
export const VERSION = 1;

/** The descriptor of docs/format.md, checked as far as it goes without tensors. */
export type Descriptor = {
  readonly id: string;
  readonly name: string;
  readonly samples: {
    readonly count: number;
    readonly labels: string | null;
    readonly predictions: string | null;
    readonly order: string | null;
    readonly columns: readonly ColumnDescriptor[];
  };
  readonly groups: readonly GroupDescriptor[];
  readonly classes: readonly ClassInfo[];
  readonly layers: readonly LayerDescriptor[];
  readonly instances: readonly Instance[];
  readonly images: {
    readonly tensor: string;
    readonly samples: string | null;
  } | null;
  readonly model: ModelDescriptor | null;
  readonly reduced: boolean;
  readonly view: unknown;
};

/** A column of the samples; its tensor by name. */
export type ColumnDescriptor = Pick<Column, 'name' | 'categories'> & {
  readonly tensor: string;
};

/** A group of samples; its tensor by name. */
export type GroupDescriptor = Pick<RecordedGroup, 'id' | 'name' | 'color'> & {
  readonly tensor: string;
};

/** A layer; tensors by name. */
export type LayerDescriptor = Pick<
  Layer,
  'name' | 'neurons' | 'kind' | 'reduction' | 'neuronNames'
> & {
  readonly activations: string | null;
  readonly codes: { readonly tensor: string; readonly grid: string } | null;
  readonly summary: SummaryDescriptor | null;
  readonly instances: string | null;
};

/** The tensors of a summary, by field. */
export type SummaryTensor =
  | 'grid'
  | 'counts'
  | 'n'
  | 'zeros'
  | 'nan'
  | 'posinf'
  | 'neginf'
  | 'min'
  | 'max'
  | 'mean'
  | 'm2'
  | 'quantiles';

export type SummaryDescriptor = Readonly<Record<SummaryTensor, string>> & {
  readonly membership: Membership;
  readonly bins: number;
  readonly probabilities: readonly number[];
  readonly exact: boolean;
  readonly bound: number | null;
};

const DESCRIPTOR_PATH = 'header.__metadata__.neuraldivergence';
const ROLES: readonly InstanceRole[] = ['benign', 'attacked', 'plain'];
const REDUCTIONS = ['mean', 'max', 'position'] as const;
const SOURCES = ['inline', 'file', 'comm'] as const;
const BIN_COUNTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const QUARTILES = [0.25, 0.5, 0.75];

/**
 * Format, version and id of a descriptor: what can be told before the rest is read.
 * Throws DecodeError or VersionError.
 */
export function identify(json: unknown): { readonly id: string } {
  const { values } = fieldsOf(json, 'descriptor');
  const fields = { path: '', values };
  choiceAt(fields, 'format', ['neuraldivergence']);
  const version = values.get('version');
  if (version !== VERSION) {
    throw new VersionError(version, VERSION);
  }
  const id = stringAt(fields, 'id');
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw invalid(fields, 'id');
  }
  return { id };
}

/** Parses the descriptor in the metadata of a tensor block. Throws DecodeError or VersionError. */
export function parseDescriptor(text: unknown): Descriptor {
  if (typeof text !== 'string') {
    throw new DecodeError(DESCRIPTOR_PATH, 'missing');
  }
  const json = parseJson(DESCRIPTOR_PATH, () => text);
  const { id } = identify(json);
  const fields = fieldsOf(json, '');
  const classes = listAt(fields, 'classes', parseClass);
  return {
    id,
    name: stringAt(fields, 'name'),
    samples: parseSamples(objectAt(fields, 'samples')),
    groups: optionalAt(fields, 'groups', parseGroups) ?? [],
    classes,
    layers: listAt(fields, 'layers', parseLayer),
    instances: parseInstances(fields, classes.length),
    images: optionalAt(fields, 'images', parseImages),
    model: optionalAt(fields, 'model', parseModel),
    reduced: parseReduced(objectAt(fields, 'source')),
    view: fields.values.get('view') ?? null
  };
}

function parseSamples(fields: Fields): Descriptor['samples'] {
  return {
    count: sizeAt(fields, 'count'),
    labels: optionalAt(fields, 'labels', stringAt),
    predictions: optionalAt(fields, 'predictions', stringAt),
    order: optionalAt(fields, 'order', stringAt),
    columns: optionalAt(fields, 'columns', parseColumns) ?? []
  };
}

function parseColumns(parent: Fields, key: string): ColumnDescriptor[] {
  const checkName = once('another column has this name');
  // Memory is allocated for each.
  const checkTensor = once('another column has this tensor');
  return listAt(parent, key, (json, path) => {
    const fields = fieldsOf(json, path);
    const name = stringAt(fields, 'name');
    const tensor = stringAt(fields, 'tensor');
    checkName(name, `${path}.name`);
    checkTensor(tensor, `${path}.tensor`);
    return {
      name,
      tensor,
      categories: optionalAt(fields, 'categories', parseCategories)
    };
  });
}

function parseCategories(fields: Fields, key: string): string[] {
  const checkNew = once('is there twice');
  return listAt(fields, key, (json, path) => {
    const text = readString(json, path);
    checkNew(text, path);
    return text;
  });
}

function parseGroups(parent: Fields, key: string): GroupDescriptor[] {
  const checkNew = once('another group has this id');
  return listAt(parent, key, (json, path) => {
    const fields = fieldsOf(json, path);
    const id = stringAt(fields, 'id');
    checkNew(id, `${path}.id`);
    return {
      id,
      name: stringAt(fields, 'name'),
      color: optionalAt(fields, 'color', colorAt),
      tensor: stringAt(fields, 'tensor')
    };
  });
}

function parseClass(json: unknown, path: string): ClassInfo {
  const fields = fieldsOf(json, path);
  return {
    name: stringAt(fields, 'name'),
    color: optionalAt(fields, 'color', colorAt)
  };
}

function colorAt(fields: Fields, key: string): string {
  const color = stringAt(fields, key);
  if (!/^#[0-9a-f]{6}$/i.test(color)) {
    throw invalid(fields, key);
  }
  return color;
}

function parseLayer(json: unknown, path: string): LayerDescriptor {
  const fields = fieldsOf(json, path);
  const layer = {
    name: stringAt(fields, 'name'),
    neurons: sizeAt(fields, 'neurons'),
    kind: stringAt(fields, 'kind'),
    reduction: optionalAt(fields, 'reduction', (_, key) =>
      choiceAt(fields, key, REDUCTIONS)
    ),
    neuronNames: optionalAt(fields, 'neuronNames', (_, key) =>
      listAt(fields, key, readString)
    ),
    activations: optionalAt(fields, 'activations', stringAt),
    codes: optionalAt(fields, 'codes', parseCodes),
    summary: optionalAt(fields, 'summary', parseSummary),
    instances: optionalAt(fields, 'instances', stringAt)
  };
  checkLayer(path, layer);
  return layer;
}

function checkLayer(path: string, layer: LayerDescriptor): void {
  const { neurons, neuronNames, activations, codes, summary } = layer;
  if (neuronNames !== null && neuronNames.length !== neurons) {
    throw new DecodeError(
      `${path}.neuronNames`,
      `${neuronNames.length} names for ${neurons} neurons`
    );
  }
  if (activations === null && codes === null && summary === null) {
    throw new DecodeError(path, 'no activations, codes or summary');
  }
}

function parseCodes(
  parent: Fields,
  key: string
): NonNullable<LayerDescriptor['codes']> {
  const fields = objectAt(parent, key);
  return { tensor: stringAt(fields, 'tensor'), grid: stringAt(fields, 'grid') };
}

function parseSummary(parent: Fields, key: string): SummaryDescriptor {
  const fields = objectAt(parent, key);
  const tensor = (name: SummaryTensor) => stringAt(fields, name);
  return {
    membership: choiceAt(fields, 'membership', MEMBERSHIPS),
    bins: choiceAt(fields, 'bins', BIN_COUNTS),
    grid: tensor('grid'),
    counts: tensor('counts'),
    n: tensor('n'),
    zeros: tensor('zeros'),
    nan: tensor('nan'),
    posinf: tensor('posinf'),
    neginf: tensor('neginf'),
    min: tensor('min'),
    max: tensor('max'),
    mean: tensor('mean'),
    m2: tensor('m2'),
    quantiles: tensor('quantiles'),
    probabilities: parseProbabilities(fields),
    exact: booleanAt(fields, 'exact'),
    bound: optionalAt(fields, 'bound', numberAt)
  };
}

function parseProbabilities(fields: Fields): readonly number[] {
  const probabilities = listAt(fields, 'probabilities', (json, path) => {
    if (typeof json !== 'number' || !(json >= 0 && json <= 1)) {
      throw new DecodeError(path, 'expected a number from 0 to 1');
    }
    return json;
  });
  if (!QUARTILES.every(quartile => probabilities.includes(quartile))) {
    throw new DecodeError(
      pathOf(fields, 'probabilities'),
      `expected ${QUARTILES.join(', ')} among them`
    );
  }
  return probabilities;
}

function parseInstances(fields: Fields, classCount: number): Instance[] {
  const checkNew = once('another instance has this id');
  let plain = 0;
  return listAt(fields, 'instances', (json, path) => {
    const instance = parseInstance(fieldsOf(json, path), classCount);
    checkNew(instance.id, `${path}.id`);
    return instance.role === 'plain'
      ? { ...instance, place: plain++ }
      : instance;
  });
}

/** `sample` and `image` are checked once the tensors are known. */
function parseInstance(fields: Fields, classCount: number): Instance {
  const classAt = (key: string) =>
    optionalAt(fields, key, () => indexAt(fields, key, classCount));
  return {
    id: stringAt(fields, 'id'),
    name: stringAt(fields, 'name'),
    role: choiceAt(fields, 'role', ROLES),
    pair: optionalAt(fields, 'pair', stringAt),
    label: classAt('label'),
    prediction: classAt('prediction'),
    confidence: optionalAt(fields, 'confidence', numberAt),
    sample: optionalAt(fields, 'sample', sizeAt),
    image: optionalAt(fields, 'image', sizeAt)
  };
}

function parseImages(
  parent: Fields,
  key: string
): NonNullable<Descriptor['images']> {
  const fields = objectAt(parent, key);
  return {
    tensor: stringAt(fields, 'tensor'),
    samples: optionalAt(fields, 'samples', stringAt)
  };
}

function parseReduced(fields: Fields): boolean {
  choiceAt(fields, 'kind', SOURCES);
  return fields.values.get('reduced') === 'summary';
}
