const LENGTH_LIMIT = 60;

/** Text for an error message: quoted, cut, unprintable characters escaped. */
export function quoted(text: string): string {
  return JSON.stringify(
    text.length > LENGTH_LIMIT ? `${text.slice(0, LENGTH_LIMIT)}…` : text
  );
}

/** A JSON value for an error message; objects are not looked into. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
  return typeof value === 'string' ? quoted(value) : String(value);
}
