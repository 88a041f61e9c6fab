import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/inline';

/** An output's two values, read once: the application copies JSON values on every access. */
export type OutputContent = {
  readonly descriptor: unknown;
  readonly data: unknown;
};

export function readContent(model: IRenderMime.IMimeModel): OutputContent {
  const { data } = model;
  return { descriptor: data[DESCRIPTOR_TYPE], data: data[DATA_TYPE] };
}

export function sameContent(a: OutputContent, b: OutputContent): boolean {
  return (
    a.data === b.data &&
    JSON.stringify(a.descriptor) === JSON.stringify(b.descriptor)
  );
}
