import { browserPorts } from './inPlace';

/** Id of the probe's code and WebAssembly, both in packed base64; only pages of recordings that hold a model have it. */
const PROBE_ID = 'neuraldivergence-probe';

export function hasProbe(): boolean {
  return document.getElementById(PROBE_ID) !== null;
}

/** Stands in for `src/probe/spawn.ts`: the worker runs what the page has of it. Nothing of it is read before. */
export async function spawnWorker(): Promise<Worker> {
  address ??= URL.createObjectURL(await scriptBlob());
  return new Worker(address);
}

// Kept: a probe that was closed is opened again.
let address: string | null = null;

async function scriptBlob(): Promise<Blob> {
  const text = document.getElementById(PROBE_ID)?.textContent ?? '';
  const [code, wasm] = text.split('\n');
  const wasmText = `const neuralDivergenceProbeWasm = '${wasm}';\n`;
  const unpacked = new Uint8Array(await browserPorts.unpack(code));
  return new Blob([wasmText, unpacked], { type: 'text/javascript' });
}
