/** What the worker of a page's probe runs: `src/probe/worker.ts` for where nothing can be fetched. */
import * as tf from '@tensorflow/tfjs-core';
import { expose } from 'comlink';
import type { Backend } from '../probe/backends';
import { serveProbe } from '../probe/serve';
import { unpackBase64 } from '../worker/unpack';

/** WebAssembly of TensorFlow.js in packed base64; `spawnProbe.ts` puts it before this code. */
declare const neuralDivergenceProbeWasm: string;

/** Without WebGL, which would add a quarter to the page for models that are slow in WebAssembly. */
const pageBackends: readonly Backend[] = [
  {
    name: 'wasm',
    async load() {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      const bytes = new Uint8Array(
        await unpackBase64(neuralDivergenceProbeWasm)
      );
      // TensorFlow.js would wait for ever where the browser refuses.
      await WebAssembly.compile(bytes);
      tf.env().platform.fetch = async () => new Response(bytes);
      setWasmPaths('', true);
    }
  },
  { name: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu') }
];

expose(serveProbe(pageBackends));
