import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { keep, labelsOf, sumRow, synthetic, timed } from './activations.ts';

const BINS = 64;

setWasmPaths({
  'tfjs-backend-wasm.wasm': new URL(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
    import.meta.url
  ).href,
  'tfjs-backend-wasm-simd.wasm': new URL(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    import.meta.url
  ).href,
  'tfjs-backend-wasm-threaded-simd.wasm': new URL(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm',
    import.meta.url
  ).href
});

/** From values to the counts of every neuron and class by TensorFlow.js, without a loop of our own. */
export async function tensorflow(sizes) {
  const { samples, neurons } = sizes;
  const values = synthetic(samples, neurons);
  const labels = labelsOf(sizes);
  const rows = [await sumRow(values)];
  for (const backend of ['wasm', 'cpu']) {
    await tf.setBackend(backend);
    const x = tf.tensor2d(values, [samples, neurons]);
    const classOf = tf.tensor2d(labels, [samples, 1]);
    if (total(histograms(x, classOf, sizes)) !== values.length) {
      throw new Error(`tfjs ${backend} does not count every value`);
    }
    rows.push(
      timed(`tfjs ${backend}: one denseBincount, ${BINS} bins`, () =>
        keep(histograms(x, classOf, sizes)[0])
      )
    );
    x.dispose();
    classOf.dispose();
  }
  return rows;
}

function histograms(x, classOf, { neurons, classes }) {
  return tf.tidy(() => {
    const low = tf.min(x, 0);
    const scale = tf.div(BINS, tf.sub(tf.max(x, 0), low));
    const code = tf.clipByValue(
      tf.floor(tf.mul(tf.sub(x, low), scale)),
      0,
      BINS - 1
    );
    const place = tf.add(
      tf.mul(tf.cast(classOf, 'float32'), neurons * BINS),
      tf.mul(tf.range(0, neurons), BINS)
    );
    const index = tf.reshape(tf.cast(tf.add(code, place), 'int32'), [-1]);
    const none = tf.tensor1d([]);
    const counts = tf.denseBincount(
      index,
      none,
      classes * neurons * BINS,
      false
    );
    return counts.dataSync();
  });
}

function total(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}

Object.assign(window, { tensorflow });
