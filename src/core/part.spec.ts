import * as fc from 'fast-check';
import {
  allParts,
  memoryReader,
  mergeSpans,
  readPart,
  type IBlockReader,
  type Part,
  type Span
} from './part';

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);

function partOf(spans: readonly Span[]): Part<Uint8Array[]> {
  return {
    spans,
    make: bytesOf => spans.map(span => bytesOf(span).slice())
  };
}

function countingReader(): IBlockReader & { readonly asked: Span[] } {
  const asked: Span[] = [];
  return {
    asked,
    sizeBytes: bytes.length,
    async read(begin, end, tell) {
      asked.push({ begin, end });
      tell?.(end - begin);
      return bytes.slice(begin, end);
    }
  };
}

const spans = fc.array(
  fc.tuple(fc.nat(bytes.length), fc.nat(50_000)).map(([begin, size]) => ({
    begin,
    end: Math.min(bytes.length, begin + size)
  })),
  { maxLength: 12 }
);

describe('a part', () => {
  test('is made of exactly its bytes, however they are read', async () => {
    await fc.assert(
      fc.asyncProperty(spans, async wanted => {
        const part = partOf(wanted);
        const expected = wanted.map(({ begin, end }) =>
          bytes.slice(begin, end)
        );
        for (const reader of [memoryReader(bytes), countingReader()]) {
          const read = await readPart(reader, part);
          expect(read.every((b, i) => Buffer.from(b).equals(expected[i]))).toBe(
            true
          );
        }
      }),
      { numRuns: 30 }
    );
  });

  test('is read in runs that do not touch and keep tensors aligned', () => {
    fc.assert(
      fc.property(spans, wanted => {
        const runs = mergeSpans(wanted);
        runs.forEach(({ begin, end }, i) => {
          expect(begin % 8).toBe(0);
          expect(begin).toBeLessThan(end);
          if (i > 0) {
            expect(begin).toBeGreaterThan(runs[i - 1].end);
          }
        });
      })
    );
  });

  test('asks once for neighbours and tells of all bytes', async () => {
    const reader = countingReader();
    const told: [loaded: number, total: number][] = [];
    const parts = allParts(
      [
        { begin: 160_000, end: 160_100 },
        { begin: 16, end: 32 },
        { begin: 40, end: 64 }
      ].map(span => partOf([span]))
    );
    await readPart(reader, parts, (loaded, total) =>
      told.push([loaded, total])
    );
    expect(reader.asked).toEqual([
      { begin: 16, end: 64 },
      { begin: 160_000, end: 160_100 }
    ]);
    expect(told.at(-1)).toEqual([148, 148]);
  });

  test('is made only once the file is known to be the same', async () => {
    const steps: string[] = [];
    const reader: IBlockReader = {
      sizeBytes: bytes.length,
      read: async (begin, end) => {
        steps.push('read');
        return bytes.slice(begin, end);
      },
      confirm: async runs => {
        steps.push(`confirm ${runs.length}`);
        throw new Error('changed');
      }
    };
    const part: Part<unknown> = {
      spans: [
        { begin: 0, end: 8 },
        { begin: 100_000, end: 100_008 }
      ],
      make: () => steps.push('make')
    };
    await expect(readPart(reader, part)).rejects.toThrow('changed');
    expect(steps).toEqual(['read', 'read', 'confirm 2']);
  });

  test('asks for nothing more once something could not be had', async () => {
    const asked: number[] = [];
    const reader: IBlockReader = {
      sizeBytes: 1e9,
      read: async begin => {
        asked.push(begin);
        await Promise.resolve();
        if (begin === 1e6) {
          throw new Error('interrupted');
        }
        return new Uint8Array(8);
      }
    };
    const spans = Array.from({ length: 50 }, (_, i) => ({
      begin: i * 1e6,
      end: i * 1e6 + 8
    }));
    await expect(readPart(reader, partOf(spans))).rejects.toThrow(
      'interrupted'
    );
    await new Promise(resolve => setTimeout(resolve));
    expect(asked.length).toBeLessThan(10);
  });

  test('that needs nothing reads nothing', async () => {
    const reader = countingReader();
    await readPart(reader, partOf([{ begin: 8, end: 8 }]));
    expect(reader.asked).toEqual([]);
  });
});
