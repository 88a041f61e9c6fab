import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import { UnavailableError } from '../core/errors';
import { inlineCarried } from '../sources/inline';
import { Store } from '../view/store';
import { connectEngine } from '../worker/client';
import type { OutputContent } from './content';
import { sameContent } from './content';

/** A share of a session; the last one to dispose closes it. */
export interface ISessionHandle extends IDisposable {
  /** Rejects when the recording cannot be opened. */
  readonly store: Promise<Store>;
}

const sessions = new WeakMap<IRenderMime.IMimeModel, Session>();

/**
 * One session per output: its recording and the store that every view of this output shares
 * ("Create New View for Output" makes a second view of the same model).
 */
export function acquireSession(
  model: IRenderMime.IMimeModel,
  content: OutputContent
): ISessionHandle {
  const known = sessions.get(model);
  const session =
    known && sameContent(known.content, content)
      ? known
      : { content, users: 0, store: openStore(content) };
  session.users += 1;
  sessions.set(model, session);
  let released = false;
  return {
    store: session.store,
    get isDisposed() {
      return released;
    },
    dispose: () => {
      if (!released) {
        released = true;
        release(model, session);
      }
    }
  };
}

function release(model: IRenderMime.IMimeModel, session: Session): void {
  session.users -= 1;
  if (session.users > 0) {
    return;
  }
  if (sessions.get(model) === session) {
    sessions.delete(model);
  }
  session.store.then(
    store => store.dispose(),
    () => undefined
  );
}

type Session = {
  readonly content: OutputContent;
  readonly store: Promise<Store>;
  users: number;
};

async function openStore({ descriptor, data }: OutputContent): Promise<Store> {
  const carried = inlineCarried(descriptor, data);
  if (!carried) {
    throw new UnavailableError(
      'the data is not in this notebook: this version reads inline data only'
    );
  }
  const engine = connectEngine();
  try {
    const info = await engine.open(carried);
    return new Store(info, engine);
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
