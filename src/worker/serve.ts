import { transfer } from 'comlink';
import type { Distribution } from '../core/distribution';
import type { Membership } from '../core/recording';
import { answer, type Answer } from './answer';
import { createEngine, type Ports } from './engine';
import type { Carried, RecordingInfo } from './protocol';

/** What the worker answers to. */
export type Served = {
  /** Tells that the worker runs. */
  hello(): Promise<true>;
  open(carried: Carried): Promise<Answer<RecordingInfo>>;
  distribution(
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<Answer<Distribution>>;
};

/** An engine for the other side of a message channel. */
export function serveEngine(ports: Ports): Served {
  const engine = createEngine(ports);
  return {
    hello: async () => true,
    async open(carried) {
      const info = await answer(() => engine.open(carried));
      return info.ok ? transfer(info, infoBuffers(info.value)) : info;
    },
    async distribution(layer, classIndex, membership) {
      const measured = await answer(() =>
        engine.distribution(layer, classIndex, membership)
      );
      return measured.ok
        ? transfer(measured, buffersOf(Object.values(measured.value)))
        : measured;
    }
  };
}

function infoBuffers({ layers, images, classSizes }: RecordingInfo) {
  return buffersOf([
    ...layers.map(layer => layer.instances),
    images?.pixels,
    images?.samples,
    ...Object.values(classSizes)
  ]);
}

/** The buffers of those values that are typed arrays. The engine keeps none of them. */
function buffersOf(values: readonly unknown[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of values) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) {
      buffers.add(value.buffer);
    }
  }
  return [...buffers];
}
