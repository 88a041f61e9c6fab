import { shown } from './shown';

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

/** The recording does not hold what was asked for, for example predictions. */
export class UnavailableError extends Error {
  readonly tag = 'unavailable';

  constructor(message: string) {
    super(message);
    this.name = 'UnavailableError';
  }
}

/** No answer came in time; the work was stopped. */
export class TimeoutError extends Error {
  readonly tag = 'timeout';

  constructor(message: string) {
    super(message);
    this.name = 'TimeoutError';
  }
}
