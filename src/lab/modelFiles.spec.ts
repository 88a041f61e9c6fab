import { smallModel } from '../../tests/ts/models';
import { trans as TRANS } from '../../tests/ts/words';
import { ModelError, ReadError } from '../core/errors';
import type { ContentsPort } from './fileSource';
import { ModelFiles, relativeTo } from './modelFiles';

/** `model.json` of the small model, its weights in two files below it. */
function filesOf() {
  const { topology, weights, values } = smallModel();
  const bytes = new Uint8Array(values.buffer);
  const paths = ['part/1.bin', 'part/2.bin'];
  const json = {
    format: 'layers-model',
    modelTopology: topology,
    weightsManifest: [
      { paths, weights: weights.map(w => ({ ...w, dtype: 'float32' })) }
    ]
  };
  return new Map<string, Uint8Array>([
    ['net/model.json', new TextEncoder().encode(JSON.stringify(json))],
    ['net/part/1.bin', bytes.slice(0, 100)],
    ['net/part/2.bin', bytes.slice(100)]
  ]);
}

/** A contents manager over the files of a folder; `sizes` says other sizes than they have. */
function over(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  sizes: ReadonlyMap<string, number> = new Map()
) {
  const read: string[] = [];
  const port = {
    driveName: (path: string) => path.split(':').slice(0, -1).join(),
    localPath: (path: string) => path.split(':').at(-1) ?? '',
    get: async (
      path: string,
      { content }: { readonly content: boolean }
    ): Promise<object> => {
      const name = path.slice(folder.length);
      const bytes = path.startsWith(folder) ? files.get(name) : undefined;
      if (bytes === undefined) {
        throw Object.assign(new Error('404'), { response: { status: 404 } });
      }
      if (content) {
        read.push(name);
        return { content: Buffer.from(bytes).toString('base64') };
      }
      return { size: sizes.get(name) ?? bytes.length };
    }
  };
  return { port: port as unknown as ContentsPort, read };
}

const filesOver = (contents: ContentsPort, path: string) =>
  new ModelFiles(
    {
      contents,
      app: { resolveOptionalService: async () => Promise.resolve(null) },
      trans: TRANS
    },
    () => path
  );

describe('a path that was chosen', () => {
  test.each([
    ['', 'net/model.json', 'net/model.json'],
    ['a/b', 'a/b/model.json', 'model.json'],
    ['a #1', 'a #1/net/model.json', 'net/model.json']
  ])('is kept from the folder “%s”', (folder, path, kept) => {
    expect(relativeTo(folder, path, TRANS)).toBe(kept);
  });

  test.each([
    ['a/b', 'a/model.json', '“a/model.json” lies neither in the folder'],
    ['a', 'ab/model.json', '“ab/model.json” lies neither in the folder'],
    ['', 'net #1/model.json', '“net #1/model.json” cannot be kept'],
    ['a', 'a/50%/model.json', '“50%/model.json” cannot be kept']
  ])('is refused from “%s”: %s', (folder, path, why) => {
    expect(() => relativeTo(folder, path, TRANS)).toThrow(why);
  });
});

describe('a model in files of the server', () => {
  test.each([
    ['one.ipynb', ''],
    ['a/b/one.ipynb', 'a/b/'],
    ['cloud:one.ipynb', 'cloud:'],
    ['cloud:a/one.ipynb', 'cloud:a/']
  ])('is found from %s', async (notebook, folder) => {
    const { port } = over(folder, filesOf());
    const files = filesOver(port, notebook);
    const { values, weights } = await files.read('net/model.json');
    expect(values).toEqual(smallModel().values);
    expect(weights).toEqual(smallModel().weights);
  });

  test.each(['../net/model.json', '/net/model.json', 'other:net/model.json'])(
    'is not looked for at %s',
    async path => {
      const { port, read } = over('a/', filesOf());
      const files = filesOver(port, 'a/one.ipynb');
      await expect(files.read(path)).rejects.toThrow(ModelError);
      expect(read).toEqual([]);
    }
  );

  test('is not read when it is larger than it says', async () => {
    const { port, read } = over(
      'a/',
      filesOf(),
      new Map([['net/part/2.bin', 2 ** 31]])
    );
    const files = filesOver(port, 'a/one.ipynb');
    await expect(files.read('net/model.json')).rejects.toMatchObject({
      tag: 'model',
      reason: 'weights'
    });
    expect(read).toEqual(['net/model.json', 'net/part/1.bin']);
  });

  test('that is not there is named', async () => {
    const files = filesOf();
    files.delete('net/part/2.bin');
    const { port } = over('', files);
    const error = await filesOver(port, 'one.ipynb')
      .read('net/model.json')
      .catch((found: unknown) => found);
    expect(error).toBeInstanceOf(ReadError);
    expect(error).toMatchObject({
      reason: 'missing',
      file: 'net/part/2.bin',
      status: 404
    });
  });
});
