import * as tf from '@tensorflow/tfjs-core';
import type { Call } from './call';
import { intsOf, textOf } from './graph';

/** The padding of windows, as TensorFlow.js has it, and the rows and columns that it adds at most. */
function paddingFor(call: Call) {
  const padding = textOf(call.attributes, 'padding');
  if (padding === 'SAME' || padding === 'VALID') {
    const pad: 'same' | 'valid' = padding === 'SAME' ? 'same' : 'valid';
    return { pad, added: [0, 0] };
  }
  const all = intsOf(call.attributes, 'explicit_paddings');
  const isFine = all.length === 8 && all.every(size => size >= 0);
  if (padding !== 'EXPLICIT' || !isFine) {
    throw call.refused('the padding');
  }
  const [, , top, bottom, left, right] = all;
  const pad: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0]
  ];
  return { pad, added: [top + bottom, left + right] };
}

/** A convolution, each channel alone where it is depthwise. */
export function convolved(call: Call): tf.Tensor {
  const x = call.tensor(0) as tf.Tensor4D;
  const kernel = call.tensor(1) as tf.Tensor4D;
  const { pad, added } = paddingFor(call);
  const [strides, dilations] = ['strides', 'dilations'].map(
    (key): [number, number] => {
      const [, rows = 1, columns = 1] = intsOf(call.attributes, key);
      if (!(rows >= 1 && columns >= 1)) {
        throw call.refused(key);
      }
      return [rows, columns];
    }
  );
  const isDepthwise = call.node.op.includes('epthwise');
  const [count, height, width] = x.shape;
  const filters = kernel.shape[3] * (isDepthwise ? kernel.shape[2] : 1);
  call.allow(count, height + added[0], width + added[1], filters);
  return isDepthwise
    ? tf.depthwiseConv2d(x, kernel, strides, pad, 'NHWC', dilations)
    : tf.conv2d(x, kernel, strides, pad, 'NHWC', dilations);
}

/** The largest or the mean of each window. */
export function pooled(
  call: Call,
  run: typeof tf.maxPool | typeof tf.avgPool
): tf.Tensor {
  const { pad, added } = paddingFor(call);
  const [, ...size] = intsOf(call.attributes, 'ksize');
  const [, ...strides] = intsOf(call.attributes, 'strides');
  const isFine =
    size.length === 3 &&
    strides.length === 3 &&
    [...size, ...strides].every(one => one >= 1) &&
    size[2] === 1;
  if (!isFine || added.some(one => one > 0)) {
    throw call.refused('the window');
  }
  return run(
    call.tensor(0) as tf.Tensor4D,
    [size[0], size[1]],
    [strides[0], strides[1]],
    pad
  );
}
