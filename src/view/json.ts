/** An object of JSON: neither null nor a list. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two values are the same JSON; the order of keys does not matter, undefined is as good as absent. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((v, i) => sameJson(v, b[i]));
  }
  if (!isObject(a) || !isObject(b) || a === b) {
    return (a ?? null) === (b ?? null);
  }
  const keys = definedKeys(a);
  return (
    keys.length === definedKeys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

function definedKeys(json: JsonObject): string[] {
  return Object.keys(json).filter(key => json[key] !== undefined);
}

/** The version of JSON that is not to be read; undefined: it is. JSON that tells none is of the first. */
export function unknownVersion(json: unknown): unknown {
  return isObject(json) && json['version'] !== 1 ? json['version'] : undefined;
}
