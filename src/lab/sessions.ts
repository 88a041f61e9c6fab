import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import { UnavailableError } from '../core/errors';
import { inlineCarried } from '../sources/inline';
import { connectEngine } from '../worker/client';
import type { OutputContent } from './content';
import { canonical } from './content';
import type { Opened } from './engines';
import { Engines } from './engines';
import { findHome } from './homes';
import { Session } from './session';
import type { IWorkspace } from './workspace';

/** A share of a session; some time after the last one is disposed, the session is closed. */
export interface ISessionHandle extends IDisposable {
  readonly session: Session;
}

/** Re-running or moving a cell takes its output away and brings it back. */
const LINGER_MS = 2000;

const engines = new Engines();
const sessions = new Set<Known>();

/** A session and what finds it: the outputs of one notebook that carry the same bytes and say the same of them. */
type Known = {
  readonly scope: number;
  readonly descriptor: string;
  readonly data: unknown;
  readonly session: Session;
};

/**
 * The session of an output. Shared by every view of it (cell, new views, docked panels), and by the outputs of
 * the same notebook that show the same recording from the same beginning: one recording, one view, one worker.
 * Outputs that `show` was told to begin differently share the recording, yet each has a view of its own.
 */
export function acquireSession(
  model: IRenderMime.IMimeModel,
  content: OutputContent,
  workspace: IWorkspace
): ISessionHandle {
  const home = findHome(workspace.tracker, model);
  const scope = numberOf(home?.panel ?? model);
  const descriptor = canonical(content.descriptor);
  const { data } = content;
  const known = [...sessions].find(
    s => s.scope === scope && s.descriptor === descriptor && s.data === data
  ) ?? {
    scope,
    descriptor,
    data,
    session: new Session(
      content,
      () => engines.acquire(scope, data, () => open(content)),
      workspace.settings,
      workspace.trans
    )
  };
  sessions.add(known);
  known.session.users += 1;
  if (home) {
    known.session.join(home);
  }
  return handleOf(known);
}

function handleOf(known: Known): ISessionHandle {
  const { session } = known;
  let isDisposed = false;
  return {
    session,
    get isDisposed() {
      return isDisposed;
    },
    dispose: () => {
      if (!isDisposed) {
        isDisposed = true;
        session.users -= 1;
        session.flush();
        setTimeout(() => closeUnused(known), LINGER_MS);
      }
    }
  };
}

function closeUnused(known: Known): void {
  if (known.session.users === 0 && sessions.delete(known)) {
    known.session.dispose();
  }
}

async function open({ descriptor, data }: OutputContent): Promise<Opened> {
  const carried = inlineCarried(descriptor, data);
  if (!carried) {
    throw new UnavailableError(
      'the data is not in this notebook: this version reads inline data only',
      'elsewhere'
    );
  }
  const engine = connectEngine();
  try {
    return { info: await engine.open(carried), engine };
  } catch (error) {
    engine.dispose();
    throw error;
  }
}

/** A number for an object, for as long as it lives. */
function numberOf(object: object): number {
  const number = numbers.get(object) ?? (lastNumber += 1);
  numbers.set(object, number);
  return number;
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;
