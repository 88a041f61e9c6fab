/** A tensor as a test writes it. */
export type TestTensor = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
};

/** A tensor block of a descriptor and its tensors, in their order. */
export function blockOf(
  descriptor: object,
  tensors: Readonly<Record<string, TestTensor>>
): Uint8Array {
  const header: Record<string, unknown> = {
    __metadata__: { neuraldivergence: JSON.stringify(descriptor) }
  };
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    const end = at + data.byteLength;
    header[name] = { dtype, shape, data_offsets: [at, end] };
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  padded.set(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Uint8Array.from(Buffer.concat([length, padded, ...chunks]));
}
