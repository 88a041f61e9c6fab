import type { NotebookPanel } from '@jupyterlab/notebook';
import { UnavailableError } from '../core/errors';
import type { IProbe, Subject } from '../probe/engine';
import { held } from '../probe/held';
import { liveOf, openKernelProbe } from '../sources/kernelProbe';
import type { OpenProbe } from '../view/probe/model';
import { inNotebook } from './away';
import type { Opened, Opening } from './engines';
import { notebookKernel } from './notebookKernel';
import type { Trust } from './trust';

/** Runs the model that a recording holds; loads TensorFlow.js for it. */
export const openProbe: OpenProbe = async ({ model, subject }) => {
  const [client, found] = await Promise.all([
    import('../probe/client'),
    held(model)
  ]);
  return client.openProbe({ model: found, subject });
};

/** Runs the model that a kernel has. */
export type OpenLive = (subject: Subject) => Promise<IProbe>;

/** How the model is reached that the kernel of a notebook has of an output; null: it has none. */
export function liveModel(
  descriptor: unknown,
  panel: NotebookPanel | null
): OpenLive | null {
  const id = liveOf(descriptor);
  return id === null
    ? null
    : async subject => {
        const { sessionContext } = inNotebook(panel);
        return openKernelProbe(notebookKernel(sessionContext), id, subject);
      };
}

/**
 * What an output brings is run once it is trusted, not before: by the page where the recording holds its model,
 * else by the kernel.
 */
export function probeOf(trust: Trust, live: OpenLive | null): OpenProbe {
  return async asked => {
    if (!trust.isGiven) {
      trust.wait(asked.again);
      throw new UnavailableError('the notebook is not trusted', 'untrusted');
    }
    return live !== null && (await asked.model()) === null
      ? live(asked.subject)
      : openProbe(asked);
  };
}

/** A recording whose model the kernel has: reading it takes nothing. */
export function withLive(opening: Opening): Opening {
  const known = ({ info, ...others }: Opened): Opened => ({
    ...others,
    info: { ...info, model: info.model ?? { weightBytes: 0 } }
  });
  return { ...opening, opened: opening.opened.then(known) };
}
