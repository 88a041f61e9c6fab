import { transfer } from 'comlink';
import type { Distribution } from '../core/distribution';
import type { Membership } from '../core/recording';
import { answer, type Answer } from './answer';
import { buffersOf } from './buffers';
import type { Ports } from './carriers';
import { createEngine } from './engine';
import { throttled } from './progress';
import type { Carried, OnProgress, RecordingInfo } from './protocol';

/** What the worker answers to. */
export type Served = {
  /** Tells that the worker runs. Progress goes to `port`: a line of its own needs no answers. */
  hello(port: MessagePort): Promise<true>;
  open(carried: Carried): Promise<Answer<RecordingInfo>>;
  attach(carried: Carried, id: string): Promise<Answer<RecordingInfo>>;
  distribution(
    layer: number,
    classIndex: number,
    membership: Membership
  ): Promise<Answer<Distribution>>;
  /** Lets go of the recording; another one may be opened. */
  close(): void;
};

/** An engine for the other side of a message channel. It keeps none of the arrays that it answers with. */
export function serveEngine(ports: Ports): Served {
  let onProgress: OnProgress = () => undefined;
  const start = () => createEngine(ports, progress => onProgress(progress));
  let engine = start();
  return {
    async hello(port) {
      onProgress = throttled(progress => port.postMessage(progress));
      return true;
    },
    open: carried => informed(() => engine.open(carried)),
    attach: (carried, id) => informed(() => engine.attach(carried, id)),
    async distribution(layer, classIndex, membership) {
      const measured = await answer(() =>
        engine.distribution(layer, classIndex, membership)
      );
      return measured.ok
        ? transfer(measured, buffersOf(Object.values(measured.value)))
        : measured;
    },
    close() {
      engine.dispose();
      engine = start();
    }
  };
}

async function informed(
  work: () => Promise<RecordingInfo>
): Promise<Answer<RecordingInfo>> {
  const info = await answer(work);
  return info.ok ? transfer(info, infoBuffers(info.value)) : info;
}

function infoBuffers({ layers, images, classSizes }: RecordingInfo) {
  return buffersOf([
    ...layers.map(layer => layer.instances),
    images?.pixels,
    images?.samples,
    ...Object.values(classSizes)
  ]);
}
