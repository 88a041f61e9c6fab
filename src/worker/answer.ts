import {
  DecodeError,
  ModelError,
  ReadError,
  TimeoutError,
  UnavailableError,
  VersionError,
  type ModelProblem,
  type ReadFailure,
  type Unavailability
} from '../core/errors';
import { shown } from '../core/shown';

/** A result on its way from the worker. Errors lose their class on the way, so they go as data. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SentError };

type SentError =
  | { readonly tag: 'decode'; readonly path: string; readonly problem: string }
  | {
      readonly tag: 'version';
      readonly found: unknown;
      readonly supported: number;
    }
  | {
      readonly tag: 'read';
      readonly file: string;
      readonly reason: ReadFailure;
      readonly status: number | null;
    }
  | {
      readonly tag: 'unavailable';
      readonly message: string;
      readonly reason: Unavailability;
    }
  | {
      readonly tag: 'model';
      readonly reason: ModelProblem;
      readonly message: string;
    }
  | { readonly tag: 'timeout' | 'other'; readonly message: string };

/** The outcome of `work` as data; never rejects. */
export async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: sendError(error) };
  }
}

/** The value of an answer; throws its error with class and tag restored. */
export function accept<T>(answered: Answer<T>): T {
  if (answered.ok) {
    return answered.value;
  }
  throw restoreError(answered.error);
}

function sendError(error: unknown): SentError {
  if (error instanceof DecodeError) {
    return { tag: 'decode', path: error.path, problem: error.problem };
  }
  if (error instanceof VersionError) {
    const { found, supported } = error;
    const isObject = typeof found === 'object' && found !== null;
    return {
      tag: 'version',
      found: isObject ? shown(found) : found,
      supported
    };
  }
  if (error instanceof ReadError) {
    const { file, reason, status } = error;
    return { tag: 'read', file, reason, status };
  }
  if (error instanceof UnavailableError) {
    const { message, reason } = error;
    return { tag: 'unavailable', message, reason };
  }
  if (error instanceof ModelError) {
    const { reason, message } = error;
    return { tag: 'model', reason, message };
  }
  if (error instanceof TimeoutError) {
    return { tag: 'timeout', message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { tag: 'other', message };
}

function restoreError(error: SentError): Error {
  switch (error.tag) {
    case 'decode':
      return new DecodeError(error.path, error.problem);
    case 'version':
      return new VersionError(error.found, error.supported);
    case 'read':
      return new ReadError(error.file, error.reason, error.status);
    case 'unavailable':
      return new UnavailableError(error.message, error.reason);
    case 'model':
      return new ModelError(error.reason, error.message);
    case 'timeout':
      return new TimeoutError(error.message);
    case 'other':
      return new Error(error.message);
  }
}
