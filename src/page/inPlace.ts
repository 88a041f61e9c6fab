import type * as engine from './engine';

/** The page's first script; the build gives it this name. */
declare const neuralDivergenceEngine: typeof engine;

/** Stand in for `src/worker/engine.ts` and `unpack.ts`: they are in the page already. */
export const { createEngine, browserPorts } = neuralDivergenceEngine;
