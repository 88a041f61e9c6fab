import * as tf from '@tensorflow/tfjs-core';
import { ModelError, UnavailableError } from '../core/errors';
import { attack } from './attacks/attack';
import type { Attacked } from './attacks/attacked';
import type { Found, IProbe, Probed } from './engine';
import { buildGraphNetwork } from './graph/network';
import { buildNetwork } from './network';
import type { Network } from './networkOf';

/** Something that computes for TensorFlow.js, under its name there. */
export type Backend = {
  readonly name: string;
  /** Code and files that it needs. */
  load(): Promise<unknown>;
};

/** A picture in this time is fast enough to look no further. */
const ENOUGH_MS = 30;
/** A backend that computes something else, relative to the largest value, is not trusted. */
const TOLERANCE = 1e-3;

/**
 * A model on the first of `backends` that takes no longer than `enoughMs` for a picture; where none is so fast on
 * the fastest but the last, which is for where no other works. Rejects with a ModelError where the model is to
 * blame, with an UnavailableError where nothing computes.
 */
export async function startNetwork(
  probed: Probed,
  backends: readonly Backend[],
  enoughMs = ENOUGH_MS
): Promise<IProbe> {
  let network: Network | null = null;
  let best: Trial | null = null;
  let failure: unknown = null;
  for (const backend of backends) {
    const isSpare = backend === backends.at(-1);
    if (best !== null && (best.ms <= enoughMs || isSpare)) {
      break;
    }
    try {
      await use(backend);
      network ??= await (probed.model.isGraph
        ? buildGraphNetwork(probed)
        : buildNetwork(probed));
      const trial = await tried(backend.name, network);
      best = best !== null && !isBetter(trial, best) ? best : trial;
    } catch (error) {
      if (error instanceof ModelError) {
        throw error;
      }
      failure = error;
    }
  }
  if (network === null || best === null) {
    throw new UnavailableError(
      `nothing here can run the model: ${String(failure)}`,
      'worker'
    );
  }
  await tf.setBackend(best.backend);
  const attacked = attackedOf(network, probed, best.backend, backends);
  return {
    ...network,
    found: { ...network.found, backend: best.backend },
    attack: (pixels, order, report, signal) =>
      attack(attacked, pixels, order, { report, signal })
  };
}

/** Gradients come from `backend`, or from the last of all where that lacks some. */
function attackedOf(
  { found, atOnce, run, slope }: Network,
  { subject }: Probed,
  backend: string,
  backends: readonly Backend[]
): Attacked {
  const spare = backends[backends.length - 1];
  let derives = backend;
  return {
    picture: found.picture,
    classes: subject.classes,
    atOnce,
    async probabilities(pixels) {
      const { probabilities } = await run(pixels, []);
      if (probabilities === null) {
        throw new ModelError('attack', 'the model tells no classes apart');
      }
      return probabilities;
    },
    async slope(pixels, goal) {
      try {
        return await on(derives, () => slope(pixels, goal));
      } catch (error) {
        if (error instanceof ModelError || derives === spare.name) {
          throw error;
        }
        await spare.load();
        derives = spare.name;
        return on(derives, () => slope(pixels, goal));
      }
    }
  };

  /** Runs in between find their own backend: what begins on this one begins at once. */
  function on<T>(name: string, work: () => T): T {
    void tf.setBackend(name);
    try {
      return work();
    } finally {
      void tf.setBackend(backend);
    }
  }
}

type Trial = Pick<Found, 'backend'> & {
  readonly ms: number;
  /** What it computes of a picture. */
  readonly values: readonly Float32Array[];
};

async function use({ name, load }: Backend): Promise<void> {
  await load();
  if (!(await tf.setBackend(name))) {
    throw new Error(`${name} does not start`);
  }
}

/** How long a second picture takes: the first one compiles. */
async function tried(backend: string, network: Network): Promise<Trial> {
  const { height, width, channels } = network.found.picture;
  const grey = new Uint8Array(height * width * channels).fill(100);
  const layers = network.found.matches.flatMap(({ layer }, i) =>
    layer === null ? [] : [i]
  );
  await network.run(grey, layers);
  const begun = performance.now();
  const { probabilities, layers: values } = await network.run(grey, layers);
  return {
    backend,
    ms: performance.now() - begun,
    values: probabilities ? [probabilities, ...values] : values
  };
}

function isBetter(trial: Trial, best: Trial): boolean {
  return (
    trial.ms < best.ms &&
    trial.values.every((values, i) => isClose(values, best.values[i]))
  );
}

function isClose(a: Float32Array, b: Float32Array): boolean {
  const largest = b.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - b[i]) <= TOLERANCE * largest);
}
