import type { PortAnswer, PortQuestion } from './protocol';
import { openPort } from './portReader';

const MIB = 2 ** 20;
const SIZE = 6 * MIB + 5;
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => i % 251);

/** A page that has `bytes`, at the other end of a port. */
function fakePage(answerOf: (asked: Asked) => PortAnswer | null = whole) {
  const { port1, port2 } = new MessageChannel();
  const asked: Asked[] = [];
  let open = 0;
  const page = { asked, mostOpen: 0, isClosed: false };
  const closed = new Promise<void>(resolve => {
    port1.onmessage = ({ data }: MessageEvent<PortQuestion>) => {
      if ('close' in data) {
        page.isClosed = true;
        port1.close();
        resolve();
        return;
      }
      asked.push(data);
      page.mostOpen = Math.max(page.mostOpen, ++open);
      setTimeout(() => {
        const answer = answerOf(data);
        if (answer !== null) {
          open -= 1;
          port1.postMessage(answer);
        }
      });
    };
  });
  const carried = {
    kind: 'port',
    port: port2,
    sizeBytes: SIZE,
    name: 'LeNet'
  } as const;
  return { page, carried, closed };
}

type Asked = Exclude<PortQuestion, { close: true }>;

function whole({ request, begin, end }: Asked): PortAnswer {
  return { request, bytes: bytes.slice(begin, end) };
}

const isEqual = (a: Uint8Array, b: Uint8Array) =>
  Buffer.compare(Buffer.from(a), b) === 0;

describe('bytes that come through a port', () => {
  test('are those that were asked for, a MiB at a time, four at once', async () => {
    const { page, carried, closed } = fakePage();
    const reader = await openPort(carried);
    const told: number[] = [];
    const [a, b] = await Promise.all([
      reader.read(100_000, SIZE, loaded => told.push(loaded)),
      reader.read(3 * MIB, 5 * MIB)
    ]);
    expect(isEqual(a, bytes.subarray(100_000))).toBe(true);
    expect(isEqual(b, bytes.subarray(3 * MIB, 5 * MIB))).toBe(true);
    expect(told).toEqual([...told].sort((x, y) => x - y));
    expect(told.at(-1)).toBe(SIZE - 100_000);
    expect(page.mostOpen).toBe(4);
    expect(Math.max(...page.asked.map(({ begin, end }) => end - begin))).toBe(
      MIB
    );
    reader.close?.();
    await closed;
  });

  test('are here already where a file begins', async () => {
    const { page, carried, closed } = fakePage();
    const reader = await openPort(carried);
    const head = await reader.read(8, 1000);
    expect(isEqual(head, bytes.subarray(8, 1000))).toBe(true);
    expect(page.asked).toHaveLength(1);
    reader.close?.();
    await closed;
  });

  test('that cannot be had are told as the page tells it, and no more are asked for', async () => {
    const { page, carried, closed } = fakePage(asked =>
      asked.begin === 0
        ? whole(asked)
        : {
            request: asked.request,
            error: { reason: 'unreachable', status: 502 }
          }
    );
    const reader = await openPort(carried);
    await expect(reader.read(MIB, SIZE)).rejects.toMatchObject({
      tag: 'read',
      file: 'LeNet',
      reason: 'unreachable',
      status: 502
    });
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(page.asked.length).toBeLessThanOrEqual(1 + 4);
    reader.close?.();
    await closed;
  });

  test('are refused when they are fewer than were asked for', async () => {
    const { carried, closed } = fakePage(({ request, begin, end }) => ({
      request,
      bytes: bytes.slice(begin, end - 1)
    }));
    await expect(openPort(carried)).rejects.toMatchObject({
      reason: 'refused'
    });
    await closed;
  });

  test('are interrupted when the reader is closed, and the page hears of it', async () => {
    const { page, carried, closed } = fakePage(asked =>
      asked.begin === 0 ? whole(asked) : null
    );
    const reader = await openPort(carried);
    const read = reader.read(MIB, SIZE);
    reader.close?.();
    reader.close?.();
    await expect(read).rejects.toMatchObject({ reason: 'interrupted' });
    await expect(reader.read(MIB, SIZE)).rejects.toMatchObject({
      reason: 'interrupted'
    });
    await closed;
    expect(page.isClosed).toBe(true);
  });
});
