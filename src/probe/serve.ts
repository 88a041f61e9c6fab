import { transfer } from 'comlink';
import { UnavailableError } from '../core/errors';
import { answer, type Answer } from '../worker/answer';
import { buffersOf } from '../worker/buffers';
import { startNetwork, type Backend } from './backends';
import type {
  AttackOrder,
  AttackOutcome,
  AttackProgress,
  Found,
  IProbe,
  Probed,
  Response
} from './engine';

/** What the worker of a probe answers to. */
export type ServedProbe = {
  /** Tells that the worker runs. */
  hello(): true;
  open(probed: Probed): Promise<Answer<Found>>;
  run(pixels: Uint8Array, layers: readonly number[]): Promise<Answer<Response>>;
  /** Progress goes to `port`; any message from there ends it. */
  attack(
    pixels: Uint8Array,
    order: AttackOrder,
    port: MessagePort
  ): Promise<Answer<AttackOutcome>>;
};

/** A probe for the other side of a message channel. */
export function serveProbe(backends: readonly Backend[]): ServedProbe {
  let probe: IProbe | null = null;
  const opened = () => {
    if (probe === null) {
      throw new UnavailableError('no model is open', 'closed');
    }
    return probe;
  };
  return {
    hello: () => true,
    open: probed =>
      answer(async () => {
        probe = await startNetwork(probed, backends);
        return probe.found;
      }),
    async run(pixels, layers) {
      const answered = await answer(async () => opened().run(pixels, layers));
      return answered.ok
        ? transfer(
            answered,
            buffersOf([answered.value.probabilities, ...answered.value.layers])
          )
        : answered;
    },
    async attack(pixels, order, port) {
      const ending = new AbortController();
      port.onmessage = () => ending.abort();
      const report = (progress: AttackProgress) => port.postMessage(progress);
      const answered = await answer(async () =>
        opened().attack(pixels, order, report, ending.signal)
      );
      port.close();
      return answered.ok
        ? transfer(
            answered,
            buffersOf([answered.value.pixels, answered.value.probabilities])
          )
        : answered;
    }
  };
}
