import * as tf from '@tensorflow/tfjs-core';
import { openedModel, SMALL, smallModel } from '../../tests/ts/models';
import { nodeBackends } from '../../tests/ts/probe';
import type { Model } from '../core/model';
import { startNetwork } from './backends';
import type { AttackOrder, AttackOutcome, AttackProgress } from './engine';
import { buildNetwork } from './network';
import { serveProbe } from './serve';

const [WASM, CPU] = nodeBackends;
const never = new AbortController().signal;
const silent = () => undefined;

type Config = Record<string, unknown>;
type Shapes = Record<string, number[]>;
type Layer = [kind: string, config?: Config, weights?: Shapes];

const conv: [string, Config, Shapes] = [
  'Conv2D',
  { filters: 4, kernel_size: [3, 3], padding: 'same', use_bias: true },
  { kernel: [3, 3, 3, 4], bias: [4] }
];
const pool = { pool_size: [2, 2], strides: [2, 2], padding: 'valid' };
const activated = (activation: string): Layer[] => [
  conv,
  ['Activation', { activation }]
];

/** Every layer that a model may have, after and before others. Values of 6 × 6 × 3. */
const LAYERS: Record<string, Layer[]> = {
  Conv2D: [conv],
  'Conv2D with strides': [
    ['Conv2D', { ...conv[1], strides: [2, 2], padding: 'valid' }, conv[2]]
  ],
  'Conv2D with holes': [
    ['Conv2D', { ...conv[1], dilation_rate: [2, 2] }, conv[2]]
  ],
  'Conv2D with relu': [['Conv2D', { ...conv[1], activation: 'relu' }, conv[2]]],
  'Conv2D with tanh': [['Conv2D', { ...conv[1], activation: 'tanh' }, conv[2]]],
  'Conv2D with hard_sigmoid': [
    ['Conv2D', { ...conv[1], activation: 'hard_sigmoid' }, conv[2]]
  ],
  DepthwiseConv2D: [
    [
      'DepthwiseConv2D',
      { kernel_size: [3, 3], depth_multiplier: 2, use_bias: false },
      { depthwise_kernel: [3, 3, 3, 2] }
    ]
  ],
  BatchNormalization: [
    [
      'BatchNormalization',
      { axis: 3, momentum: 0.9, epsilon: 0.01, center: true, scale: true },
      { gamma: [3], beta: [3], moving_mean: [3], moving_variance: [3] }
    ]
  ],
  ...Object.fromEntries(
    [
      ...['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid'],
      ...['hard_sigmoid', 'softplus', 'softsign', 'tanh', 'softmax'],
      ...['log_softmax', 'swish', 'mish', 'gelu']
    ].map(name => [name, activated(name)])
  ),
  ReLU: [conv, ['ReLU', { max_value: 0.5 }]],
  LeakyReLU: [conv, ['LeakyReLU', { alpha: 0.2 }]],
  Softmax: [conv, ['Softmax', { axis: -1 }]],
  MaxPooling2D: [conv, ['MaxPooling2D', pool]],
  AveragePooling2D: [conv, ['AveragePooling2D', pool]],
  GlobalMaxPooling2D: [conv, ['GlobalMaxPooling2D']],
  GlobalAveragePooling2D: [conv, ['GlobalAveragePooling2D']],
  Reshape: [['Reshape', { target_shape: [12, 9] }]],
  Permute: [['Permute', { dims: [3, 1, 2] }]],
  Dropout: [['Dropout', { rate: 0.5 }]],
  ZeroPadding2D: [
    [
      'ZeroPadding2D',
      {
        padding: [
          [1, 1],
          [0, 2]
        ]
      }
    ],
    conv
  ],
  UpSampling2D: [
    ['UpSampling2D', { size: [2, 2], interpolation: 'nearest' }],
    conv
  ]
};

/** A graph of layers of pictures of 6 × 6 × 3; the last two layers tell three classes apart. */
function modelOf(inner: readonly Layer[], units: number): Model {
  // What has no space any more cannot be flattened.
  const isGlobal = inner.at(-1)?.[0].startsWith('Global');
  const layers: Layer[] = [
    ['InputLayer', { batch_input_shape: [null, 6, 6, 3] }],
    ...inner,
    ...(isGlobal ? [] : [['Flatten'] as Layer]),
    [
      'Dense',
      { units: 3, activation: 'softmax', use_bias: false },
      { kernel: [units, 3] }
    ]
  ];
  return built(
    layers.map((layer, i) => [layer, i === 0 ? [] : [i - 1]]),
    layers.length - 1
  );
}

