import { DecodeError } from './errors';
import { quoted, shown } from './shown';

/** Own fields of one JSON object of the descriptor, and its place for errors. */
export type Fields = {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
};

export function isObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The own fields of a JSON object. Throws DecodeError when `json` is none. */
export function fieldsOf(json: unknown, path: string): Fields {
  if (!isObject(json)) {
    throw new DecodeError(path, `expected an object, found ${shown(json)}`);
  }
  return { path, values: new Map<string, unknown>(Object.entries(json)) };
}

/** Where a field is. */
export function pathOf({ path }: Fields, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The error that a field is missing or has a wrong value. */
export function invalid(fields: Fields, key: string): DecodeError {
  return new DecodeError(
    pathOf(fields, key),
    fields.values.has(key)
      ? `invalid value: ${shown(fields.values.get(key))}`
      : 'missing'
  );
}

export function stringAt(fields: Fields, key: string): string {
  const value = fields.values.get(key);
  if (typeof value !== 'string') {
    throw invalid(fields, key);
  }
  return value;
}

export function booleanAt(fields: Fields, key: string): boolean {
  const value = fields.values.get(key);
  if (typeof value !== 'boolean') {
    throw invalid(fields, key);
  }
  return value;
}

export function numberAt(fields: Fields, key: string): number {
  const value = fields.values.get(key);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw invalid(fields, key);
  }
  return value;
}

/** A whole number from 0. */
export function sizeAt(fields: Fields, key: string): number {
  const value = numberAt(fields, key);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw invalid(fields, key);
  }
  return value;
}

/** A whole number from 0 up to, not including, `end`. */
export function indexAt(fields: Fields, key: string, end: number): number {
  const value = sizeAt(fields, key);
  if (value >= end) {
    throw new DecodeError(
      pathOf(fields, key),
      `${value} is out of range, there are ${end}`
    );
  }
  return value;
}

export function choiceAt<T>(
  fields: Fields,
  key: string,
  choices: readonly T[]
): T {
  const value = fields.values.get(key);
  const choice = choices.find(candidate => candidate === value);
  if (choice === undefined) {
    throw invalid(fields, key);
  }
  return choice;
}

export function objectAt(fields: Fields, key: string): Fields {
  if (!fields.values.has(key)) {
    throw invalid(fields, key);
  }
  return fieldsOf(fields.values.get(key), pathOf(fields, key));
}

/** What `read` makes of each element of an array. */
export function listAt<T>(
  fields: Fields,
  key: string,
  read: (json: unknown, path: string) => T
): T[] {
  const value = fields.values.get(key);
  if (!Array.isArray(value)) {
    throw invalid(fields, key);
  }
  const path = pathOf(fields, key);
  return value.map((json: unknown, i) => read(json, `${path}[${i}]`));
}

/** Null for a field that is null or absent, else what `read` makes of it. */
export function optionalAt<T>(
  fields: Fields,
  key: string,
  read: (fields: Fields, key: string) => T
): T | null {
  return (fields.values.get(key) ?? null) === null ? null : read(fields, key);
}

/** A check that no text comes twice. It throws a DecodeError with `problem`. */
export function once(problem: string): (text: string, path: string) => void {
  const seen = new Set<string>();
  return (text, path) => {
    if (seen.has(text)) {
      throw new DecodeError(path, problem);
    }
    seen.add(text);
  };
}

/** A string as an element of a list. */
export function readString(json: unknown, path: string): string {
  if (typeof json !== 'string') {
    throw new DecodeError(path, `invalid value: ${shown(json)}`);
  }
  return json;
}

/** Parses JSON text. Throws DecodeError with `path`. */
export function parseJson(path: string, text: () => string): unknown {
  try {
    return JSON.parse(text());
  } catch (cause) {
    throw new DecodeError(path, 'invalid JSON', { cause });
  }
}

/** The place of a tensor in an error. */
export function tensorPath(name: string): string {
  return `tensors['${quoted(name).slice(1, -1)}']`;
}
