/** The WebAssembly that is built from assembly/. Apart, because only a bundler knows its address. */
export async function kernelBytes(): Promise<ArrayBuffer> {
  const response = await fetch(new URL('./kernels.wasm', import.meta.url));
  if (!response.ok) {
    throw new Error(`invalid answer: ${response.status}`);
  }
  return response.arrayBuffer();
}
