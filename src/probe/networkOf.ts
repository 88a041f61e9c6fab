import * as tf from '@tensorflow/tfjs-core';
import { joinInto } from '../core/chunks';
import { ModelError } from '../core/errors';
import type { Slope } from './attacks/attacked';
import type { AttackGoal, Found, Match, Probed, Response } from './engine';
import { byLevels, fed, type Wanted } from './input';
import type { Reduce } from './match';
import { slopes, slopeValues, type Scores } from './slope';

/** A model on the backend that TensorFlow.js is set to. */
export type Network = {
  readonly found: Omit<Found, 'backend'>;
  /** Pictures that are run at once. */
  readonly atOnce: number;
  run(pixels: Uint8Array, layers: readonly number[]): Promise<Response>;
  /** Computes before it returns, and throws where the backend cannot. At most `atOnce` pictures. */
  slope(pixels: Float32Array, goal: AttackGoal): Promise<Slope>;
  dispose(): void;
};

/** A model that can be evaluated at some places, which have neurons. */
export type Body<Place> = {
  /** How it is fed. */
  readonly wanted: Wanted;
  /** Values that it computes for a picture. */
  readonly units: number;
  /** Where the scores of the classes are, [pictures, classes]; null: nowhere. */
  readonly output: Place | null;
  /** Of the recorded layers. */
  readonly matches: readonly {
    readonly match: Match;
    /** Null where the layer does not match. */
    readonly place: Place | null;
  }[];
  /** What the places put out. */
  evaluate(input: tf.Tensor, places: readonly Place[]): readonly tf.Tensor[];
  /** Scores whose gradient does not vanish; `isSqueezed` where the output holds probabilities. */
  scores(output: Place, isSqueezed: boolean): Scores;
  dispose(): void;
};

/** A model does not compute more values for one picture. */
export const UNITS_LIMIT = 2 ** 26;
/** So many pictures are run at once that there are no more values. */
export const BATCH_UNITS = 2 ** 24;

/** A model that runs pictures, some at a time. */
export async function networkOf<Place extends { readonly reduce: Reduce }>(
  body: Body<Place>,
  { model }: Probed
): Promise<Network> {
  const { output, matches } = body;
  const { picture, shape } = body.wanted;
  const { height, width, channels } = picture;
  const pictureSize = height * width * channels;
  const atOnce = Math.max(1, Math.floor(BATCH_UNITS / body.units));
  let scores: Scores | null = null;

  /** What the model is fed with. */
  function inputOf(pixels: Uint8Array | Float32Array): tf.Tensor {
    const count = pixels.length / pictureSize;
    return tf.tensor(fed(pixels, picture, model.input), [count, ...shape]);
  }

  /** Tensors [pictures, any]. */
  function forward(pixels: Uint8Array, places: readonly Place[]): tf.Tensor[] {
    return tf.tidy(() => {
      const values = body.evaluate(inputOf(pixels), places);
      return places.map((place, i) => place.reduce(values[i]));
    });
  }

  /** Nothing says it: whether the scores of pictures are probabilities. */
  async function looksSqueezed(place: Place): Promise<boolean> {
    const noise = Uint8Array.from(
      { length: TRIED * pictureSize },
      (_, i) => (i * 2654435761) >>> 24
    );
    const [values] = await valuesOf(forward(noise, [place]));
    const classes = values.length / TRIED;
    return Array.from({ length: TRIED }, (_, i) =>
      values.subarray(i * classes, (i + 1) * classes)
    ).every(row => areProbabilities(row));
  }

  const isSqueezed =
    output !== null &&
    (model.output?.softmax === null
      ? await looksSqueezed(output)
      : model.output?.softmax === false);
  const probable: Reduce = values => (isSqueezed ? values : tf.softmax(values));

  function placeOf(layer: number): Place {
    const place = matches.at(layer)?.place ?? null;
    if (place === null) {
      throw new ModelError('layer', `layer ${layer} is not in the model`);
    }
    return place;
  }

  return {
    found: {
      picture,
      matches: matches.map(({ match }) => match),
      gradients: output !== null,
      inKernel: false
    },
    atOnce,
    async run(pixels, layers) {
      if (pixels.length % pictureSize !== 0) {
        throw new ModelError(
          'input',
          `${pixels.length} values are no pictures of ${pictureSize}`
        );
      }
      const places = [
        ...(output ? [{ ...output, reduce: probable }] : []),
        ...layers.map(placeOf)
      ];
      if (places.length === 0) {
        return { probabilities: null, layers: [] };
      }
      const pieces: Float32Array[][] = [];
      const step = atOnce * pictureSize;
      for (let begin = 0; begin < pixels.length; begin += step) {
        const tensors = forward(pixels.subarray(begin, begin + step), places);
        pieces.push(await valuesOf(tensors));
      }
      const values = places.map((_, i) =>
        joined(pieces.map(piece => piece[i]))
      );
      return output === null
        ? { probabilities: null, layers: values }
        : { probabilities: values[0], layers: values.slice(1) };
    },
    slope(pixels, goal) {
      if (output === null) {
        throw new ModelError('attack', 'the model tells no classes apart');
      }
      const from = (scores ??= body.scores(output, isSqueezed));
      const tensors = tf.tidy(() => slopes(from, inputOf(pixels), goal));
      return slopeValues(tensors).then(values => {
        byLevels(values.uphill, picture, model.input);
        return values;
      });
    },
    dispose: () => body.dispose()
  };
}

/** Pictures that are looked at to tell probabilities from other scores. */
const TRIED = 2;
const ROUNDING = 1e-3;

function areProbabilities(row: Float32Array): boolean {
  const sum = row.reduce((all, value) => all + value, 0);
  return row.every(value => value >= 0) && Math.abs(sum - 1) <= ROUNDING;
}

async function valuesOf(
  tensors: readonly tf.Tensor[]
): Promise<Float32Array[]> {
  try {
    return await Promise.all(tensors.map(tensor => tensor.data<'float32'>()));
  } finally {
    tf.dispose([...tensors]);
  }
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  if (pieces.length === 1) {
    return pieces[0];
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return joinInto(new Float32Array(length), pieces);
}
