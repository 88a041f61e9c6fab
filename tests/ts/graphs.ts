import type { Model } from '../../src/core/model';
import { smallModel } from './models';

export type GraphNodeJson = {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, unknown>;
};

const text = (value: string) => ({ s: btoa(value) });
const ints = (...values: number[]) => ({ list: { i: values.map(String) } });

const CONSTANTS: readonly [string, readonly number[]][] = [
  ['net/flat/begin', [0]],
  ['net/flat/end', [1]],
  ['net/flat/step', [1]],
  ['net/flat/size', [48]]
];

/**
 * `smallModel` as TensorFlow's converter writes it: a graph, its operations in the scopes of the layers. `edit`
 * changes its nodes.
 */
export function smallGraph(
  edit: (nodes: GraphNodeJson[]) => void = () => undefined
): Model {
  const layers = smallModel();
  const constant = (name: string): GraphNodeJson => ({ name, op: 'Const' });
  const nodes: GraphNodeJson[] = [
    {
      name: 'picture',
      op: 'Placeholder',
      attr: {
        shape: {
          shape: {
            dim: ['-1', '4', '4', '1'].map(size => ({ size }))
          }
        }
      }
    },
    ...layers.weights.map(({ name }) => constant(`net/${name}`)),
    ...CONSTANTS.map(([name]) => constant(name)),
    {
      name: 'net/conv/Relu',
      op: '_FusedConv2D',
      input: ['picture', 'net/conv/kernel', 'net/conv/bias'],
      attr: {
        strides: ints(1, 1, 1, 1),
        padding: text('SAME'),
        data_format: text('NHWC'),
        fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Relu')] } }
      }
    },
    { name: 'net/flat/Shape', op: 'Shape', input: ['net/conv/Relu'] },
    {
      name: 'net/flat/count',
      op: 'StridedSlice',
      input: [
        'net/flat/Shape',
        ...CONSTANTS.slice(0, 3).map(([name]) => `${name}:0`)
      ],
      attr: { shrink_axis_mask: { i: '1' } }
    },
    {
      name: 'net/flat/shape',
      op: 'Pack',
      input: ['net/flat/count', 'net/flat/size']
    },
    {
      name: 'net/flat/Reshape',
      op: 'Reshape',
      input: ['net/conv/Relu', 'net/flat/shape', '^net/conv/Relu']
    },
    {
      name: 'net/dense/MatMul',
      op: 'MatMul',
      input: ['net/flat/Reshape', 'net/dense/kernel']
    },
    {
      name: 'net/dense/BiasAdd',
      op: 'BiasAdd',
      input: ['net/dense/MatMul', 'net/dense/bias']
    },
    { name: 'net/dense/Relu', op: 'Relu', input: ['net/dense/BiasAdd'] },
    {
      name: 'net/out/MatMul',
      op: 'MatMul',
      input: ['net/dense/Relu', 'net/out/kernel']
    },
    { name: 'net/out/Softmax', op: 'Softmax', input: ['net/out/MatMul'] },
    { name: 'Identity', op: 'Identity', input: ['net/out/Softmax'] }
  ];
  edit(nodes);
  const numbers = CONSTANTS.flatMap(([, values]) => values);
  const values = new Float32Array(layers.values.length + numbers.length);
  values.set(layers.values);
  new Int32Array(values.buffer).set(numbers, layers.values.length);
  return {
    ...layers,
    isGraph: true,
    topology: {
      modelTopology: { node: nodes },
      signature: { outputs: { scores: { name: 'Identity:0' } } }
    },
    weights: [
      ...layers.weights.map(({ name, shape }) => ({
        name: `net/${name}`,
        shape
      })),
      ...CONSTANTS.map(([name, { length }]) => ({
        name,
        shape: [length],
        dtype: 'int32' as const
      }))
    ],
    values
  };
}
