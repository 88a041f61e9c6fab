import { transfer } from 'comlink';
import { UnavailableError } from '../core/errors';
import { answer, type Answer } from '../worker/answer';
import { buffersOf } from '../worker/buffers';
import { startNetwork, type Backend } from './backends';
import type { Found, IProbe, Probed, Response } from './engine';

/** What the worker of a probe answers to. */
export type ServedProbe = {
  /** Tells that the worker runs. */
  hello(): true;
  open(probed: Probed): Promise<Answer<Found>>;
  run(pixels: Uint8Array, layers: readonly number[]): Promise<Answer<Response>>;
};

/** A probe for the other side of a message channel. */
export function serveProbe(backends: readonly Backend[]): ServedProbe {
  let probe: IProbe | null = null;
  return {
    hello: () => true,
    open: probed =>
      answer(async () => {
        probe = await startNetwork(probed, backends);
        return probe.found;
      }),
    async run(pixels, layers) {
      const answered = await answer(async () => {
        if (probe === null) {
          throw new UnavailableError('no model is open', 'closed');
        }
        return probe.run(pixels, layers);
      });
      return answered.ok
        ? transfer(
            answered,
            buffersOf([answered.value.probabilities, ...answered.value.layers])
          )
        : answered;
    }
  };
}
