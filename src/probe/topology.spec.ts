import fc from 'fast-check';
import { openedModel, smallModel } from '../../tests/ts/models';
import { ModelError } from '../core/errors';
import { readTopology } from './topology';

type Node = [string, number, number, object];
type Layer = {
  class_name: unknown;
  name?: unknown;
  config: Record<string, unknown>;
  inbound_nodes?: Node[][];
};

const at = (name: string, node = 0): Node => [name, node, 0, {}];

/** A chain of layers that are called as `calls` say. */
function graph(calls: Readonly<Record<string, Node[][]>>) {
  const layers = Object.entries(calls).map(([name, nodes]): Layer => ({
    class_name: nodes.length === 0 ? 'InputLayer' : 'Add',
    name,
    config: { name },
    inbound_nodes: nodes
  }));
  return {
    class_name: 'Functional',
    config: {
      name: 'graph',
      layers,
      input_layers: [['in', 0, 0]],
      output_layers: [['out', 0, 0]]
    }
  };
}

describe('a topology', () => {
  test('is made anew of what is known', () => {
    const { topology } = smallModel(layers => {
      Object.assign(layers[0].config, {
        trainable: true,
        kernel_initializer: { class_name: 'Orthogonal', config: {} },
        kernel_regularizer: { class_name: 'L2', config: {} },
        groups: 1,
        ['constructor']: { x: 1 }
      });
    });
    const [conv] = readTopology(topology).config.layers;
    expect(Object.keys(conv.config).sort()).toEqual([
      'activation',
      'batch_input_shape',
      'bias_initializer',
      'filters',
      'kernel_initializer',
      'kernel_size',
      'name',
      'padding',
      'strides',
      'use_bias'
    ]);
    expect(conv.config['kernel_initializer']).toMatchObject({
      class_name: 'NeuralDivergenceZeros'
    });
  });

  test('may be wrapped or be text, as older files have it', () => {
    const { topology } = smallModel();
    const plain = readTopology(topology);
    expect(readTopology({ model_config: topology })).toEqual(plain);
    expect(readTopology(JSON.stringify(topology))).toEqual(plain);
  });

  test('may call a layer more than once, in any order of the layers', () => {
    const calls = {
      out: [[at('twice', 1), at('in')]],
      twice: [[at('in')], [at('twice', 0)]],
      in: []
    };
    expect(readTopology(graph(calls)).config.layers).toHaveLength(3);
  });

  test.each([
    ['in a circle', { in: [], a: [[at('out')]], out: [[at('a')]] }],
    ['after themselves', { in: [], out: [[at('out')]] }],
    ['after a call that there is not', { in: [], out: [[at('in', 1)]] }],
    ['after an unknown layer', { in: [], out: [[at('nowhere')]] }]
  ])('is refused with layers %s', (_, calls) => {
    expect(() => readTopology(graph(calls))).toThrow(ModelError);
  });

  test.each<[string, string, (config: Record<string, unknown>) => void]>([
    ['groups 2', 'groups', config => (config['groups'] = 2)],
    [
      'data_format "channels_first"',
      'data_format',
      config => (config['data_format'] = 'channels_first')
    ],
    [
      'activation "custom"',
      'activation',
      config => (config['activation'] = 'custom')
    ],
    [
      'activation an object',
      'activation',
      config => (config['activation'] = { class_name: 'Lambda' })
    ],
    ['filters an object', 'filters', config => (config['filters'] = {})]
  ])('is refused with %s', (what, _, edit) => {
    const { topology } = smallModel(layers => edit(layers[0].config));
    expect(() => readTopology(topology)).toThrow(
      `${what} cannot be run here (layer "conv")`
    );
  });

  test('is refused with a model inside', () => {
    const { topology } = smallModel(layers => {
      layers[1] = { class_name: 'Functional', config: { name: 'inside' } };
    });
    expect(() => readTopology(topology)).toThrow(
      'a layer of class "Functional" cannot be run here (layer "inside")'
    );
  });

  test('gives a ModelError or a model of allowed layers, whatever is changed', async () => {
    const { probed } = await openedModel('model.keras.ndiv');
    const text = JSON.stringify(probed.model.topology);
    const places: (string | number)[][] = [];
    const walk = (json: unknown, path: (string | number)[]): void => {
      places.push(path);
      if (typeof json === 'object' && json !== null) {
        for (const [key, value] of Object.entries(json)) {
          walk(value, [...path, key]);
        }
      }
    };
    walk(JSON.parse(text), []);
    fc.assert(
      fc.property(
        fc.constantFrom(...places.slice(1)),
        fc.oneof(
          fc.jsonValue(),
          fc.constantFrom('Lambda', '__proto__', -1, 2 ** 40, null, [], {})
        ),
        (path, value) => {
          const json = JSON.parse(text) as Record<string | number, unknown>;
          let parent = json;
          for (const key of path.slice(0, -1)) {
            parent = parent[key] as typeof json;
          }
          parent[path[path.length - 1]] = value;
          try {
            const { layers } = readTopology(json).config;
            expect(layers.every(layer => layer.class_name !== 'Lambda')).toBe(
              true
            );
          } catch (error) {
            expect(error).toBeInstanceOf(ModelError);
          }
        }
      ),
      { numRuns: 1000 }
    );
    expect(({} as Record<string, unknown>)['class_name']).toBeUndefined();
  });
});
