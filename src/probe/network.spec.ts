import {
  openedModel,
  SMALL,
  smallModel,
  withLayers,
  type SmallLayer
} from '../../tests/ts/models';
import { nodeBackends } from '../../tests/ts/probe';
import { ModelError, UnavailableError } from '../core/errors';
import type { Model, ModelLayer } from '../core/model';
import { startNetwork } from './backends';
import type { Subject } from './engine';

const [WASM, CPU] = nodeBackends;

describe.each(nodeBackends)('a model on $name', backend => {
  test.each(['model.keras.ndiv', 'model.torch.ndiv'])(
    'computes what its framework computed: %s',
    async file => {
      const { engine, info, probed, pictures } = await openedModel(file);
      const probe = await startNetwork(probed, [backend]);
      expect(probe.found.backend).toBe(backend.name);
      expect(probe.found.matches.map(({ layer }) => layer)).not.toContain(null);
      const { layers, probabilities } = await probe.run(
        pictures.pixels,
        info.layers.map((_, i) => i)
      );
      for (const [i, { neurons, name }] of info.layers.entries()) {
        let [largest, difference] = [0, 0];
        for (let neuron = 0; neuron < neurons; neuron++) {
          const { values } = await engine.values(i, neuron);
          for (const [sample, value] of values.entries()) {
            largest = Math.max(largest, Math.abs(value));
            difference = Math.max(
              difference,
              Math.abs(value - layers[i][sample * neurons + neuron])
            );
          }
        }
        expect([name, difference / largest <= 1e-5]).toEqual([name, true]);
      }
      const { predictions } = await engine.samples();
      expect(predictions).not.toBeNull();
      predictions?.forEach((prediction, sample) => {
        const classes = info.classes.length;
        const begin = sample * classes;
        const row = probabilities!.subarray(begin, begin + classes);
        expect(row.indexOf(Math.max(...row))).toBe(prediction);
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      });
      probe.dispose();
    }
  );
});

const start = (
  model: Model = smallModel(),
  subject: Subject = SMALL,
  backends = [CPU]
) => startNetwork({ model, subject }, backends);

const place = (more: Partial<ModelLayer>): ModelLayer => ({
  layer: 'conv',
  node: 0,
  channelsFirst: false,
  beforeActivation: false,
  difference: null,
  ...more
});

/** A picture of 4 × 4 pixels. */
const PICTURE = Uint8Array.from({ length: 16 }, (_, i) => 16 * i);

async function valuesOf(
  more: Partial<ModelLayer>,
  neurons: number,
  reduction: Subject['layers'][number]['reduction']
): Promise<number[]> {
  const layers = new Map([['recorded', place(more)]]);
  const probe = await start(
    { ...smallModel(), layers },
    withLayers({ name: 'recorded', neurons, reduction })
  );
  return [...(await probe.run(PICTURE, [0])).layers[0]];
}

const max = (values: number[]) => Math.max(...values);
const mean = (values: number[]) =>
  values.reduce((sum, x) => sum + x, 0) / values.length;

