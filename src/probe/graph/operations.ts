import * as tf from '@tensorflow/tfjs-core';
import { quoted } from '../../core/shown';
import { Call, isInts, type Value } from './call';
import {
  flagOf,
  floatOf,
  intOf,
  intsOf,
  textsOf,
  type GraphNode
} from './graph';
import { convolved, pooled } from './windows';

/** What an operation computes. */
type Operation = (of: Call) => Value;

const FUNCTIONS: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  Relu: tf.relu,
  Relu6: tf.relu6,
  Elu: tf.elu,
  Selu: tf.selu,
  Sigmoid: tf.sigmoid,
  Tanh: tf.tanh,
  Softplus: tf.softplus,
  Softsign: x => tf.div(x, tf.add(tf.abs(x), 1)),
  Softmax: x => tf.softmax(x),
  LogSoftmax: x => tf.logSoftmax(x),
  Erf: tf.erf,
  Exp: tf.exp,
  Log: tf.log,
  Neg: tf.neg,
  Abs: tf.abs,
  Sqrt: tf.sqrt,
  Rsqrt: tf.rsqrt,
  Square: tf.square,
  Reciprocal: tf.reciprocal
};

const PAIRS: Readonly<
  Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>
> = {
  Add: tf.add,
  AddV2: tf.add,
  BiasAdd: tf.add,
  Sub: tf.sub,
  Mul: tf.mul,
  RealDiv: tf.div,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
  Pow: tf.pow,
  SquaredDifference: tf.squaredDifference,
  Prelu: tf.prelu
};

const REDUCTIONS: Readonly<
  Record<string, (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor>
> = { Mean: tf.mean, Max: tf.max, Min: tf.min, Sum: tf.sum };

/** The operations that are run. None of them repeats, branches, reads, or keeps anything. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...Object.entries(FUNCTIONS).map(([op, run]): [string, Operation] => [
    op,
    call => run(call.tensor(0))
  ]),
  ...Object.entries(PAIRS).map(([op, run]): [string, Operation] => [
    op,
    call => paired(call, run)
  ]),
  ...Object.entries(REDUCTIONS).map(([op, run]): [string, Operation] => [
    op,
    call => {
      const keeps =
        flagOf(call.attributes, 'keep_dims') ||
        flagOf(call.attributes, 'keepDims');
      return run(call.tensor(0), [...call.ints(1)], keeps);
    }
  ]),
  ['Identity', call => call.values[0]],
  ['StopGradient', call => call.values[0]],
  ['Conv2D', call => convolved(call)],
  ['DepthwiseConv2dNative', call => convolved(call)],
  ['_FusedConv2D', call => fused(call, convolved(call))],
  ['FusedDepthwiseConv2dNative', call => fused(call, convolved(call))],
  ['MatMul', call => multiplied(call)],
  ['_FusedMatMul', call => fused(call, multiplied(call))],
  ['MaxPool', call => pooled(call, tf.maxPool)],
  ['AvgPool', call => pooled(call, tf.avgPool)],
  ['FusedBatchNorm', normalized],
  ['FusedBatchNormV2', normalized],
  ['FusedBatchNormV3', normalized],
  [
    'LeakyRelu',
    call => tf.leakyRelu(call.tensor(0), floatOf(call.attributes, 'alpha', 0.2))
  ],
  ['Reshape', call => tf.reshape(call.tensor(0), [...call.ints(1)])],
  [
    'Squeeze',
    call => {
      const axes = intsOf(call.attributes, 'squeeze_dims');
      return tf.squeeze(
        call.tensor(0),
        axes.length > 0 ? [...axes] : undefined
      );
    }
  ],
  ['ExpandDims', call => tf.expandDims(call.tensor(0), call.int(1))],
  ['Transpose', call => tf.transpose(call.tensor(0), [...call.ints(1)])],
  ['Pad', call => padded(call, 0)],
  ['PadV2', call => padded(call, paddingOf(call))],
  ['ConcatV2', concatenated],
  ['Pack', packed],
  ['Shape', call => call.tensor(0).shape],
  ['StridedSlice', sliced],
  [
    'Cast',
    call =>
      call.isOfInts ? call.values[0] : tf.cast(call.tensor(0), 'float32')
  ],
  ['ResizeBilinear', call => resized(call, tf.image.resizeBilinear)],
  [
    'ResizeNearestNeighbor',
    call => resized(call, tf.image.resizeNearestNeighbor)
  ]
]);

/** Those that have no inputs have their values from elsewhere. */
const SOURCES = ['Placeholder', 'Const'];

export function isAllowed(op: string): boolean {
  return OPERATIONS.has(op) || SOURCES.includes(op);
}

/** Throws a ModelError where the operation cannot be run with these inputs. */
export function runOperation(
  node: GraphNode,
  inputs: readonly Value[],
  limit: number
): Value {
  const call = new Call(node, inputs, limit);
  const run = OPERATIONS.get(node.op);
  if (run === undefined) {
    throw call.refused('the use');
  }
  return run(call);
}

function paired(
  call: Call,
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor
): tf.Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  const rank = Math.max(a.rank, b.rank);
  const size = ({ shape }: tf.Tensor, axis: number) => shape.at(-1 - axis) ?? 1;
  call.allow(
    ...Array.from({ length: rank }, (_, i) => Math.max(size(a, i), size(b, i)))
  );
  return run(a, b);
}

