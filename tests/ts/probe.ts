import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Backend } from '../../src/probe/backends';

/** What Node computes with: the files of the packages. */
export const nodeBackends: readonly Backend[] = [
  {
    name: 'wasm',
    load: async () => {
      await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths(
        `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`
      );
    }
  },
  { name: 'cpu', load: () => import('@tensorflow/tfjs-backend-cpu') }
];
