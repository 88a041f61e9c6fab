import * as tf from '@tensorflow/tfjs-core';
import { layers as layersOf, type LayersModel } from '@tensorflow/tfjs-layers';

type Layer = LayersModel['layers'][number];
type Call = Layer['call'];

/**
 * Does something with a model whose layers have gradients. In TensorFlow.js 4.22 convolutions have none where they are
 * dilated, none with most activation functions, and compute that of the weights as well, which WebAssembly lacks;
 * pictures that are upsampled have a wrong one in WebAssembly, but the first of a batch.
 */
export function withGradients(net: LayersModel): <T>(work: () => T) => T {
  const others = net.layers.flatMap(layer => {
    const call = OTHERS.get(layer.getClassName())?.(layer);
    return call ? [{ layer, call }] : [];
  });
  return work => {
    for (const { layer, call } of others) {
      layer.call = call;
    }
    try {
      return work();
    } finally {
      for (const { layer } of others) {
        // What is left is the method of its class.
        Reflect.deleteProperty(layer, 'call');
      }
    }
  };
}

const OTHERS = new Map<string, (layer: Layer) => Call | null>([
  ['Conv2D', convolution],
  ['UpSampling2D', upsampling]
]);

function convolution(layer: Layer): Call {
  const { strides, padding, dilationRate, activation } = layer.getConfig();
  const [first, bias] = layer.getWeights();
  const kernel = spaced(first as tf.Tensor4D, dilationRate as number[]);
  const activated =
    activation === 'linear'
      ? null
      : layersOf.activation({ activation: activation as 'relu' });
  return inputs => {
    const values = tf.conv2d(
      oneOf(inputs),
      kernel,
      strides as [number, number],
      padding as 'same' | 'valid'
    );
    const shifted = bias === undefined ? values : tf.add(values, bias);
    return activated ? activated.call(shifted, {}) : shifted;
  };
}

/** Every row, then every column, several times; null where values are not repeated. */
function upsampling(layer: Layer): Call | null {
  const { size, interpolation } = layer.getConfig();
  const [down, across] = size as number[];
  return interpolation !== 'nearest'
    ? null
    : inputs => {
        const input = oneOf(inputs);
        const [count, height, width, channels] = input.shape;
        const rows = tf.tile(
          tf.reshape(input, [count * height, 1, width * channels]),
          [1, down, 1]
        );
        const columns = tf.tile(
          tf.reshape(rows, [count * height * down * width, 1, channels]),
          [1, across, 1]
        );
        return tf.reshape(columns, [
          count,
          height * down,
          width * across,
          channels
        ]);
      };
}

function oneOf(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
  return (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
}

/** The kernel of a dilated convolution with zeros where it looks at nothing: it computes the same without dilation. */
function spaced(
  kernel: tf.Tensor4D,
  [down, across]: readonly number[]
): tf.Tensor4D {
  if (down === 1 && across === 1) {
    return kernel;
  }
  const [height, width, ...channels] = kernel.shape;
  const place = channels[0] * channels[1];
  const size = [(height - 1) * down + 1, (width - 1) * across + 1] as const;
  const from = kernel.dataSync();
  const to = new Float32Array(size[0] * size[1] * place);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const begin = (row * width + column) * place;
      to.set(
        from.subarray(begin, begin + place),
        (row * down * size[1] + column * across) * place
      );
    }
  }
  return tf.keep(tf.tensor4d(to, [...size, channels[0], channels[1]]));
}
