import { DecodeError } from './errors';
import {
  floatsOfNpy,
  intsOfNpy,
  parseNpy,
  textsOfNpy,
  type NpyArray
} from './npy';
import type { OpenLayer, OpenRecording } from './open';
import { memoryReader } from './part';
import type { ClassInfo, Images, Samples } from './recording';
import { quoted } from './shown';

/** What a `.npz` file does not say itself. */
export type NpzOrigin = {
  readonly id: string;
  /** The recording's name where the file has none. */
  readonly name: string;
};

/** The `.npy` files of an archive by key, each unpacked when it is called for, which throws DecodeError. */
export type NpzFiles = ReadonlyMap<string, () => Uint8Array>;

const PREFIXES = ['activations/', 'layer/'];
/** Keys with a meaning of their own; all others may be layers. */
const RESERVED = ['labels', 'predictions', 'class_names', 'images', 'name'];

/**
 * The recording in the arrays of a `.npz` file (docs/format.md, "Other files"), in their order.
 * Throws DecodeError.
 */
export function npzRecording(
  files: NpzFiles,
  origin: NpzOrigin
): OpenRecording {
  const { arrays, foreign } = readArrays(files);
  const layers = findLayers(arrays, foreign);
  const [count] = layers[0].array.shape;
  checkRows(layers, count);
  const { samples, classes } = groupsOf(arrays, count);
  return {
    id: origin.id,
    name: nameOf(arrays.get('name')) ?? origin.name,
    samples,
    classes,
    layers: layers.map(openLayer),
    instances: [],
    images: imagesOf(arrays.get('images'), count),
    pictures: null,
    model: null,
    reduced: false,
    view: null,
    reader: memoryReader(new Uint8Array(0))
  };
}

type Arrays = {
  readonly arrays: ReadonlyMap<string, NpyArray>;
  /** Why the first file is left out that is no array of numbers or text, and need not be one. */
  readonly foreign: DecodeError | null;
};

/** The arrays that may matter: with a layer's prefix or a meaning; all when no key has a prefix. */
function readArrays(files: NpzFiles): Arrays {
  const hasPrefixes = [...files.keys()].some(isPrefixed);
  const arrays = new Map<string, NpyArray>();
  let foreign: DecodeError | null = null;
  for (const [key, unpack] of files) {
    const isNeeded = isPrefixed(key) || RESERVED.includes(key);
    if (hasPrefixes && !isNeeded) {
      continue;
    }
    // What is damaged may be a layer: an error in any case.
    const bytes = unpack();
    try {
      arrays.set(key, parseNpy(arrayPath(key), bytes));
    } catch (error) {
      if (isNeeded || !(error instanceof DecodeError)) {
        throw error;
      }
      foreign ??= error;
    }
  }
  return { arrays, foreign };
}

function isPrefixed(key: string): boolean {
  return PREFIXES.some(prefix => key.startsWith(prefix));
}

type Named = { readonly name: string; readonly array: NpyArray };

function arrayPath(key: string): string {
  return `arrays['${quoted(key).slice(1, -1)}']`;
}

/** Those with a prefix; without any, all tables of numbers with as many rows as most have. */
function findLayers(
  arrays: ReadonlyMap<string, NpyArray>,
  foreign: DecodeError | null
): readonly Named[] {
  const prefixed = [...arrays].flatMap(([key, array]) => {
    const prefix = PREFIXES.find(start => key.startsWith(start));
    return prefix === undefined
      ? []
      : [{ name: key.slice(prefix.length), array }];
  });
  prefixed.forEach(checkTable);
  const tables = [...arrays]
    .map(([name, array]) => ({ name, array }))
    .filter(named => isTable(named) && !RESERVED.includes(named.name));
  const layers =
    prefixed.length > 0
      ? prefixed
      : withRows(tables, commonRows(arrays, tables));
  if (layers.length === 0) {
    throw (
      (tables.length === 0 ? foreign : null) ??
      new DecodeError(
        'arrays',
        'no layer: none is a table of numbers, [samples, neurons]'
      )
    );
  }
  return layers;
}

function isTable({ array }: Named): boolean {
  return array.kind !== 'U' && array.shape.length === 2;
}

function checkTable(named: Named): void {
  if (!isTable(named)) {
    const { path, shape } = named.array;
    throw new DecodeError(
      path,
      `shape [${shape.join(', ')}], expected numbers [samples, neurons]`
    );
  }
}

function withRows(tables: readonly Named[], rows: number): readonly Named[] {
  return tables.filter(({ array }) => array.shape[0] === rows);
}

