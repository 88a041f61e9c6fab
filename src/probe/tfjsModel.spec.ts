import { openedModel } from '../../tests/ts/models';
import { ModelError } from '../core/errors';
import type { Model } from '../core/model';
import { readTfjsModel } from './tfjsModel';

type Manifest = { paths: string[]; weights: object[] }[];
type Files = { text: string; shards: Map<string, Uint8Array> };

/** A model as TensorFlow.js' files hold it, its weights cut at odd places. */
function filesOf(
  { topology, weights, values }: Model,
  edit: (manifest: Manifest, json: Record<string, unknown>) => void = () =>
    undefined
): Files {
  const bytes = new Uint8Array(
    values.buffer,
    values.byteOffset,
    values.byteLength
  );
  const cuts = [0, 1001, 1001, 2 ** 13 + 3, bytes.length];
  const paths = cuts.slice(1).map((_, i) => `group1-shard${i + 1}of4.bin`);
  const manifest: Manifest = [
    {
      paths,
      weights: weights.map(weight => ({ ...weight, dtype: 'float32' }))
    }
  ];
  const json: Record<string, unknown> = {
    format: 'layers-model',
    modelTopology: { keras_version: '2.1.4', model_config: topology },
    weightsManifest: manifest
  };
  edit(manifest, json);
  return {
    text: JSON.stringify(json),
    shards: new Map(
      paths.map((path, i) => [path, bytes.slice(cuts[i], cuts[i + 1])])
    )
  };
}

function read({ text, shards }: Files): Promise<Model> {
  return readTfjsModel(text, async path => {
    const shard = shards.get(path);
    if (shard === undefined) {
      throw new Error(`asked for ${path}`);
    }
    return shard;
  });
}

describe('a model in files', () => {
  let model: Model;
  beforeAll(async () => {
    ({ model } = (await openedModel('model.torch.ndiv')).probed);
  });

  test('has the weights of its shards, wherever they are cut', async () => {
    const found = await read(filesOf(model));
    expect(found.values).toEqual(model.values);
    expect(found.weights).toEqual(model.weights);
    expect(found).toMatchObject({
      input: null,
      layers: null,
      output: { layer: null, softmax: null }
    });
  });

  test('may say how it is fed', async () => {
    const ours = {
      input: { shape: [12, 12, 3], mean: [0.5] },
      layers: { fc: { layer: 'fc1' } },
      output: { layer: 'fc2', softmax: true }
    };
    const found = await read(
      filesOf(model, (_, json) => {
        json['userDefinedMetadata'] = { neuraldivergence: ours };
      })
    );
    expect(found.input).toEqual({
      shape: [12, 12, 3],
      scale: 1,
      mean: [0.5],
      std: [1]
    });
    expect(found.layers?.get('fc')?.layer).toBe('fc1');
    expect(found.output).toEqual(ours.output);
  });

  test.each([
    '../weights.bin',
    'a/../../weights.bin',
    '/etc/passwd',
    './weights.bin',
    'https://e.test/weights.bin',
    'a\\b.bin',
    'a//b',
    '%2e%2e/weights.bin',
    'weights.bin?x',
    ''
  ])('does not lead to %p', async path => {
    const asked: string[] = [];
    const { text } = filesOf(model, ([group]) => (group.paths = [path]));
    await expect(
      readTfjsModel(text, async name => {
        asked.push(name);
        return new Uint8Array(0);
      })
    ).rejects.toMatchObject({ tag: 'model', reason: 'topology' });
    expect(asked).toEqual([]);
  });

  const sizes: [string, (files: Files) => void, RegExp][] = [
    [
      'less than the weights need',
      ({ shards }) => shards.set('group1-shard4of4.bin', new Uint8Array(7)),
      /has \d+ bytes of weights, expected \d+$/
    ],
    [
      'more',
      ({ shards }) =>
        shards.set('group1-shard1of4.bin', new Uint8Array(2 ** 20)),
      /has 1048576 bytes of weights, expected at most \d+$/
    ]
  ];
  test.each(sizes)(
    'is refused with %s in its shards',
    async (_, edit, message) => {
      const files = filesOf(model);
      edit(files);
      const error = await read(files).catch((found: unknown) => found);
      expect(error).toMatchObject({ tag: 'model', reason: 'weights' });
      expect((error as Error).message).toMatch(message);
    }
  );

  test('that declares terabytes is refused before anything is read', async () => {
    const { text } = filesOf(model, ([group]) =>
      group.weights.push({
        name: 'x',
        shape: [2 ** 20, 2 ** 20],
        dtype: 'float32'
      })
    );
    await expect(
      readTfjsModel(text, () => Promise.reject(new Error('read')))
    ).rejects.toMatchObject({ tag: 'model', reason: 'weights' });
  });

  test.each([
    '',
    '[]',
    '{}',
    '{"weightsManifest": [{}]}',
    'null',
    '{"__proto__": 1}'
  ])('is refused when it is %s', async text => {
    await expect(
      readTfjsModel(text, async () => new Uint8Array(0))
    ).rejects.toThrow(ModelError);
  });

  test('is refused when weights are stored in fewer bits', async () => {
    const { text } = filesOf(model, ([group]) =>
      group.weights.push({ name: 'x', shape: [1], dtype: 'uint8' })
    );
    await expect(
      readTfjsModel(text, async () => new Uint8Array(0))
    ).rejects.toThrow('weight "x" is not stored as float32');
  });
});
