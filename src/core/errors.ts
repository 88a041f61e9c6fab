import { quoted, shown } from './shown';

/** The bytes or the descriptor break the format. `path` says where, for example `layers[2].activations`. */
export class DecodeError extends Error {
  readonly tag = 'decode';

  constructor(
    readonly path: string,
    readonly problem: string,
    options?: ErrorOptions
  ) {
    super(path === '' ? problem : `${path}: ${problem}`, options);
    this.name = 'DecodeError';
  }
}

/** The recording was written by a newer version of the format. */
export class VersionError extends Error {
  readonly tag = 'version';

  constructor(
    readonly found: unknown,
    readonly supported: number
  ) {
    super(
      `unknown version: ${shown(found)} (this extension reads version ${supported})`
    );
    this.name = 'VersionError';
  }
}

/** What was asked for cannot be had, though nothing is wrong with the bytes. */
export class UnavailableError extends Error {
  readonly tag = 'unavailable';

  constructor(
    message: string,
    readonly reason: Unavailability
  ) {
    super(message);
    this.name = 'UnavailableError';
  }
}

export type Unavailability =
  /** The recording cannot tell classes so, for example without predictions. */
  | 'membership'
  /** It holds nothing that tells these samples from others: no such column or group, no labels. */
  | 'samples'
  /** It holds no pair of a benign and an attacked image whose predictions are known. */
  | 'pairs'
  /** Single activations are asked for, and only summaries are here. */
  | 'values'
  /** More is asked than can be computed while someone waits. */
  | 'work'
  | 'memory'
  /** The worker broke. */
  | 'worker'
  /** The kernel does not have the model any more. */
  | 'kernel'
  /** The data is somewhere that cannot be read from here. */
  | 'elsewhere'
  /** It is, and the notebook is not trusted. */
  | 'untrusted'
  /** Nothing is open, not any more or not yet. */
  | 'closed'
  /** The recording has no such layer, neuron, class or instance. */
  | 'unknown';

/** The model of a recording cannot be run, or does not fit it; the message says why. */
export class ModelError extends Error {
  readonly tag = 'model';

  constructor(
    readonly reason: ModelProblem,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
    this.name = 'ModelError';
  }
}

export type ModelProblem =
  /** Something in it is not among what is run here. */
  | 'layer'
  /** It is no model at all. */
  | 'topology'
  /** They are missing, too short, or others than the layers need. */
  | 'weights'
  /** Pictures have another size than it takes. */
  | 'input'
  /** It tells other classes apart than the recording. */
  | 'classes'
  /** It takes more memory than there should be. */
  | 'size'
  /** It cannot be attacked so. */
  | 'attack'
  /** It failed as it ran. */
  | 'run';

/** No answer came in time; the work was stopped. */
export class TimeoutError extends Error {
  readonly tag = 'timeout';

  constructor(message: string) {
    super(message);
    this.name = 'TimeoutError';
  }
}

/** A file could not be read. The message names the file and what is wrong, never its URL. */
export class ReadError extends Error {
  readonly tag = 'read';

  constructor(
    /** The file's name. */
    readonly file: string,
    readonly reason: ReadFailure,
    /** What the server answered, when it answered. */
    readonly status: number | null = null,
    options?: ErrorOptions
  ) {
    super(readMessage(file, reason, status), options);
    this.name = 'ReadError';
  }
}

export type ReadFailure =
  | 'missing'
  | 'forbidden'
  | 'refused'
  | 'unreachable'
  | 'interrupted'
  | 'changed'
  | 'too-large';

function readMessage(
  file: string,
  reason: ReadFailure,
  status: number | null
): string {
  const name = quoted(file);
  const code = status === null ? '' : ` (${status})`;
  switch (reason) {
    case 'missing':
      return `${name} is not there${code}`;
    case 'forbidden':
      return `the server does not let you read ${name}${code}`;
    case 'refused':
      return `the server could not send ${name}${code}`;
    case 'unreachable':
      return `${name} cannot be read: the server does not answer`;
    case 'interrupted':
      return `the server stopped before all of ${name} was here`;
    case 'changed':
      return `${name} has changed on disk since it was opened; open it again`;
    case 'too-large':
      return `${name} is too large: this server sends files only as a whole`;
  }
}