describe('a recorded layer', () => {
  test('is found by its name where nothing says more', async () => {
    const { found } = await start();
    expect(found).toEqual({
      picture: { height: 4, width: 4, channels: 1 },
      backend: 'cpu',
      inKernel: false,
      gradients: true,
      matches: [
        { recorded: 'conv', layer: 'conv' },
        { recorded: 'dense', layer: 'dense' }
      ]
    });
  });

  test('is reduced over space as it was recorded', async () => {
    const last = await valuesOf({}, 48, null);
    const channel = (c: number) => last.filter((_, i) => i % 3 === c);
    const channels = [0, 1, 2].map(channel);
    expect(await valuesOf({}, 3, 'max')).toEqual(channels.map(max));
    (await valuesOf({}, 3, 'mean')).forEach((value, c) =>
      expect(value).toBeCloseTo(mean(channels[c]), 3)
    );
    expect(await valuesOf({ channelsFirst: true }, 48, null)).toEqual(
      channels.flat()
    );
    expect(await valuesOf({ position: [2, 3] }, 3, 'position')).toEqual(
      channels.map(values => values[4 * 2 + 3])
    );
  });

  test('may be what a layer is before its activation function', async () => {
    const probe = await start(
      {
        ...smallModel(),
        layers: new Map([
          ['logits', place({ layer: 'out', beforeActivation: true })]
        ])
      },
      withLayers({ name: 'logits', neurons: 2, reduction: null })
    );
    const { layers, probabilities } = await probe.run(PICTURE, [0]);
    const [a, b] = layers[0];
    expect(probabilities![0]).toBeCloseTo(1 / (1 + Math.exp(b - a)), 5);
  });

  test('that is not in the model says why, and the others are there', async () => {
    const layers = new Map([
      ['a', place({ layer: 'other' })],
      ['b', place({ node: 1 })],
      ['c', place({})],
      ['d', place({})],
      ['e', place({ position: [2, 4] })],
      ['f', place({ layer: 'flat', beforeActivation: true })],
      ['h', place({ layer: 'dense' })]
    ]);
    const wanted = [
      ['a', 3, 'mean', { kind: 'absent', layer: 'other' }],
      ['b', 3, 'mean', { kind: 'absent', layer: 'conv' }],
      ['c', 4, 'mean', { kind: 'neurons', found: 3, recorded: 4 }],
      ['d', 3, 'position', { kind: 'position' }],
      ['e', 3, 'position', { kind: 'position' }],
      ['f', 48, null, { kind: 'activation' }],
      ['g', 3, 'mean', { kind: 'absent', layer: null }]
    ] as const;
    const subject = withLayers(
      ...wanted.map(([name, neurons, reduction]) => ({
        name,
        neurons,
        reduction
      })),
      { name: 'h', neurons: 5, reduction: null }
    );
    const probe = await start({ ...smallModel(), layers }, subject);
    expect(probe.found.matches).toEqual([
      ...wanted.map(([recorded, , , why]) => ({ recorded, layer: null, why })),
      { recorded: 'h', layer: 'dense' }
    ]);
    expect((await probe.run(PICTURE, [7])).layers[0]).toHaveLength(5);
    await expect(probe.run(PICTURE, [0])).rejects.toThrow(ModelError);
  });
});

describe('a run', () => {
  test('may take many pictures, and gives each the values that it has alone', async () => {
    const probe = await start();
    const pictures = Uint8Array.from(
      { length: 16 * 5 },
      (_, i) => (7 * i) % 256
    );
    const all = await probe.run(pictures, [1, 0]);
    for (let i = 0; i < 5; i++) {
      const one = await probe.run(pictures.slice(16 * i, 16 * (i + 1)), [1, 0]);
      expect(all.layers[0].slice(5 * i, 5 * (i + 1))).toEqual(one.layers[0]);
      expect(all.layers[1].slice(3 * i, 3 * (i + 1))).toEqual(one.layers[1]);
      expect(all.probabilities!.slice(2 * i, 2 * (i + 1))).toEqual(
        one.probabilities
      );
    }
    const none = await probe.run(new Uint8Array(0), [0]);
    expect([none.probabilities, none.layers]).toEqual([
      new Float32Array(0),
      [new Float32Array(0)]
    ]);
    await expect(probe.run(new Uint8Array(17), [])).rejects.toThrow(
      '17 values are no pictures of 16'
    );
  });

  test('scales pictures as the model wants them', async () => {
    const input = {
      shape: [4, 4, 1],
      scale: 2,
      mean: [3],
      std: [0.5]
    } as const;
    const scaled = await start({ ...smallModel(), input });
    const plain = await start();
    const picture = Uint8Array.from({ length: 16 }, (_, i) => i + 2);
    const same = picture.map(value => (2 * value - 3) / 0.5);
    expect((await scaled.run(picture, [0, 1])).layers).toEqual(
      (await plain.run(same, [0, 1])).layers
    );
  });

  test('leaves nothing behind', async () => {
    const { memory } = await import('@tensorflow/tfjs-core');
    const probe = await start();
    await probe.run(PICTURE, [0, 1]);
    const before = memory().numTensors;
    await probe.run(PICTURE, [0, 1]);
    expect(memory().numTensors).toBe(before);
  });

  test('without class scores has none', async () => {
    const probe = await start({ ...smallModel(), output: null });
    expect((await probe.run(PICTURE, [1])).probabilities).toBeNull();
    expect(await probe.run(PICTURE, [])).toEqual({
      probabilities: null,
      layers: []
    });
    expect(probe.found.gradients).toBe(false);
  });
});

