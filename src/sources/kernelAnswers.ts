import { ModelError } from '../core/errors';
import { isObject } from '../core/fields';
import type {
  AttackOutcome,
  AttackProgress,
  Found,
  Match,
  Mismatch,
  Picture,
  Subject
} from '../probe/engine';

/** What a kernel answers: JSON of any kind, and buffers. */
export type Answered = {
  readonly data: ReadonlyMap<string, unknown>;
  readonly buffers: readonly Uint8Array[];
};

/** Fields of any JSON. */
export function wordsOf(json: unknown, ...names: string[]): unknown[] {
  const fields = new Map<string, unknown>(
    isObject(json) ? Object.entries(json) : []
  );
  return names.map(name => fields.get(name));
}

/** What the model is like. Throws a ModelError where it does not fit the recording. */
export function foundOf(
  json: unknown,
  { classes, picture, layers }: Subject
): Found {
  const [shape, ownClasses, matches, backend, gradients] = wordsOf(
    json,
    'shape',
    'classes',
    'matches',
    'backend',
    'gradients'
  );
  const own = pictureOf(shape);
  const isSame =
    picture === null ||
    (picture.height === own.height &&
      picture.width === own.width &&
      picture.channels === own.channels);
  if (!isSame) {
    throw new ModelError('input', 'it takes pictures of another size');
  }
  if (ownClasses !== classes) {
    throw new ModelError('classes', 'it tells other classes apart');
  }
  if (!Array.isArray(matches) || matches.length !== layers.length) {
    throw malformed();
  }
  return {
    picture: own,
    matches: layers.map(({ name }, i) => matchOf(matches[i], name)),
    backend: typeof backend === 'string' ? backend.slice(0, 200) : '?',
    gradients: gradients === true,
    inKernel: true
  };
}

function pictureOf(json: unknown): Picture {
  const [height, width, channels] = Array.isArray(json)
    ? json.map(sizeOf)
    : [0, 0, 0];
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw malformed();
  }
  return { height, width, channels };
}

function matchOf(json: unknown, recorded: string): Match {
  const [name, layer, why] = wordsOf(json, 'recorded', 'layer', 'why');
  if (name !== recorded) {
    throw malformed();
  }
  return typeof layer === 'string'
    ? { recorded, layer }
    : { recorded, layer: null, why: mismatchOf(why) };
}

function mismatchOf(json: unknown): Mismatch {
  const [kind, layer, found, recorded] = wordsOf(
    json,
    'kind',
    'layer',
    'found',
    'recorded'
  );
  if (kind === 'neurons') {
    return { kind, found: sizeOf(found), recorded: sizeOf(recorded) };
  }
  return kind === 'position'
    ? { kind }
    : { kind: 'absent', layer: typeof layer === 'string' ? layer : null };
}

/** How far an attack is. */
export function progressOf(
  { data, buffers }: Answered,
  pictureBytes: number
): AttackProgress {
  const [step, of, evaluations, confidence] = wordsOf(
    data.get('progress'),
    'step',
    'of',
    'evaluations',
    'confidence'
  );
  const [picture, tried, confidences] = buffers;
  const count = (tried?.length ?? 0) / Uint32Array.BYTES_PER_ELEMENT;
  return {
    step: sizeOf(step),
    of: sizeOf(of),
    evaluations: sizeOf(evaluations),
    confidence: typeof confidence === 'number' ? confidence : NaN,
    pixels: bytesOf(picture, pictureBytes),
    tried: {
      pixels: new Uint32Array(bytesOf(tried, 4 * count).buffer),
      confidences: floatsOf(confidences, count)
    }
  };
}

/** What came of an attack. */
export function outcomeOf(
  { data, buffers }: Answered,
  pictureBytes: number,
  classes: number
): AttackOutcome {
  const [success, evaluations, ended, certificate] = wordsOf(
    data.get('outcome'),
    'success',
    'evaluations',
    'ended',
    'certificate'
  );
  if (
    !Array.isArray(success) ||
    (ended !== 'goal' && ended !== 'all' && ended !== 'aborted')
  ) {
    throw malformed();
  }
  return {
    pixels: bytesOf(buffers[0], success.length * pictureBytes),
    probabilities: floatsOf(buffers[1], success.length * classes),
    success: success.map(one => one === true),
    evaluations: sizeOf(evaluations),
    ended,
    certificate:
      typeof certificate === 'number' ? { levels: certificate } : null
  };
}

/** So many float32 of a buffer. Throws a ModelError when it has others. */
export function floatsOf(
  bytes: Uint8Array | undefined,
  count: number
): Float32Array {
  return new Float32Array(
    bytesOf(bytes, count * Float32Array.BYTES_PER_ELEMENT).buffer
  );
}

/** A copy: a buffer may be part of the whole message, at any place. */
function bytesOf(
  bytes: Uint8Array | undefined,
  sizeBytes: number
): Uint8Array<ArrayBuffer> {
  if (bytes?.length !== sizeBytes) {
    throw malformed();
  }
  return bytes.slice();
}

function sizeOf(json: unknown): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0) {
    throw malformed();
  }
  return json;
}

function malformed(): ModelError {
  return new ModelError('run', 'what the kernel answers does not fit');
}
