import { ModelError } from '../core/errors';
import { openProbe as openClient } from '../probe/client';
import type { OpenProbe } from '../view/probe/model';

/** Runs the model that the page holds. Who opened the page runs its scripts already: there is nothing to trust. */
export const openProbe: OpenProbe = async ({ model, subject }) => {
  const found = await model();
  if (found === null) {
    throw new ModelError('topology', 'the recording holds none');
  }
  return openClient({ model: found, subject });
};