function multiplied(call: Call): tf.Tensor {
  const [a, b] = [call.tensor(0), call.tensor(1)];
  const [isTurnedA, isTurnedB] = ['transpose_a', 'transpose_b'].map(key =>
    flagOf(call.attributes, key)
  );
  if (a.rank !== 2 || b.rank !== 2) {
    throw call.refused('a product of other than two matrices');
  }
  const [rows, columns] = [a.shape as number[], b.shape as number[]];
  call.allow(rows[isTurnedA ? 1 : 0], columns[isTurnedB ? 0 : 1]);
  return tf.matMul(a, b, isTurnedA, isTurnedB);
}

/** What follows a convolution or a product in one operation: its operands begin with the third. */
function fused(call: Call, start: tf.Tensor): tf.Tensor {
  let next = 2;
  return textsOf(call.attributes, 'fused_ops').reduce((x, op) => {
    if (op === 'BiasAdd') {
      return tf.add(x, call.tensor(next++));
    }
    if (op === 'Prelu') {
      return tf.prelu(x, call.tensor(next++));
    }
    if (op === 'LeakyRelu') {
      return tf.leakyRelu(x, floatOf(call.attributes, 'leakyrelu_alpha', 0.2));
    }
    if (!Object.hasOwn(FUNCTIONS, op)) {
      throw call.refused(quoted(op));
    }
    return FUNCTIONS[op](x);
  }, start);
}

function normalized(call: Call): tf.Tensor {
  const [x, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map(at =>
    call.tensor(at)
  );
  if (flagOf(call.attributes, 'is_training')) {
    throw call.refused('training');
  }
  return tf.batchNorm(
    x,
    mean,
    variance,
    offset,
    scale,
    floatOf(call.attributes, 'epsilon', 1e-4)
  );
}

function padded(call: Call, value: number): tf.Tensor {
  const x = call.tensor(0);
  const sizes = call.ints(1);
  if (sizes.length !== 2 * x.rank || !sizes.every(size => size >= 0)) {
    throw call.refused('the padding');
  }
  const pads = x.shape.map((_, axis): [number, number] => [
    sizes[2 * axis],
    sizes[2 * axis + 1]
  ]);
  call.allow(
    ...x.shape.map((size, axis) => size + pads[axis][0] + pads[axis][1])
  );
  return tf.pad(x, pads, value);
}

/** One number; that of a lowest float stands before a max pooling. */
function paddingOf(call: Call): number {
  const value = call.tensor(2);
  if (value.size !== 1) {
    throw call.refused('the padding');
  }
  return value.dataSync()[0];
}

function concatenated(call: Call): Value {
  const parts = call.values.slice(0, -1);
  if (parts.every(isInts)) {
    return parts.flat();
  }
  const tensors = parts.map((_, i) => call.tensor(i));
  call.allow(tensors.reduce((sum, { size }) => sum + size, 0));
  return tf.concat(tensors, call.int(-1));
}

function packed(call: Call): Value {
  if (call.isOfInts) {
    return call.values.flatMap((_, i) => [...call.ints(i)]);
  }
  const tensors = call.values.map((_, i) => call.tensor(i));
  call.allow(tensors.reduce((sum, { size }) => sum + size, 0));
  return tf.stack(tensors, intOf(call.attributes, 'axis', 0));
}

function sliced(call: Call): Value {
  const [begin, end, strides] = [1, 2, 3].map(at => [...call.ints(at)]);
  const [first, last, dots, added, shrunk] = [
    'begin_mask',
    'end_mask',
    'ellipsis_mask',
    'new_axis_mask',
    'shrink_axis_mask'
  ].map(key => intOf(call.attributes, key, 0));
  const x = call.values[0];
  const from = isInts(x) ? tf.tensor1d([...x], 'int32') : x;
  const part = tf.stridedSlice(
    ...([from, begin, end, strides, first, last, dots, added, shrunk] as const)
  );
  return isInts(x) ? [...part.dataSync()] : part;
}

function resized(call: Call, run: typeof tf.image.resizeBilinear): tf.Tensor {
  const x = call.tensor(0) as tf.Tensor4D;
  const [height, width] = call.ints(1);
  call.allow(x.shape[0], height, width, x.shape[3]);
  const [aligned, centered] = ['align_corners', 'half_pixel_centers'].map(key =>
    flagOf(call.attributes, key)
  );
  return run(x, [height, width], aligned, centered);
}
