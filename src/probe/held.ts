import { ModelError } from '../core/errors';
import type { Model } from '../core/model';

/** The model that a recording holds. Rejects with a ModelError where it holds none. */
export async function held(read: () => Promise<Model | null>): Promise<Model> {
  const model = await read();
  if (model === null) {
    throw new ModelError('topology', 'the recording holds none');
  }
  return model;
}
