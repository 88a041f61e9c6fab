import { expose } from 'comlink';
import { gzipSync } from 'node:zlib';
import { fixtureBytes } from '../../tests/ts/fixtures';
import { ofClass } from '../../tests/ts/subsets';
import { closePages, portPage } from '../../tests/ts/portPage';
import { FakeServer } from '../../tests/ts/server';
import type { TellLoaded } from '../core/part';
import { connectEngine } from './client';
import { createEngine } from './engine';
import type { Carried, CarriedUrl, Progress } from './protocol';
import { serveEngine, type Served } from './serve';
import { spareStation, startStation } from './station';
import { browserPorts, unpackBase64 } from './unpack';
import { openUrl } from './urlReader';

const block = (): Carried => ({
  kind: 'block',
  bytes: fixtureBytes('tiny.ndiv')
});
const served = () => serveEngine(browserPorts);
const never = () => new Promise<never>(() => undefined);

/** A worker's page side: a message channel with an engine at its other end. */
function fakeWorker(api: Served) {
  const { port1, port2 } = new MessageChannel();
  expose(api, port2);
  port1.start();
  const terminate = jest.fn(() => {
    port1.close();
    port2.close();
  });
  const errors = new EventTarget();
  const worker = {
    terminate,
    postMessage: (message: unknown, transfer: Transferable[] = []) =>
      port1.postMessage(message, transfer),
    addEventListener: (type: string, listener: EventListener) =>
      (type === 'error' ? errors : port1).addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListener) =>
      port1.removeEventListener(type, listener),
    crash: (message: string) =>
      errors.dispatchEvent(Object.assign(new Event('error'), { message }))
  };
  return { ...worker, spawn: () => worker as unknown as Worker };
}

