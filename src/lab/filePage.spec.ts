import { JSDOM } from 'jsdom';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureBytes, openedStore } from '../../tests/ts/fixtures';
import { readContent } from '../page/content';
import { plainTexts } from '../page/translation';
import type { Store } from '../view/store';
import { saveView } from '../view/saved';
import { createEngine } from '../worker/engine';
import { browserPorts } from '../worker/unpack';
import type { PageLimits } from './filePage';
import { fileExport } from './filePage';
import type { ContentsPort } from './fileSource';
import { templateUrl } from './templateUrl';

const template = readFileSync(join(__dirname, '../page/template.html'), 'utf8');
const file = fixtureBytes('tiny.ndiv');
const contents = {
  serverSettings: { baseUrl: 'http://server/', token: 'secret' },
  getDownloadUrl: async () => 'http://server/files/a%20b.ndiv'
} as unknown as ContentsPort;

/** What the server sends, in pieces, and how much of it was taken. */
type Sent = { takenBytes: number; isCancelled: boolean };

const CHUNK_BYTES = 1000;

function serve(
  bytes: Uint8Array,
  { headers = {}, status = 200 }: ResponseInit = {}
): Sent {
  const sent = { takenBytes: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise(resolve => setTimeout(resolve));
        const { takenBytes } = sent;
        sent.takenBytes = Math.min(bytes.length, takenBytes + CHUNK_BYTES);
        controller.enqueue(bytes.slice(takenBytes, sent.takenBytes));
        if (sent.takenBytes === bytes.length) {
          controller.close();
        }
      },
      cancel() {
        sent.isCancelled = true;
      }
    },
    { highWaterMark: 0 }
  );
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async (url, init) =>
      url === templateUrl()
        ? new Response(template)
        : init?.headers && 'Authorization' in init.headers
          ? new Response(body, { headers, status })
          : new Response('', { status: 403 })
    );
  return sent;
}

/** Node has none. */
class FakeFileReader {
  result = '';
  onload = () => undefined;
  readAsDataURL(blob: Blob): void {
    void blob.arrayBuffer().then(bytes => {
      this.result = `data:;base64,${Buffer.from(bytes).toString('base64')}`;
      this.onload();
    });
  }
}

const ROOM: PageLimits = { fileBytes: 1e6, textBytes: 1e6 };
let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  Reflect.set(globalThis, 'FileReader', FakeFileReader);
});

afterEach(() => {
  jest.restoreAllMocks();
  Reflect.deleteProperty(globalThis, 'FileReader');
});

const exported = async (limits = ROOM) =>
  fileExport(contents, 'a b.ndiv', store, plainTexts, limits)();

describe('The page of a file', () => {
  test('holds the recording, the view on screen and the named views', async () => {
    serve(file);
    store.setSaved(saveView([], 'One', {}));
    store.update(view => ({ ...view, bins: 8 }));
    const { document } = new JSDOM(await exported()).window;
    const { descriptor, data, saved, view } = readContent(document);
    expect(saved).toMatchObject([{ name: 'One' }]);
    expect(view).toMatchObject({ bins: 8 });
    const info = await createEngine(browserPorts).open({
      kind: 'base64',
      descriptor,
      text: String(data)
    });
    expect(info).toEqual(store.info);
  });

  test('is refused before anything is read when the server tells the size', async () => {
    const sent = serve(file, { headers: { 'Content-Length': '1000001' } });
    await expect(exported()).rejects.toThrow('more than the 1 MB');
    expect(sent).toEqual({ takenBytes: 0, isCancelled: true });
  });

  // Noise cannot be packed.
  const large = randomBytes(300 * CHUNK_BYTES);
  large.set(file);

  test.each([
    ['as a file', { ...ROOM, fileBytes: file.length + 5 * CHUNK_BYTES }],
    ['as text', { ...ROOM, textBytes: 100 }]
  ])(
    'is refused while it is read when it is too large %s',
    async (_, limits) => {
      const sent = serve(large);
      await expect(exported(limits)).rejects.toThrow('that a page may hold');
      await new Promise(resolve => setTimeout(resolve, 20));
      expect(sent.isCancelled).toBe(true);
      expect(sent.takenBytes).toBeLessThan(large.length);
    }
  );

  test('is refused when the file is another one now', async () => {
    const changed = Uint8Array.from(large);
    const at = Buffer.from(file).indexOf(store.info.id);
    changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
    const sent = serve(changed);
    await expect(exported()).rejects.toThrow(
      '"a b.ndiv" has changed on disk since it was opened; open it again'
    );
    expect(sent.isCancelled).toBe(true);
    expect(sent.takenBytes).toBeLessThan(large.length);
  });

  test.each([
    ['ends too early', file.slice(0, 100), 'has changed on disk'],
    ['is something else', new Uint8Array(100).fill(0x20), 'header'],
    ['is empty', new Uint8Array(0), 'has changed on disk']
  ])('is refused when the file %s', async (_, bytes, reason) => {
    serve(bytes);
    await expect(exported()).rejects.toThrow(reason);
  });

  test('is refused when the server sends something else', async () => {
    const sent = serve(file, { status: 404 });
    await expect(exported()).rejects.toThrow(
      'the server did not send the file (404)'
    );
    expect(sent).toEqual({ takenBytes: 0, isCancelled: true });
  });
});