describe('a model is refused with one error', () => {
  const edited = (edit: (layers: SmallLayer[]) => void) => smallModel(edit);
  const cases: [string, Model, Subject, ModelError['reason'], string][] = [
    [
      'that has a layer of another class',
      edited(layers => (layers[1].class_name = 'Lambda')),
      SMALL,
      'layer',
      'a layer of class "Lambda" cannot be run here (layer "flat")'
    ],
    [
      'whose weight is missing',
      edited(layers => (layers[3].config['use_bias'] = true)),
      SMALL,
      'weights',
      'the layers have more weights than there are values'
    ],
    [
      'whose weights are too short',
      { ...smallModel(), values: new Float32Array(284) },
      SMALL,
      'weights',
      'the layers have more weights than there are values'
    ],
    [
      'whose weights are too long',
      { ...smallModel(), values: new Float32Array(300) },
      SMALL,
      'weights',
      'the weights need 285 values, found 300'
    ],
    [
      'whose weight has another name',
      {
        ...smallModel(),
        weights: smallModel().weights.map(weight =>
          weight.name === 'dense/bias' ? { ...weight, name: 'bias' } : weight
        )
      },
      SMALL,
      'weights',
      'weight "dense/bias" is missing'
    ],
    [
      'whose weight has another shape',
      {
        ...smallModel(),
        weights: smallModel().weights.map(weight =>
          weight.name === 'out/kernel' ? { ...weight, shape: [2, 5] } : weight
        )
      },
      SMALL,
      'weights',
      'weight "out/kernel" has shape [2, 5], expected [5, 2]'
    ],
    [
      'that has a weight too many',
      edited(layers => (layers[0].config['use_bias'] = false)),
      SMALL,
      'weights',
      'no layer has weight "conv/bias"'
    ],
    [
      'that takes other pictures',
      smallModel(),
      { ...SMALL, picture: { height: 4, width: 4, channels: 3 } },
      'input',
      'the model takes pictures of 4 × 4 × 1 values, the recording has 4 × 4 × 3'
    ],
    [
      'that tells other classes apart',
      smallModel(),
      { ...SMALL, classes: 10 },
      'classes',
      'the model tells 2 classes apart, the recording has 10'
    ],
    [
      'whose output is no list of classes',
      { ...smallModel(), output: { layer: 'conv', softmax: true } },
      SMALL,
      'classes',
      'the model tells 4 × 4 × 3 classes apart, the recording has 2'
    ],
    [
      'whose output is nowhere',
      { ...smallModel(), output: { layer: 'last', softmax: true } },
      SMALL,
      'classes',
      'the model has no layer "last"'
    ],
    [
      'that would take all memory',
      edited(layers =>
        layers.splice(1, 0, {
          class_name: 'UpSampling2D',
          config: { name: 'up', size: [5000, 5000] }
        })
      ),
      SMALL,
      'weights',
      'the layers have more weights than there are values'
    ],
    [
      'that is no model',
      { ...smallModel(), topology: ['Sequential'] },
      SMALL,
      'topology',
      'invalid model: the model'
    ]
  ];
  test.each(cases)('%s', async (_, model, subject, reason, message) => {
    const error = await start(model, subject).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ reason, message });
  });

  test('before it computes more than memory holds', async () => {
    const grown = smallModel(layers =>
      layers.splice(
        1,
        3,
        {
          class_name: 'UpSampling2D',
          config: { name: 'up', size: [3000, 3000] }
        },
        { class_name: 'GlobalAveragePooling2D', config: { name: 'mean' } }
      )
    );
    const error = await start(
      {
        ...grown,
        weights: grown.weights.slice(0, 2),
        values: grown.values.slice(0, 30)
      },
      { ...SMALL, classes: 3 }
    ).catch((found: unknown) => found);
    expect(error).toMatchObject({ tag: 'model', reason: 'size' });
  });
});

describe('what computes', () => {
  const broken = (name: string, failure: () => Promise<unknown>) => ({
    name,
    load: failure
  });

  test('is the first that works', async () => {
    const none = broken('webgl', async () => undefined);
    const { found } = await start(smallModel(), SMALL, [none, WASM, CPU]);
    expect(found.backend).toBe('wasm');
    const last = await start(smallModel(), SMALL, [
      broken('wasm', () => Promise.reject(new Error('forbidden'))),
      CPU
    ]);
    expect(last.found.backend).toBe('cpu');
    await last.run(PICTURE, [0]);
  });

  test('is named as missing where nothing works', async () => {
    await expect(
      start(smallModel(), SMALL, [
        broken('wasm', () => Promise.reject(new Error('forbidden')))
      ])
    ).rejects.toThrow(UnavailableError);
  });
});