/** Typed arrays as arrays: those from a channel are of another realm than jest's. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      ArrayBuffer.isView(part) ? Object.values(part) : part
    )
  );
}

describe('a connected engine', () => {
  test('answers in place where no worker can start', async () => {
    const engine = connectEngine();
    const info = await engine.open(block());
    expect(info.name).toBe('Tiny network');
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(25);
    engine.dispose();
    engine.dispose();
  });

  test('answers the same from a worker', async () => {
    const { spawn, terminate } = fakeWorker(served());
    const [remote, local] = [connectEngine({ spawn }), connectEngine()];
    expect(plain(await remote.open(block()))).toEqual(
      plain(await local.open(block()))
    );
    expect(plain(await remote.distribution(1, ofClass(2, 'correct')))).toEqual(
      plain(await local.distribution(1, ofClass(2, 'correct')))
    );
    remote.dispose();
    await Promise.resolve();
    expect(terminate).toHaveBeenCalled();
  });

  test('hands a port on to the worker, to open and to attach', async () => {
    const { spawn } = fakeWorker(served());
    const engine = connectEngine({ spawn });
    await engine.open(portPage(fixtureBytes('tiny.summary.ndiv')));
    const local = createEngine(browserPorts);
    const { id } = await local.open(block());
    const info = await engine.attach(portPage(fixtureBytes('tiny.ndiv')), id);
    expect(info.layers[0].detail).toBe('activations');
    expect(plain(await engine.distribution(1, ofClass(2, 'correct')))).toEqual(
      plain(await local.distribution(1, ofClass(2, 'correct')))
    );
    engine.dispose();
    closePages();
  });

  test('gives the bytes of a block away, without a copy', async () => {
    const { spawn } = fakeWorker(served());
    const engine = connectEngine({ spawn });
    const bytes = fixtureBytes('tiny.ndiv');
    await engine.open({ kind: 'block', bytes });
    expect(bytes.buffer.byteLength).toBe(0);
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(25);
    engine.dispose();
  });

  test('keeps answers', async () => {
    const engine = connectEngine();
    await engine.open(block());
    expect(await engine.distribution(0, ofClass(0, 'label'))).toBe(
      await engine.distribution(0, ofClass(0, 'label'))
    );
  });

  test('puts two questions at a time, and none that nobody waits for', async () => {
    const inner = served();
    const put: unknown[] = [];
    const answers: (() => void)[] = [];
    const { spawn } = fakeWorker({
      ...inner,
      ask: async (name, asked) => {
        put.push(asked);
        await new Promise<void>(resolve => answers.push(resolve));
        return inner.ask(name, asked);
      }
    });
    const engine = connectEngine({ spawn });
    await engine.open(block());
    const gone = new AbortController();
    const asked = [0, 1, 2].map(g =>
      engine.distribution(
        0,
        ofClass(g, 'label'),
        g === 2 ? gone.signal : undefined
      )
    );
    const left = expect(asked[2]).rejects.toThrow('abort');
    while (put.length < 2) {
      await new Promise(resolve => setTimeout(resolve));
    }
    gone.abort();
    await left;
    answers.forEach(answer => answer());
    await Promise.all(asked.slice(0, 2));
    expect(put).toEqual([
      [0, ofClass(0, 'label')],
      [0, ofClass(1, 'label')]
    ]);
    engine.dispose();
  });

  test('keeps the kind and the place of an error', async () => {
    const { spawn } = fakeWorker(served());
    const engine = connectEngine({ spawn });
    const cut: Carried = { kind: 'block', bytes: new Uint8Array(3) };
    await expect(engine.open(cut)).rejects.toMatchObject({
      tag: 'decode',
      path: 'header',
      name: 'DecodeError'
    });
    await expect(
      engine.distribution(0, ofClass(0, 'label'))
    ).rejects.toMatchObject({
      tag: 'unavailable',
      reason: 'closed'
    });
    engine.dispose();
  });

  test('stops a worker that does not answer, and starts another on opening again', async () => {
    const hung = fakeWorker({ ...served(), ask: never });
    const sound = fakeWorker(served());
    const spawn = jest
      .fn()
      .mockImplementationOnce(hung.spawn)
      .mockImplementation(sound.spawn);
    const engine = connectEngine({ spawn, watchdogMs: 2000 });
    await engine.open(block());
    await expect(
      engine.distribution(0, ofClass(0, 'label'))
    ).rejects.toMatchObject({
      tag: 'timeout'
    });
    expect(hung.terminate).toHaveBeenCalled();
    await engine.open(block());
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(25);
    engine.dispose();
  }, 20_000);

  test('tells of a download, and waits as long as it goes on', async () => {
    const bytes = fixtureBytes('tiny.ndiv');
    const server = new FakeServer(bytes, { chunkBytes: 3000, delayMs: 60 });
    const ports = {
      ...browserPorts,
      openUrl: (carried: CarriedUrl, tell: TellLoaded) =>
        openUrl(carried, tell, { fetch: server.fetch, headBytes: 8000 })
    };
    const { spawn } = fakeWorker(serveEngine(ports));
    const told: Progress[] = [];
    const engine = connectEngine({
      spawn,
      watchdogMs: 500,
      onProgress: progress => told.push(progress)
    });
    const startMs = performance.now();
    await engine.open({
      kind: 'url',
      url: '/files/tiny.ndiv',
      headers: {},
      format: 'block'
    });
    await engine.distribution(1, ofClass(0, 'label'));
    // It comes over a line of its own.
    await new Promise(resolve => setTimeout(resolve, 50));
    engine.dispose();
    expect(performance.now() - startMs).toBeGreaterThan(500);
    expect(told.map(({ layer }) => layer)).toContain('dense_1');
    expect(told[0].layer).toBeNull();
    expect(told.at(-1)?.loadedBytes).toBe(told.at(-1)?.totalBytes);
  });

  test('keeps what is known of a file that cannot be read', async () => {
    const { spawn } = fakeWorker(served());
    const engine = connectEngine({ spawn });
    // Node's fetch knows no address without a host.
    const open = engine.open({
      kind: 'url',
      url: '/files/a.ndiv',
      headers: {},
      format: 'block'
    });
    await expect(open).rejects.toMatchObject({
      tag: 'read',
      name: 'ReadError',
      file: 'a.ndiv',
      reason: 'unreachable'
    });
    engine.dispose();
  });

  test('runs in place when the worker fails before its first answer', async () => {
    const silent = fakeWorker({ ...served(), hello: never });
    const engine = connectEngine({ spawn: silent.spawn });
    const info = engine.open(block());
    await Promise.resolve();
    silent.crash('blocked');
    expect((await info).name).toBe('Tiny network');
    expect(silent.terminate).toHaveBeenCalled();
  });
});

describe('the engines of a page', () => {
  async function textOf(name: string): Promise<Carried> {
    const bytes = fixtureBytes(name);
    const { id } = await createEngine(browserPorts).open({
      kind: 'block',
      bytes
    });
    return {
      kind: 'base64',
      descriptor: { format: 'neuraldivergence', version: 1, id },
      text: Buffer.from(bytes).toString('base64')
    };
  }
  let text: Carried;
  beforeAll(async () => {
    text = await textOf('tiny.ndiv');
  });

  /** Engines, and the workers that each of them started. */
  function connected(count: number) {
    return Array.from({ length: count }, () => {
      const workers: ReturnType<typeof fakeWorker>[] = [];
      const spawn = () => {
        const worker = fakeWorker(served());
        workers.push(worker);
        return worker.spawn();
      };
      return { engine: connectEngine({ spawn }), workers };
    });
  }

  const isStopped = ({ workers }: ReturnType<typeof connected>[number]) =>
    workers.every(({ terminate }) => terminate.mock.calls.length > 0);

  test('let the workers rest that were not asked for the longest time', async () => {
    const all = connected(5);
    for (const { engine } of all) {
      await engine.open(text);
    }
    expect(all.map(isStopped)).toEqual([true, true, true, true, false]);
    const [first] = all;
    const answer = await first.engine.distribution(0, ofClass(0, 'label'));
    expect(answer.size).toBe(25);
    expect(first.workers).toHaveLength(2);
    expect(all.map(isStopped)).toEqual([false, true, true, true, true]);
    all.forEach(({ engine }) => engine.dispose());
    await new Promise(resolve => setTimeout(resolve));
    expect(all.every(isStopped)).toBe(true);
  });

  test('use the workers of those that rest', async () => {
    const workers: ReturnType<typeof fakeWorker>[] = [];
    const spawn = () => {
      const worker = fakeWorker(served());
      workers.push(worker);
      return worker.spawn();
    };
    const spare = spareStation();
    const other = await textOf('tiny.summary.ndiv');
    const engines = Array.from({ length: 6 }, () =>
      connectEngine({ spawn, spare })
    );
    const details = [];
    for (const [k, engine] of engines.entries()) {
      const info = await engine.open(k % 2 === 0 ? text : other);
      details.push(info.layers[0].detail);
    }
    expect(details.join(' ')).toBe(
      'activations summary activations summary activations summary'
    );
    expect(workers).toHaveLength(2);
    await expect(
      engines[1].distribution(0, ofClass(0, 'prediction'))
    ).rejects.toMatchObject({ reason: 'membership' });
    expect(
      (await engines[0].distribution(0, ofClass(0, 'prediction'))).size
    ).toBe((await engines[2].distribution(0, ofClass(0, 'prediction'))).size);
    expect(workers).toHaveLength(2);
    engines.forEach(engine => engine.dispose());
    await new Promise(resolve => setTimeout(resolve));
    (await spare.take())?.line.stop('the test is over');
  });

  test('use the worker that was prepared, also while it starts', async () => {
    const { spawn, terminate } = fakeWorker(served());
    const start = jest.fn(() => startStation(spawn, 1000));
    const spare = spareStation();
    spare.prepare(start);
    spare.prepare(start);
    expect(start).toHaveBeenCalledTimes(1);
    const other = jest.fn(spawn);
    const engine = connectEngine({ spawn: other, spare });
    expect((await engine.open(text)).name).toBe('Tiny network');
    expect(other).not.toHaveBeenCalled();
    engine.dispose();
    await new Promise(resolve => setTimeout(resolve));
    // It waits again.
    spare.prepare(start);
    expect(start).toHaveBeenCalledTimes(1);
    (await spare.take())?.line.stop('the test is over');
    expect(terminate).toHaveBeenCalled();
  });

  test('do without the one that was prepared where it does not start', async () => {
    const spare = spareStation();
    spare.prepare(() => Promise.reject(new Error('blocked')));
    await Promise.resolve();
    const { spawn } = fakeWorker(served());
    const engine = connectEngine({ spawn, spare });
    expect((await engine.open(text)).name).toBe('Tiny network');
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(25);
    engine.dispose();
  });

  test('end a worker that has not answered when its recording is closed', async () => {
    const { spawn, terminate } = fakeWorker({ ...served(), open: never });
    const spare = spareStation();
    const engine = connectEngine({ spawn, spare });
    const opening = engine.open(text);
    await new Promise(resolve => setTimeout(resolve, 20));
    engine.dispose();
    await expect(opening).rejects.toMatchObject({ reason: 'closed' });
    expect(terminate).toHaveBeenCalled();
    expect(spare.take()).toBeNull();
  });

  test('attach again what was attached, in a worker that starts again', async () => {
    const [one, ...others] = connected(4);
    await one.engine.open(await textOf('tiny.summary.ndiv'));
    const { id } = await createEngine(browserPorts).open(block());
    await one.engine.attach(text, id);
    for (const { engine } of others) {
      await engine.open(text);
    }
    expect(isStopped(one)).toBe(true);
    const answer = await one.engine.distribution(0, ofClass(0, 'prediction'));
    expect(answer.size).toBeGreaterThan(0);
    [one, ...others].forEach(({ engine }) => engine.dispose());
  });

  test('do without what is replaced by attaching again', async () => {
    const attached: string[] = [];
    const spawn = () => {
      const inner = served();
      return fakeWorker({
        ...inner,
        attach: (carried, id) => {
          attached.push(carried.kind);
          return inner.attach(carried, id);
        }
      }).spawn();
    };
    const engine = connectEngine({ spawn });
    await engine.open(await textOf('tiny.summary.ndiv'));
    const { id } = await createEngine(browserPorts).open(block());
    await engine.attach(text, id);
    const others = connected(3);
    for (const other of others) {
      await other.engine.open(text);
    }
    await engine.attach(block(), id);
    expect(attached).toEqual(['base64', 'block']);
    [engine, ...others.map(other => other.engine)].forEach(e => e.dispose());
  });

  test('answer from the summary when what was attached is gone, and attach it once it is back', async () => {
    const server = new FakeServer(fixtureBytes('tiny.ndiv'));
    const reading = () =>
      serveEngine({
        ...browserPorts,
        openUrl: (carried, tell) =>
          openUrl(carried, tell, { fetch: server.fetch })
      });
    const engine = connectEngine({
      spawn: () => fakeWorker(reading()).spawn()
    });
    await engine.open(await textOf('tiny.summary.ndiv'));
    const { id } = await createEngine(browserPorts).open(block());
    const file: Carried = {
      kind: 'url',
      url: 'http://server/files/tiny.ndiv',
      headers: {},
      format: 'block'
    };
    await engine.attach(file, id);
    const others = connected(3);
    for (const other of others) {
      await other.engine.open(text);
    }
    server.failure = { status: 404 };
    const fromSummary = await engine.distribution(0, ofClass(0, 'label'));
    expect(fromSummary.size).toBeGreaterThan(0);
    await expect(
      engine.distribution(0, ofClass(0, 'prediction'))
    ).rejects.toMatchObject({ tag: 'read', reason: 'missing' });
    server.failure = null;
    await engine.attach(file, id);
    const answer = await engine.distribution(0, ofClass(0, 'prediction'));
    expect(answer.size).toBeGreaterThan(0);
    engine.dispose();
    others.forEach(other => other.engine.dispose());
  });

  test('keep a worker whose bytes could not be had again', async () => {
    const [one, ...others] = connected(5);
    await one.engine.open(block());
    for (const { engine } of others) {
      await engine.open(text);
    }
    expect([one, ...others].map(isStopped)).toEqual([
      false,
      true,
      true,
      true,
      false
    ]);
    [one, ...others].forEach(({ engine }) => engine.dispose());
  });
});

describe('unpacking', () => {
  test('inflates gzip and leaves other bytes alone', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 7);
    const plain = Buffer.from(bytes).toString('base64');
    const packed = gzipSync(bytes).toString('base64');
    expect(await unpackBase64(plain)).toEqual(bytes);
    expect(await unpackBase64(packed)).toEqual(bytes);
  });

  test('inflates what says another size than it has', async () => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i % 7);
    const first = gzipSync(bytes.subarray(0, 2900));
    const second = gzipSync(bytes.subarray(2900));
    const packed = Buffer.concat([first, second]).toString('base64');
    expect(await unpackBase64(packed)).toEqual(bytes);
  });

  test('stops at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(1 << 24)).toString('base64');
    await expect(unpackBase64(bomb, 1 << 20)).rejects.toMatchObject({
      tag: 'decode',
      path: 'data'
    });
  });

  test('refuses broken text and broken gzip', async () => {
    const broken = gzipSync(new Uint8Array(1000))
      .subarray(0, 15)
      .toString('base64');
    for (const text of ['a', '<img src=x>', broken]) {
      await expect(unpackBase64(text)).rejects.toMatchObject({
        tag: 'decode',
        path: 'data'
      });
    }
  });
});
