import { isDownwards } from '../core/downwards';
import type { Model, ModelInput } from '../core/model';
import { isObject } from './json';

/**
 * A model that lies in a file: of a picture's value v it is fed with (v · scale − mean) / std, one number or one a
 * channel. What is null is as the file says.
 */
export type ModelFile = {
  /** From the folder of the notebook. */
  readonly path: string;
  readonly scale: number | null;
  readonly mean: readonly number[] | null;
  readonly std: readonly number[] | null;
};

const PATH_LIMIT = 1000;

/** Null for what is none. Never throws. */
export function parseModelFile(json: unknown): ModelFile | null {
  if (!isObject(json)) {
    return null;
  }
  const { path, scale, mean, std } = json;
  return isDownwards(path) && path.length <= PATH_LIMIT
    ? {
        path,
        scale: isFinite(scale) && scale !== 0 ? scale : null,
        mean: numbersOf(mean, -Infinity),
        std: numbersOf(std, 0)
      }
    : null;
}

export function modelFileToJson(file: ModelFile): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(file).filter(([, value]) => value !== null)
  );
}

/** The model of the file, fed as it is wanted. */
export function fedBy(
  model: Model,
  { scale, mean, std }: ModelFile,
  shape: ModelInput['shape']
): Model {
  const own = model.input ?? { shape, scale: 1, mean: [0], std: [1] };
  const fits = (list: readonly number[] | null) =>
    list && (list.length === 1 || list.length === own.shape[2]) ? list : null;
  return {
    ...model,
    input: {
      ...own,
      scale: scale ?? own.scale,
      mean: fits(mean) ?? own.mean,
      std: fits(std) ?? own.std
    }
  };
}

function numbersOf(json: unknown, above: number): readonly number[] | null {
  return Array.isArray(json) &&
    (json.length === 1 || json.length === 3 || json.length === 4) &&
    json.every(one => isFinite(one) && one > above)
    ? (json as number[])
    : null;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}
