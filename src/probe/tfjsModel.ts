import { isDownwards } from '../core/downwards';
import { DecodeError, ModelError } from '../core/errors';
import { fieldsOf, isObject, parseJson } from '../core/fields';
import { parsePlaces, type Model, type ModelPlaces } from '../core/model';
import { quoted, shown } from '../core/shown';

/**
 * A file beside `model.json`, of at most `limitBytes`: no reason to read more. `path` leads downwards from the
 * folder of `model.json`.
 */
export type ReadShard = (
  path: string,
  limitBytes: number
) => Promise<Uint8Array>;

type Weight = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly sizeBytes: number;
};
type Group = {
  readonly paths: readonly string[];
  readonly weights: readonly Weight[];
};

const WEIGHTS_LIMIT_BYTES = 2 ** 30;
/** What the author adds to the file, in TensorFlow.js' place for it. */
const METADATA = 'userDefinedMetadata';

/**
 * A layers or graph model of TensorFlow.js from its `model.json` and the shards that this names: all their sizes are
 * checked. Rejects with a ModelError, or as `readShard` does.
 */
export async function readTfjsModel(
  text: string,
  readShard: ReadShard
): Promise<Model> {
  const json = objectOf(parseModelJson(text));
  if (!json.has('modelTopology') || !json.has('weightsManifest')) {
    throw malformed(
      'it has no modelTopology or no weightsManifest; choose the model.json that TensorFlow.js or its converter wrote'
    );
  }
  const isGraph = json.get('format') === 'graph-model';
  const groups = listOf(json.get('weightsManifest')).map(group =>
    groupOf(group, isGraph)
  );
  const weights = groups.flatMap(group => group.weights);
  const totalBytes = bytesOf(weights);
  if (totalBytes > WEIGHTS_LIMIT_BYTES) {
    throw new ModelError(
      'weights',
      `${totalBytes} bytes of weights are above the limit of ${WEIGHTS_LIMIT_BYTES}`
    );
  }
  const bytes = new Uint8Array(totalBytes);
  let at = 0;
  for (const group of groups) {
    at = await readGroup(group, bytes, at, readShard);
  }
  return {
    ...(isGraph
      ? { topology: graphOf(json), isGraph }
      : { topology: json.get('modelTopology') }),
    weights: weights.map(({ name, shape, dtype }) => ({
      name,
      shape,
      ...(dtype === 'int32' ? { dtype } : {})
    })),
    values: new Float32Array(bytes.buffer),
    difference: null,
    recorded: null,
    ...placesOf(json.get(METADATA))
  };
}

function parseModelJson(text: string): unknown {
  try {
    return parseJson('model.json', () => text);
  } catch (cause) {
    throw malformed('no JSON', cause);
  }
}

/** Shards follow each other without regard to where a weight ends. */
async function readGroup(
  { paths, weights }: Group,
  bytes: Uint8Array,
  begin: number,
  readShard: ReadShard
): Promise<number> {
  const end = begin + bytesOf(weights);
  let at = begin;
  for (const path of paths) {
    const shard = await readShard(path, end - at);
    if (shard.length > end - at) {
      throw sizeError(path, shard.length, end - at, 'at most ');
    }
    bytes.set(shard, at);
    at += shard.length;
  }
  if (at < end) {
    throw sizeError(paths.join(', '), at - begin, end - begin);
  }
  return end;
}

function sizeError(
  file: string,
  foundBytes: number,
  wantedBytes: number,
  most = ''
): ModelError {
  return new ModelError(
    'weights',
    `${quoted(file)} has ${foundBytes} bytes of weights, expected ${most}${wantedBytes}`
  );
}

/** Older files have the signature elsewhere. */
function graphOf(json: ReadonlyMap<string, unknown>): unknown {
  const metadata = json.get(METADATA);
  const elsewhere = isObject(metadata)
    ? objectOf(metadata).get('signature')
    : undefined;
  return {
    modelTopology: json.get('modelTopology'),
    signature: json.get('signature') ?? elsewhere
  };
}

function groupOf(json: unknown, isGraph: boolean): Group {
  const group = objectOf(json);
  return {
    paths: listOf(group.get('paths')).map(pathOf),
    weights: listOf(group.get('weights')).map(weight =>
      weightOf(weight, isGraph)
    )
  };
}

function pathOf(json: unknown): string {
  if (!isDownwards(json)) {
    throw malformed(`path ${shown(json)}`);
  }
  return json;
}

/** Graphs have shapes and axes as whole numbers among their weights. */
function weightOf(json: unknown, isGraph: boolean): Weight {
  const weight = objectOf(json);
  const [name, stored] = [weight.get('name'), weight.get('dtype')];
  const dtype = isGraph && stored === 'int32' ? stored : 'float32';
  const shape = listOf(weight.get('shape')).map(size => {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw malformed(`shape of ${shown(name)}`);
    }
    return size;
  });
  if (typeof name !== 'string') {
    throw malformed('a weight has no name');
  }
  if (dtype !== stored || weight.has('quantization')) {
    throw new ModelError(
      'weights',
      `weight ${quoted(name)} is not stored as float32`
    );
  }
  const sizeBytes = shape.reduce(
    (product, size) => product * size,
    Float32Array.BYTES_PER_ELEMENT
  );
  return { name, shape, dtype, sizeBytes };
}

/** How to feed it, when the author says so. */
function placesOf(json: unknown): ModelPlaces {
  const ours = isObject(json) ? objectOf(json).get('neuraldivergence') : null;
  try {
    const places = parsePlaces(
      fieldsOf(ours ?? {}, `${METADATA}.neuraldivergence`)
    );
    return {
      ...places,
      output: places.output ?? { layer: null, softmax: null }
    };
  } catch (cause) {
    throw cause instanceof DecodeError
      ? malformed(cause.message, cause)
      : cause;
  }
}

function bytesOf(weights: readonly Weight[]): number {
  return weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function objectOf(json: unknown): ReadonlyMap<string, unknown> {
  if (!isObject(json)) {
    throw malformed(`expected an object, found ${shown(json)}`);
  }
  return new Map<string, unknown>(Object.entries(json));
}

function listOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) {
    throw malformed(`expected a list, found ${shown(json)}`);
  }
  return json;
}

function malformed(what: string, cause?: unknown): ModelError {
  return new ModelError('topology', `invalid model.json: ${what}`, { cause });
}
