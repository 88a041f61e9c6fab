/** WebAssembly of TensorFlow.js. Apart, because only a bundler knows its address. */
export function wasmUrl(): string {
  return new URL(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    import.meta.url
  ).href;
}
