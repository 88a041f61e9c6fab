import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';

/** An output's two values, read once: the application copies JSON values on every access. */
export type OutputContent = {
  readonly descriptor: unknown;
  readonly data: unknown;
};

export function readContent(model: IRenderMime.IMimeModel): OutputContent {
  const { data } = model;
  return { descriptor: data[DESCRIPTOR_TYPE], data: data[DATA_TYPE] };
}

/** JSON text that does not depend on the order of keys, which differs between a kernel's output and a file's. */
export function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).sort(([a], [b]) => compare(a, b))
        )
      : value
  );
}

export function sameContent(a: OutputContent, b: OutputContent): boolean {
  return (
    a.data === b.data && canonical(a.descriptor) === canonical(b.descriptor)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
