import { fixtureBytes } from '../../tests/ts/fixtures';
import { ofClass } from '../../tests/ts/subsets';
import { portPage } from '../../tests/ts/portPage';
import { FakeServer, type ServerOptions } from '../../tests/ts/server';
import type { Distribution } from '../core/distribution';
import type { TellLoaded } from '../core/part';
import { MEMBERSHIPS } from '../core/recording';
import type { Ports } from './carriers';
import { createEngine } from './engine';
import { openNpz } from './npz';
import type { Carried, CarriedUrl, IEngine, RecordingInfo } from './protocol';
import { browserPorts } from './unpack';
import { openUrl } from './urlReader';

function portsOf(server: FakeServer, headBytes = 4096): Ports {
  const options = { fetch: server.fetch, headBytes };
  return {
    ...browserPorts,
    openUrl: (carried: CarriedUrl, tell: TellLoaded) =>
      openUrl(carried, tell, options),
    openNpz: (carried: CarriedUrl, tell: TellLoaded) =>
      openNpz(carried, tell, options)
  };
}

const urlOf = (format: CarriedUrl['format']): Carried => ({
  kind: 'url',
  url: `/files/a%20b.${format}`,
  headers: {},
  format
});

const descriptor = {
  format: 'neuraldivergence',
  version: 1,
  id: '0'.repeat(64)
};

function overUrl(name: string, options: ServerOptions = {}) {
  const server = new FakeServer(fixtureBytes(name), options);
  const engine = createEngine(portsOf(server));
  return { server, engine };
}

type Everything = {
  readonly info: RecordingInfo;
  readonly distributions: readonly (Distribution | string)[];
};

/** Typed arrays as arrays: those from a channel are of another realm than jest's. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      ArrayBuffer.isView(part) ? Object.values(part).map(String) : part
    )
  );
}

/** All that an engine can be asked about a recording. */
async function everything(
  engine: IEngine,
  carried: Carried
): Promise<Everything> {
  const info = await engine.open(carried);
  const asked: Promise<Distribution | string>[] = [];
  for (const membership of MEMBERSHIPS) {
    for (let layer = 0; layer < info.layers.length; layer++) {
      for (let g = 0; g < info.classes.length; g++) {
        asked.push(
          engine.distribution(layer, ofClass(g, membership)).catch(String)
        );
      }
    }
  }
  return { info, distributions: await Promise.all(asked) };
}

const fixtures = [
  'tiny.ndiv',
  'tiny.summary.ndiv',
  'tiny.f16.ndiv',
  'tiny.sorted.ndiv'
];

describe.each(fixtures)('%s is the same recording', fixture => {
  const local = () =>
    everything(createEngine(browserPorts), {
      kind: 'block',
      bytes: fixtureBytes(fixture)
    });

  test('by ranges', async () => {
    const { engine } = overUrl(fixture);
    expect(await everything(engine, urlOf('block'))).toEqual(await local());
  });

  test('from a server that ignores ranges', async () => {
    const { engine, server } = overUrl(fixture, { ignoresRange: true });
    expect(await everything(engine, urlOf('block'))).toEqual(await local());
    expect(server.asked).toHaveLength(1);
  });

  test('through a port', async () => {
    const engine = createEngine(browserPorts);
    const carried = portPage(fixtureBytes(fixture));
    const read = await everything(engine, carried);
    engine.dispose();
    expect(plain(read)).toEqual(plain(await local()));
  });

  test('from base64 text', async () => {
    const bytes = fixtureBytes(fixture);
    const { info, distributions } = await local();
    const carried: Carried = {
      kind: 'base64',
      descriptor: { format: 'neuraldivergence', version: 1, id: info.id },
      text: Buffer.from(bytes).toString('base64')
    };
    expect(await everything(createEngine(browserPorts), carried)).toEqual({
      info,
      distributions
    });
  });
});

