/** What assembly/index.ts exports: addresses in bytes, sizes in elements. */
export type WasmKernels = {
  extent(
    values: number,
    rows: number,
    width: number,
    min: number,
    max: number
  ): void;
  codes(
    values: number,
    rows: number,
    width: number,
    scales: number,
    more: number,
    origins: number,
    biases: number,
    isPlain: boolean,
    out: number
  ): void;
  count16(
    codes: number,
    rows: number,
    stride: number,
    tile: number,
    counts: number
  ): void;
  count32: WasmKernels['count16'];
  tally(
    values: number,
    rows: number,
    rowBytes: number,
    columns: number,
    sums: number,
    min: number,
    max: number,
    zeros: number,
    nan: number,
    posinf: number,
    neginf: number
  ): void;
  hits(
    codes: number,
    values: number,
    rows: number,
    stride: number,
    wanted: number,
    more: number,
    valid: number,
    masks: number,
    out: number
  ): number;
  sort(values: number, rows: number, stride: number): void;
};

/** Neurons at once: a strip is some rows of so many. */
export const WIDTH = 1024;

/** Where things are in the memory, in bytes. It is reused by every call; nothing in it outlives one. */
export const AT = {
  /** Rows of values or codes. */
  strip: 0,
  /** Codes on their way out, or counts of 64 neurons in bytes, which stay 0 between calls. */
  codes: 0x42000,
  tile: 0x52000,
  /** Rooms for a number per neuron. */
  columns: 0x56000,
  /** Counts of WIDTH neurons, uint32, or hits. */
  counts: 0x62000
} as const;
const PAGES = 23;
const PAGE_BYTES = 2 ** 16;

/** Address of the k-th room for 32 bits per neuron. */
export const room = (k: number): number => AT.columns + 4 * WIDTH * k;

/** The instance and views of its memory. */
export type Wasm = {
  readonly run: WasmKernels;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
};

/** Rejects with a CompileError where WebAssembly is forbidden or has no SIMD. */
export async function instantiate(bytes: BufferSource): Promise<Wasm> {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const { instance } = await WebAssembly.instantiate(bytes, {
    env: { memory }
  });
  const { buffer } = memory;
  return {
    // The bytes are built from assembly/ with this very source.
    run: instance.exports as WasmKernels,
    u8: new Uint8Array(buffer, 0, PAGES * PAGE_BYTES),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer)
  };
}
