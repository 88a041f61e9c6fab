import { FakeServer } from '../../tests/ts/server';
import { fileNameOf } from './fileName';
import type { CarriedUrl } from './protocol';
import { downloadUrl, openUrl } from './urlReader';

const carried: CarriedUrl = {
  kind: 'url',
  url: 'http://server/files/my%20net.ndiv?_xsrf=secret',
  headers: { Authorization: 'token 1' },
  format: 'block'
};
const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);
const headBytes = 100;
const silent = () => undefined;

function open(server: FakeServer, tell = silent) {
  return openUrl(carried, tell, { fetch: server.fetch, headBytes });
}

describe('a file on a server that sends ranges', () => {
  test('is read where it is asked for, with the headers', async () => {
    const server = new FakeServer(bytes);
    const reader = await open(server);
    expect(reader.sizeBytes).toBe(bytes.length);
    expect(await reader.read(10, 90)).toEqual(bytes.subarray(10, 90));
    expect(await reader.read(50, 4000)).toEqual(bytes.subarray(50, 4000));
    expect(server.ranges).toEqual(['bytes=0-99', 'bytes=50-3999']);
    for (const { headers } of server.asked) {
      expect(headers.get('Authorization')).toBe('token 1');
    }
  });

  test('tells how much is here', async () => {
    const reader = await open(new FakeServer(bytes));
    const told: number[] = [];
    await reader.read(0, 2500, loadedBytes => told.push(loadedBytes));
    expect(told).toEqual([1000, 2000, 2500]);
  });

  test('may be shorter than the first request, and empty', async () => {
    const short = await open(new FakeServer(bytes.subarray(0, 7)));
    expect(await short.read(0, 7)).toEqual(bytes.subarray(0, 7));
    const empty = await open(new FakeServer(new Uint8Array(0)));
    expect(empty.sizeBytes).toBe(0);
  });

  test('is not mixed with what it becomes later', async () => {
    const changes: ((server: FakeServer) => void)[] = [
      server => (server.modified = 'Tue, 24 Nov 2026 05:00:00 GMT'),
      server => (server.file = bytes.subarray(0, 9999)),
      server => (server.file = bytes.subarray(0, 200))
    ];
    for (const change of changes) {
      const server = new FakeServer(bytes);
      const reader = await open(server);
      change(server);
      await expect(reader.read(500, 600)).rejects.toMatchObject({
        tag: 'read',
        reason: 'changed',
        file: 'my net.ndiv'
      });
    }
  });

  test('is not mixed with what has its date and size', async () => {
    const server = new FakeServer(bytes);
    const reader = await open(server);
    const runs = [{ begin: 500, end: 600 }];
    await reader.read(500, 600);
    await reader.confirm?.(runs);
    expect(server.ranges.at(-1)).toBe('bytes=0-99');
    server.file = bytes.map(byte => 255 - byte);
    await reader.read(500, 600);
    await expect(reader.confirm?.(runs)).rejects.toMatchObject({
      tag: 'read',
      reason: 'changed'
    });
    const asked = server.asked.length;
    await reader.confirm?.([{ begin: 0, end: headBytes }]);
    expect(server.asked).toHaveLength(asked);
  });

  test('can no longer be had by ranges', async () => {
    const server = new FakeServer(bytes);
    const reader = await open(server);
    server.options = { ignoresRange: true };
    await expect(reader.read(500, 600)).rejects.toMatchObject({
      reason: 'refused',
      status: 200
    });
  });

  test('cannot be had once the session has ended', async () => {
    const server = new FakeServer(bytes);
    const reader = await open(server);
    server.failure = 'login';
    await expect(reader.read(500, 600)).rejects.toMatchObject({
      reason: 'forbidden',
      status: null
    });
  });

  test('is not downloaded where there is no memory for it', async () => {
    const sizeBytes = 2 ** 53 - 1;
    const isCancelled = jest.fn();
    const reader = await openUrl(carried, silent, {
      headBytes,
      fetch: async (_, init) => {
        const range = new Headers(init?.headers).get('Range') ?? '';
        const isHead = range === 'bytes=0-99';
        const body = isHead
          ? bytes.slice(0, 100)
          : new ReadableStream({ cancel: isCancelled });
        return new Response(body, {
          status: 206,
          headers: {
            'Content-Range': `${range.replace('=', ' ')}/${sizeBytes}`
          }
        });
      }
    });
    await expect(reader.read(200, sizeBytes)).rejects.toMatchObject({
      name: 'RangeError'
    });
    expect(isCancelled).toHaveBeenCalledTimes(1);
  });

  test('can be gone later', async () => {
    const server = new FakeServer(bytes);
    const reader = await open(server);
    server.failure = { status: 404 };
    await expect(reader.read(500, 600)).rejects.toMatchObject({
      reason: 'missing'
    });
    server.failure = 'interrupted';
    await expect(reader.read(500, 600)).rejects.toMatchObject({
      reason: 'interrupted'
    });
  });
});

test('a server that ignores ranges sends everything, once', async () => {
  const server = new FakeServer(bytes, {
    ignoresRange: true,
    chunkBytes: 6000
  });
  const told: number[][] = [];
  const reader = await openUrl(
    carried,
    (loadedBytes, totalBytes) => told.push([loadedBytes, totalBytes]),
    { fetch: server.fetch }
  );
  expect(await reader.read(50, 4000)).toEqual(bytes.subarray(50, 4000));
  expect(server.asked).toHaveLength(1);
  expect(told).toEqual([
    [6000, 10_000],
    [10_000, 10_000]
  ]);
});

test.each([
  [{ status: 404 }, 'missing'],
  [{ status: 403 }, 'forbidden'],
  [{ status: 401 }, 'forbidden'],
  [{ status: 416 }, 'refused'],
  [{ status: 500 }, 'refused'],
  ['login', 'forbidden'],
  ['unreachable', 'unreachable']
] as const)('%j says that the file is %s', async (failure, reason) => {
  const server = new FakeServer(bytes);
  server.failure = failure;
  const status = typeof failure === 'string' ? null : failure.status;
  for (const work of [
    () => open(server),
    () => downloadUrl(carried, silent, server)
  ]) {
    const error = await work().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ tag: 'read', reason, status });
    expect(String(error)).toContain('my net.ndiv');
    expect(String(error)).not.toMatch(/http|secret/);
  }
});

test('a file name is the last part of a path, decoded where it can be', () => {
  expect(fileNameOf('http://a/files/b/%C3%A9t%C3%A9.npz?x=/y')).toBe('été.npz');
  expect(fileNameOf('/files/100%.npz#a')).toBe('100%.npz');
});