describe('a file read by ranges', () => {
  test('sends a layer when it is asked for, once', async () => {
    const { server, engine } = overUrl('tiny.ndiv');
    const info = await engine.open(urlOf('block'));
    const opening = server.asked.length;
    const before = sentBytes(server);
    await Promise.all(
      info.classes.map((_, g) => engine.distribution(1, ofClass(g, 'label')))
    );
    await engine.distribution(1, ofClass(0, 'correct'));
    // The first bytes again, to tell whether it still is the same file.
    expect(server.ranges.slice(opening)).toHaveLength(2);
    expect(server.ranges.at(-1)).toBe('bytes=0-4095');
    const layerBytes = info.sampleCount * info.layers[1].neurons * 4;
    const readBytes = sentBytes(server) - before - 4096;
    expect(readBytes).toBeGreaterThanOrEqual(layerBytes);
    expect(readBytes).toBeLessThan(layerBytes + 8);
  });

  test('is not mixed with another of its shape, written in the same second', async () => {
    const { server, engine } = overUrl('tiny.ndiv');
    const { id, layers } = await engine.open(urlOf('block'));
    const text = Buffer.from(server.file).toString('latin1');
    const other = Buffer.from(text.replace(id, descriptor.id), 'latin1');
    other.fill(0, other.length - 10_000);
    expect(other).toHaveLength(server.file.length);
    server.file = other;
    await expect(
      engine.distribution(layers.length - 1, ofClass(0, 'label'))
    ).rejects.toMatchObject({ tag: 'read', reason: 'changed' });
    server.file = fixtureBytes('tiny.ndiv');
    const again = await engine.distribution(
      layers.length - 1,
      ofClass(0, 'label')
    );
    expect(again.size).toBe(25);
  });

  test('is read at once, with one question, where all of it is small', async () => {
    const server = new FakeServer(fixtureBytes('tiny.ndiv'));
    const engine = createEngine(portsOf(server, 2 ** 20));
    await everything(engine, urlOf('block'));
    expect(server.asked).toHaveLength(1);
  });

  test('asks again for a layer that could not be had', async () => {
    const { server, engine } = overUrl('tiny.ndiv');
    await engine.open(urlOf('block'));
    server.failure = { status: 500 };
    await expect(
      engine.distribution(0, ofClass(0, 'label'))
    ).rejects.toMatchObject({
      tag: 'read',
      reason: 'refused'
    });
    server.failure = null;
    expect((await engine.distribution(0, ofClass(0, 'label'))).size).toBe(25);
  });

  test('may have a header longer than the first request', async () => {
    const server = new FakeServer(fixtureBytes('tiny.ndiv'));
    const engine = createEngine(portsOf(server, 10));
    expect((await engine.open(urlOf('block'))).name).toBe('Tiny network');
  });
});

function sentBytes({ ranges }: FakeServer): number {
  return ranges.reduce((sum, range) => {
    const [begin, last] = (range ?? '').match(/\d+/g)?.map(Number) ?? [];
    return sum + last + 1 - begin;
  }, 0);
}

test.each<Carried>([
  urlOf('block'),
  urlOf('npz'),
  { kind: 'base64', descriptor, text: '' }
])('what needs too much memory is unavailable: %j', async carried => {
  const tooMuch = async () => {
    throw new RangeError('Array buffer allocation failed');
  };
  const engine = createEngine({
    ...browserPorts,
    openUrl: tooMuch,
    openNpz: tooMuch,
    unpack: tooMuch
  });
  await expect(engine.open(carried)).rejects.toMatchObject({
    tag: 'unavailable',
    reason: 'memory'
  });
});

test('arrays of NumPy are the recording that Python makes of them', async () => {
  const { engine } = overUrl('tiny.npz');
  const archive = await everything(engine, urlOf('npz'));
  const block = await everything(createEngine(browserPorts), {
    kind: 'block',
    bytes: fixtureBytes('tiny.npz.ndiv')
  });
  expect(archive.info.id).toMatch(/^[0-9a-f]{64}$/);
  expect({ ...archive.info, id: '' }).toEqual({ ...block.info, id: '' });
  expect(archive.distributions).toEqual(block.distributions);
});
