import { ModelError, UnavailableError } from '../core/errors';
import type { OpenProbe } from '../view/probe/model';
import type { Trust } from './trust';

/** Runs the model that a recording holds; loads TensorFlow.js for it. */
export const openProbe: OpenProbe = async ({ model, subject }) => {
  const [client, found] = await Promise.all([
    import('../probe/client'),
    model()
  ]);
  if (found === null) {
    throw new ModelError('topology', 'the recording holds none');
  }
  return client.openProbe({ model: found, subject });
};

/** What an output brings is run once it is trusted, not before. */
export function probeOf(trust: Trust): OpenProbe {
  return async asked => {
    if (!trust.isGiven) {
      trust.wait(asked.again);
      throw new UnavailableError('the notebook is not trusted', 'untrusted');
    }
    return openProbe(asked);
  };
}
