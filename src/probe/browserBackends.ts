import * as tf from '@tensorflow/tfjs-core';
import type { Backend } from './backends';
import { wasmUrl } from './wasmUrl';

/** What a browser may compute with. */
export const browserBackends: readonly Backend[] = [
  {
    name: 'wasm',
    async load() {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      // Threads need a page that is isolated from all others, and another file.
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      const file = wasmUrl();
      // Every browser that JupyterLab runs in has SIMD.
      setWasmPaths({
        'tfjs-backend-wasm.wasm': file,
        'tfjs-backend-wasm-simd.wasm': file,
        'tfjs-backend-wasm-threaded-simd.wasm': file
      });
    }
  },
  {
    name: 'webgl',
    load: () => import('@tensorflow/tfjs-backend-webgl')
  },
  {
    name: 'cpu',
    load: () => import('@tensorflow/tfjs-backend-cpu')
  }
];
