import { fixtureBytes } from '../../tests/ts/fixtures';
import { DecodeError, VersionError } from './errors';
import { openBlock } from './open';
import { memoryReader, readPart } from './part';

const decodeText = (bytes: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Opens a block and reads every part of it. */
async function openAll(bytes: Uint8Array): Promise<void> {
  const { layers, reader } = await openBlock(memoryReader(bytes), decodeText);
  for (const { activations, codes, summary } of layers) {
    for (const part of [activations, codes, summary]) {
      await (part && readPart<unknown>(reader, part));
    }
  }
}

type Hostile = { readonly file: string; readonly error: string };

test('every hostile block is refused, piece by piece as at once', async () => {
  const index = JSON.parse(
    decodeText(fixtureBytes('hostile/index.json'))
  ) as Hostile[];
  expect(index.length).toBeGreaterThan(40);
  for (const { file, error } of index) {
    await expect(openAll(fixtureBytes(`hostile/${file}`))).rejects.toThrow(
      error === 'version' ? VersionError : DecodeError
    );
  }
});

test('5,000 broken blocks are opened or refused with a typed error', async () => {
  const sources = ['tiny.ndiv', 'tiny.summary.ndiv'].map(fixtureBytes);
  let state = 1;
  const random = (end: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % end;
  };
  for (let run = 0; run < 5000; run++) {
    const bytes = sources[run % 2].slice();
    for (let edits = 1 + random(4); edits > 0; edits--) {
      bytes[random(random(3) === 0 ? bytes.length : 4000)] = random(256);
    }
    const error: unknown = await openAll(bytes).catch((e: unknown) => e);
    if (
      error !== undefined &&
      !(error instanceof DecodeError) &&
      !(error instanceof VersionError)
    ) {
      throw new Error(`untyped error in run ${run}`, { cause: error });
    }
  }
}, 60_000);

test('instances refer to images that are here, and those only', async () => {
  const { instances, images } = await openBlock(
    memoryReader(fixtureBytes('tiny.ndiv')),
    decodeText
  );
  const shown = new Set(
    instances.flatMap(({ image }) => (image === null ? [] : [image]))
  );
  expect([...shown].sort()).toEqual([...Array(images?.count).keys()]);
  expect(images?.pixels.length).toBe((images?.count ?? 0) * 8 * 8 * 3);
  expect(images?.samples?.length).toBe(images?.count);
});

test.each([
  ['twice', [3, 1, 3], 'samples.order[2]: 3 is there twice'],
  ['not', [3, 120, 2], 'samples.order[1]: 120 is out of range'],
  ['below zero', [-1, 0, 2], 'samples.order[0]: -1 is out of range']
])('a sample that is there %s has a place', async (_, first, message) => {
  const bytes = fixtureBytes('tiny.sorted.ndiv');
  const dataBegin = 8 + Number(Buffer.from(bytes).readBigUInt64LE());
  const header = JSON.parse(decodeText(bytes.subarray(8, dataBegin))) as Record<
    string,
    { readonly data_offsets: readonly number[] }
  >;
  const [begin] = header['samples.order'].data_offsets;
  const order = Int32Array.from(first);
  bytes.set(new Uint8Array(order.buffer), dataBegin + begin);
  await expect(openAll(bytes)).rejects.toThrow(message);
});