/** Every layer with the numbers of those that it follows. */
function built(
  layers: readonly (readonly [layer: Layer, after: readonly number[]])[],
  last: number
): Model {
  const weights = layers.flatMap(([[, , shapes = {}]], i) =>
    Object.entries(shapes).map(([name, shape]) => ({
      name: `l${i}/${name}`,
      shape
    }))
  );
  const count = weights.reduce(
    (sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1),
    0
  );
  return {
    topology: {
      class_name: 'Functional',
      config: {
        name: 'graph',
        layers: layers.map(([[class_name, config = {}], after], i) => ({
          class_name,
          name: `l${i}`,
          config: { ...config, name: `l${i}` },
          inbound_nodes:
            after.length === 0 ? [] : [after.map(at => [`l${at}`, 0, 0, {}])]
        })),
        input_layers: [['l0', 0, 0]],
        output_layers: [[`l${last}`, 0, 0]]
      }
    },
    weights,
    // Positive for variances, and of any size and order otherwise.
    values: Float32Array.from({ length: count }, (_, i) =>
      weights.some(({ name }) => name.endsWith('variance'))
        ? 0.3 + ((i * 7) % 11) / 20
        : Math.sin(3 * i + 1) / 8
    ),
    input: {
      shape: [6, 6, 3],
      scale: 1 / 255,
      mean: [0.4, 0.5, 0.6],
      std: [0.5, -0.25, 0.2]
    },
    layers: null,
    output: { layer: null, softmax: false },
    difference: null,
    recorded: null
  };
}

const SUBJECT = {
  classes: 3,
  picture: { height: 6, width: 6, channels: 3 },
  layers: []
} as const;
const PICTURE = Uint8Array.from(
  { length: 108 },
  (_, i) => (i * i * 13 + 29 * i + 7) % 256
);

/** How many values leave the layers: what a Dense layer after them takes. */
async function unitsOf(inner: readonly Layer[]): Promise<number> {
  for (const units of [108, 144, 36, 16, 4, 72, 96, 216, 256, 576]) {
    const network = await buildNetwork({
      model: modelOf(inner, units),
      subject: SUBJECT
    }).catch(() => null);
    if (network) {
      network.dispose();
      return units;
    }
  }
  throw new Error('no such number of values');
}

async function on(name: string): Promise<void> {
  await nodeBackends.find(backend => backend.name === name)?.load();
  await tf.setBackend(name);
}

describe('the gradient of a model', () => {
  test.each(Object.keys(LAYERS))(
    'with %s is the slope that differences have',
    async name => {
      await on('cpu');
      const units = await unitsOf(LAYERS[name]);
      const network = await buildNetwork({
        model: modelOf(LAYERS[name], units),
        subject: SUBJECT
      });
      const goal = { label: 1, target: null };
      const at = Float32Array.from(PICTURE);
      const { uphill } = await network.slope(at, goal);
      const norm = Math.hypot(...uphill);
      expect(norm).toBeGreaterThan(0);
      // The steepest way: kinks along it are few.
      const step = 0.5 / norm;
      const odds = async (by: number) => {
        const moved = at.map((value, i) => value + by * uphill[i]);
        const { confidences } = await network.slope(moved, goal);
        return Math.log(1 / confidences[0] - 1);
      };
      const rise = (await odds(step)) - (await odds(-step));
      expect(Math.abs(rise / (2 * step) / norm ** 2 - 1)).toBeLessThan(0.02);
      network.dispose();
    }
  );

  test.each(Object.keys(LAYERS))(
    'with %s is the same on all backends that have it',
    async name => {
      await on('wasm');
      const units = await unitsOf(LAYERS[name]);
      const outcomes: AttackOutcome[] = [];
      for (const backends of [[WASM, CPU], [CPU]]) {
        const probe = await startNetwork(
          { model: modelOf(LAYERS[name], units), subject: SUBJECT },
          backends,
          Infinity
        );
        expect(probe.found.gradients).toBe(true);
        outcomes.push(
          await probe.attack(
            PICTURE,
            { kind: 'fgsm', strengths: [3, 20], label: 1, target: 2 },
            silent,
            never
          )
        );
        expect(tf.getBackend()).toBe(backends[0].name);
        probe.dispose();
      }
      const [wasm, cpu] = outcomes;
      // A gradient of nearly 0 has either sign.
      const same = wasm.pixels.filter((value, i) => value === cpu.pixels[i]);
      expect(same.length / cpu.pixels.length).toBeGreaterThan(0.97);
      expect(wasm.pixels).not.toEqual(
        Uint8Array.from([...PICTURE, ...PICTURE])
      );
    }
  );

  test('goes through layers that join others', async () => {
    await on('wasm');
    const graph = built(
      [
        [['InputLayer', { batch_input_shape: [null, 6, 6, 3] }], []],
        [['Activation', { activation: 'tanh' }], [0]],
        [['Add'], [0, 1]],
        [['Multiply'], [2, 1]],
        [
          ['Concatenate', { axis: -1 }],
          [3, 0]
        ],
        [['Flatten'], [4]],
        [
          [
            'Dense',
            { units: 3, activation: 'softmax', use_bias: false },
            { kernel: [216, 3] }
          ],
          [5]
        ]
      ],
      6
    );
    const network = await buildNetwork({ model: graph, subject: SUBJECT });
    const goal = { label: 0, target: 1 };
    const at = Float32Array.from(PICTURE);
    const { uphill } = await network.slope(at, goal);
    const confidence = async (by: number) => {
      const moved = at.map((value, i) => (i === 40 ? value + by : value));
      const { confidences } = await network.slope(moved, goal);
      return Math.log(confidences[0] / (1 - confidences[0]));
    };
    const rise = ((await confidence(4)) - (await confidence(-4))) / 8;
    expect(rise / uphill[40]).toBeCloseTo(1, 1);
    network.dispose();
  });

  test('does not vanish where the model is sure', async () => {
    await on('wasm');
    const model = smallModel();
    const sure = {
      ...model,
      values: model.values.map((value, i) =>
        i < 275 ? value : (i - 275) % 2 ? -500 : 500
      )
    };
    const network = await buildNetwork({ model: sure, subject: SMALL });
    const picture = new Uint8Array(16).fill(90);
    const { probabilities } = await network.run(picture, []);
    expect(probabilities?.[0]).toBe(1);
    const { uphill } = await network.slope(Float32Array.from(picture), {
      label: 0,
      target: null
    });
    expect(Math.hypot(...uphill)).toBeGreaterThan(0);
    network.dispose();
  });
});