/** As many rows as there are labels or predictions, else as the most tables have; of ties the first. */
function commonRows(
  arrays: ReadonlyMap<string, NpyArray>,
  tables: readonly Named[]
): number {
  const members = arrays.get('labels') ?? arrays.get('predictions');
  if (members !== undefined) {
    return members.shape[0];
  }
  const counts = new Map<number, number>();
  for (const { array } of tables) {
    const [rows] = array.shape;
    counts.set(rows, (counts.get(rows) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? 0;
}

function checkRows(layers: readonly Named[], count: number): void {
  const names = new Set<string>();
  for (const { name, array } of layers) {
    const [rows, neurons] = array.shape;
    if (rows !== count) {
      throw new DecodeError(
        array.path,
        `${rows} rows, but ${layers[0].array.path} has ${count}`
      );
    }
    if (rows === 0 || neurons === 0) {
      throw new DecodeError(array.path, 'holds no values');
    }
    if (names.has(name)) {
      throw new DecodeError(array.path, 'another layer has this name');
    }
    names.add(name);
  }
}

/** Pictures of samples, of which no instance shows any; still they must be what they say. */
function imagesOf(images: NpyArray | undefined, count: number): Images | null {
  if (images === undefined) {
    return null;
  }
  const { path, kind, itemBytes, shape } = images;
  const [rows, height, width, channels = 1] = shape;
  const isPicture = shape.length === 3 || shape.length === 4;
  if (kind !== 'u' || itemBytes !== 1) {
    throw new DecodeError(path, 'expected dtype uint8');
  }
  if (
    !isPicture ||
    rows !== count ||
    (channels !== 1 && channels !== 3 && channels !== 4)
  ) {
    throw new DecodeError(
      path,
      `shape [${shape.join(', ')}], expected [${count}, height, width(, 1, 3 or 4)]`
    );
  }
  return {
    count: 0,
    height,
    width,
    channels,
    pixels: new Uint8Array(0),
    samples: new Int32Array(0)
  };
}

function groupsOf(
  arrays: ReadonlyMap<string, NpyArray>,
  count: number
): { readonly samples: Samples; readonly classes: readonly ClassInfo[] } {
  const labels = membersOf(arrays.get('labels'), count);
  const predictions = membersOf(arrays.get('predictions'), count);
  const names = arrays.get('class_names');
  if (labels === null && predictions === null) {
    if (names !== undefined) {
      throw new DecodeError(names.path, 'given without labels or predictions');
    }
    const all = new Int32Array(count);
    return {
      samples: samplesOf(count, all, null),
      classes: [{ name: 'all', color: null }]
    };
  }
  const highest = Math.max(highestOf(labels), highestOf(predictions));
  const classes = classNames(names, highest).map(name => ({
    name,
    color: null
  }));
  checkMembers(arrays.get('labels'), labels, classes.length);
  checkMembers(arrays.get('predictions'), predictions, classes.length);
  return { samples: samplesOf(count, labels, predictions), classes };
}

function samplesOf(
  count: number,
  labels: Int32Array | null,
  predictions: Int32Array | null
): Samples {
  return { count, labels, predictions, order: null, columns: [], groups: [] };
}

function membersOf(
  array: NpyArray | undefined,
  count: number
): Int32Array | null {
  if (array === undefined) {
    return null;
  }
  if (array.shape.length !== 1 || array.size !== count) {
    throw new DecodeError(
      array.path,
      `shape [${array.shape.join(', ')}], expected [${count}]`
    );
  }
  return intsOfNpy(array);
}

function highestOf(members: Int32Array | null): number {
  let highest = -1;
  for (const member of members ?? []) {
    highest = Math.max(highest, member);
  }
  return highest;
}

/** Each class takes memory for every neuron; without names a label could ask for any number of them. */
const UNNAMED_LIMIT = 10_000;

function classNames(
  names: NpyArray | undefined,
  highest: number
): readonly string[] {
  if (names !== undefined) {
    if (names.shape.length !== 1 || names.size === 0) {
      throw new DecodeError(names.path, 'expected one name a class');
    }
    return textsOfNpy(names);
  }
  if (highest < 0 || highest >= UNNAMED_LIMIT) {
    throw new DecodeError(
      arrayPath('class_names'),
      highest < 0
        ? 'missing, and no sample has a class'
        : `missing, and there are ${highest + 1} classes`
    );
  }
  return Array.from({ length: highest + 1 }, (_, i) => `class ${i}`);
}

function checkMembers(
  array: NpyArray | undefined,
  members: Int32Array | null,
  end: number
): void {
  const outside = members?.findIndex(g => g < -1 || g >= end) ?? -1;
  if (array !== undefined && members !== null && outside >= 0) {
    throw new DecodeError(
      `${array.path}[${outside}]`,
      `${members[outside]} is out of range, there are ${end}`
    );
  }
}

function nameOf(array: NpyArray | undefined): string | null {
  if (array === undefined) {
    return null;
  }
  if (array.size !== 1) {
    throw new DecodeError(array.path, 'expected one text');
  }
  return textsOfNpy(array)[0];
}

/** Values are cast when the layer is first asked for. */
function openLayer({ name, array }: Named): OpenLayer {
  return {
    name,
    neurons: array.shape[1],
    kind: 'dense',
    reduction: null,
    neuronNames: null,
    activations: { spans: [], make: () => floatsOfNpy(array), rows: null },
    codes: null,
    summary: null,
    summarySizes: null,
    instances: new Float32Array(0)
  };
}
