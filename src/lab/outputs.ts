import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

const outputs = new WeakMap<Element, IRenderMime.IMimeModel>();

/** Remember what an element shows. */
export function markOutput(node: Element, model: IRenderMime.IMimeModel): void {
  outputs.set(node, model);
}

/** The output that an element shows. */
export function outputAt(node: Element): IRenderMime.IMimeModel | null {
  return outputs.get(node) ?? null;
}