describe.each(['model.keras.ndiv', 'model.torch.ndiv'])('%s', file => {
  test('is attacked along its gradient, and what is told is what it computes', async () => {
    const { probed, pictures } = await openedModel(file);
    const probe = await startNetwork(probed, nodeBackends);
    const { height, width, channels } = pictures;
    const size = height * width * channels;
    const { classes } = probed.subject;
    const { probabilities } = await probe.run(pictures.pixels, []);
    const picture = pictures.pixels.slice(0, size);
    const row = probabilities!.slice(0, classes);
    const label = row.indexOf(Math.max(...row));
    for (const kind of ['fgsm', 'pgd'] as const) {
      const outcome = await probe.attack(
        picture,
        {
          ...{ kind, strengths: [0, 1], steps: 2, stepSize: 0.75 },
          ...{ seed: 1, label, target: null }
        },
        silent,
        never
      );
      const again = await probe.run(outcome.pixels, []);
      expect(again.probabilities).toEqual(outcome.probabilities);
      const [none, some] = [label, classes + label].map(
        at => outcome.probabilities[at]
      );
      expect(none).toBeCloseTo(row[label], 5);
      expect(some).toBeLessThan(none);
    }
    probe.dispose();
  });
});

describe('an attack behind a message channel', () => {
  const order: AttackOrder = {
    ...{ kind: 'pixels', count: 1, population: 100, generations: 10_000 },
    ...{ seed: 1, label: 0, target: null }
  };
  /** A model of which no pixel changes the class. */
  const steady = () => {
    const model = smallModel();
    return { ...model, values: model.values.fill(0) };
  };

  test('tells how far it is, answers other questions, and ends when it should', async () => {
    const served = serveProbe([WASM]);
    await served.open({ model: steady(), subject: SMALL });
    const { port1, port2 } = new MessageChannel();
    const told: AttackProgress[] = [];
    const telling = new Promise<void>(resolve => {
      port1.onmessage = ({ data }) => {
        told.push(data as AttackProgress);
        if (told.length === 3) {
          resolve();
        }
      };
    });
    const picture = new Uint8Array(16);
    const attacking = served.attack(picture, order, port2);
    await telling;
    const run = await served.run(picture, [0]);
    expect(run.ok).toBe(true);
    port1.postMessage(null);
    const outcome = await attacking;
    expect(outcome).toMatchObject({ ok: true, value: { ended: 'aborted' } });
    expect(told[0]).toMatchObject({ step: 0, of: 10_000, evaluations: 1 });
    port1.close();
  });

  test('that cannot be made says why', async () => {
    const served = serveProbe([CPU]);
    const { port1, port2 } = new MessageChannel();
    const closed = await served.attack(new Uint8Array(16), order, port2);
    expect(closed).toMatchObject({ ok: false, error: { reason: 'closed' } });
    await served.open({
      model: { ...smallModel(), output: null },
      subject: SMALL
    });
    const [begin, end] = [new MessageChannel(), new MessageChannel()];
    for (const [one, port] of [
      [order, begin.port2],
      [
        { kind: 'fgsm', strengths: [1], label: 0, target: null } as const,
        end.port2
      ]
    ] as const) {
      const refused = await served.attack(new Uint8Array(16), one, port);
      expect(refused).toMatchObject({
        ok: false,
        error: { tag: 'model', reason: 'attack' }
      });
    }
    port1.close();
  });
});
