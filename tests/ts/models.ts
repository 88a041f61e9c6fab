import type { Model } from '../../src/core/model';
import type { Probed, Subject } from '../../src/probe/engine';
import { createEngine } from '../../src/worker/engine';
import { browserPorts } from '../../src/worker/unpack';
import { fixtureBytes } from './fixtures';

/** A fixture that has a model: what is asked of it, and the pictures of all samples. */
export async function openedModel(file: string) {
  const engine = createEngine(browserPorts);
  const info = await engine.open({ kind: 'block', bytes: fixtureBytes(file) });
  const samples = Array.from({ length: info.sampleCount }, (_, i) => i);
  const [model, pictures] = [
    await engine.model(),
    await engine.pictures(samples)
  ];
  if (model === null || pictures === null) {
    throw new Error(`${file} has no model or no pictures`);
  }
  const probed: Probed = {
    model,
    subject: {
      classes: info.classes.length,
      picture: pictures,
      layers: info.layers
    }
  };
  return { engine, info, probed, pictures };
}

/** Pictures of 4 × 4 pixels, a convolution of three channels, five units and two classes. */
export const SMALL: Probed['subject'] = {
  classes: 2,
  picture: { height: 4, width: 4, channels: 1 },
  layers: [
    { name: 'conv', neurons: 3, reduction: 'mean' },
    { name: 'dense', neurons: 5, reduction: null }
  ]
};

/** The model of `SMALL`, its weights 0.01, 0.02, …; `edit` changes the JSON of its layers. */
export function smallModel(
  edit: (layers: SmallLayer[]) => void = () => undefined
): Model {
  const layers: SmallLayer[] = [
    {
      class_name: 'Conv2D',
      config: {
        name: 'conv',
        batch_input_shape: [null, 4, 4, 1],
        filters: 3,
        kernel_size: [3, 3],
        strides: [1, 1],
        padding: 'same',
        activation: 'relu',
        use_bias: true
      }
    },
    { class_name: 'Flatten', config: { name: 'flat' } },
    {
      class_name: 'Dense',
      config: { name: 'dense', units: 5, activation: 'relu', use_bias: true }
    },
    {
      class_name: 'Dense',
      config: { name: 'out', units: 2, activation: 'softmax', use_bias: false }
    }
  ];
  edit(layers);
  const weights = [
    { name: 'conv/kernel', shape: [3, 3, 1, 3] },
    { name: 'conv/bias', shape: [3] },
    { name: 'dense/kernel', shape: [48, 5] },
    { name: 'dense/bias', shape: [5] },
    { name: 'out/kernel', shape: [5, 2] }
  ];
  const count = weights.reduce(
    (sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1),
    0
  );
  return {
    topology: { class_name: 'Sequential', config: { name: 'small', layers } },
    weights,
    values: Float32Array.from({ length: count }, (_, i) => (i % 40) / 100),
    input: null,
    layers: null,
    output: { layer: null, softmax: false },
    difference: null,
    recorded: null
  };
}

export type SmallLayer = {
  class_name: string;
  config: Record<string, unknown>;
};

/** `SMALL` with other layers. */
export function withLayers(...layers: Subject['layers'][number][]): Subject {
  return { ...SMALL, layers };
}
