import { transfer } from 'comlink';
import { answer, type Answer } from './answer';
import { askOf } from './ask';
import { buffersOf } from './buffers';
import type { Ports } from './carriers';
import { createEngine } from './engine';
import { throttled } from './progress';
import type {
  AnswerTo,
  Asked,
  Carried,
  OnProgress,
  QuestionName,
  RecordingInfo
} from './protocol';

/** What the worker answers to. */
export type Served = {
  /**
   * Tells that the worker runs, and begins to load the kernels. Progress goes to `port`: a line of its own needs
   * no answers.
   */
  hello(port: MessagePort): Promise<true>;
  open(carried: Carried): Promise<Answer<RecordingInfo>>;
  attach(carried: Carried, id: string): Promise<Answer<RecordingInfo>>;
  ask<K extends QuestionName>(
    name: K,
    asked: Asked<K>
  ): Promise<Answer<AnswerTo<K>>>;
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
      void ports.kernels();
      onProgress = throttled(progress => port.postMessage(progress));
      return true;
    },
    open: carried => informed(() => engine.open(carried)),
    attach: (carried, id) => informed(() => engine.attach(carried, id)),
    async ask(name, asked) {
      const answered = await answer(() => askOf(engine)(name, asked));
      return answered.ok
        ? transfer(answered, answerBuffers(answered.value))
        : answered;
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

/** Answers are an array, or an object that holds some, maybe in a list. */
function answerBuffers(value: AnswerTo<QuestionName>) {
  const isOne = value === null || ArrayBuffer.isView(value);
  return buffersOf(isOne ? [value] : Object.values<unknown>(value).flat());
}
