import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelBytes } from '../../tests/ts/kernelBytes';
import { wasmKernels } from '../worker/wasmKernels';
import { widenBFloats, widenHalves } from './half';
import { typescriptKernels, type Kernels } from './kernels';
import { codeLayer, measureValues } from './measure';

const FIXTURES = join(__dirname, '../../tests/fixtures');
const bytesOf = (name: string) =>
  Uint8Array.from(readFileSync(join(FIXTURES, name))).buffer;
const jsonOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));

type GridCase = [
  offset: number,
  length: number,
  exponent: number,
  origin: number,
  firstBin: number,
  counts: number[]
];

const implementations: [string, () => Promise<Kernels>][] = [
  ['TypeScript', async () => typescriptKernels],
  ['WebAssembly', async () => wasmKernels(await kernelBytes())]
];

describe.each(implementations)('in %s', (_, load) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await load();
  });

  test('every histogram equals the one of numpy on the same edges (N-1)', () => {
    const { cases } = jsonOf('grid.json') as { cases: GridCase[] };
    const values = new Float32Array(bytesOf('grid.bin'));
    expect(cases.length).toBeGreaterThanOrEqual(1000);
    for (const [offset, length, exponent, origin, firstBin, counts] of cases) {
      const measured = measureNeuron(
        values.slice(offset, offset + length),
        kernels
      );
      const expected = new Uint16Array(256);
      expected.set(counts, firstBin);
      expect([...measured.grid]).toEqual([exponent, origin]);
      expect(measured.counts).toEqual(expected);
    }
  });

  test('every median and quartile equals that of numpy to the last bit (N-2)', () => {
    const { lengths } = jsonOf('quantiles.json') as { lengths: number[] };
    const buffer = bytesOf('quantiles.bin');
    const expected = new Float64Array(buffer, 0, 3 * lengths.length);
    const values = new Float32Array(buffer, 24 * lengths.length);
    let offset = 0;
    lengths.forEach((length, i) => {
      const { q25, median, q75 } = measureNeuron(
        values.slice(offset, offset + length),
        kernels
      );
      // Adding 0 turns −0 into +0, as in the fixture.
      expect([q25[0] + 0, median[0] + 0, q75[0] + 0]).toEqual([
        ...expected.subarray(3 * i, 3 * i + 3)
      ]);
      offset += length;
    });
  });
});

test('every half-precision pattern widens to the same bits (N-4)', () => {
  const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const expected = new Uint32Array(bytesOf('float16.bin'));
  expect(withOneNaN(widenHalves(patterns))).toEqual(expected);
});

test('every bfloat16 pattern is the upper half of its float32 (N-4)', () => {
  const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const bits = new Uint32Array(widenBFloats(patterns).buffer);
  expect(bits).toEqual(Uint32Array.from(patterns, pattern => pattern * 65536));
});

function withOneNaN(floats: Float32Array): Uint32Array {
  return new Uint32Array(floats.buffer).map((bits, i) =>
    Number.isNaN(floats[i]) ? 0x7fc00000 : bits
  );
}

function measureNeuron(values: Float32Array, kernels: Kernels) {
  const layer = { neurons: 1, instances: new Float32Array(0) };
  const rows = Uint32Array.from(values.keys());
  return measureValues(codeLayer(values, layer, kernels), rows, kernels);
}
