import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import { UnavailableError } from '../core/errors';
import { inlineCarried } from '../sources/inline';
import { isObject } from '../view/json';
import type { OpenProbe } from '../view/probe/model';
import { connectEngine } from '../worker/client';
import type { IEngine } from '../worker/protocol';
import type { Away } from './attacher';
import { Attacher } from './attacher';
import { awayOf } from './away';
import type { OutputContent } from './content';
import { canonical } from './content';
import type { Downloads } from './downloads';
import type { Opened } from './engines';
import { Engines } from './engines';
import type { Home } from './homes';
import { findHome } from './homes';
import { liveModel, probeOf, withLive } from './probes';
import { Session } from './session';
import { Trust } from './trust';
import type { IWorkspace } from './workspace';

/** A share of a session; some time after the last one is disposed, the session is closed. */
export interface ISessionHandle extends IDisposable {
  readonly session: Session;
  readonly openProbe: OpenProbe;
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
  /** Data that is elsewhere is not read for an output that is not trusted. */
  readonly isOpenable: boolean;
  readonly session: Session;
  readonly trust: Trust;
  readonly openProbe: OpenProbe;
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
  const isTrusted = model.trusted;
  const isOpenable = data !== undefined || isTrusted;
  const known =
    [...sessions].find(
      s =>
        s.scope === scope &&
        s.descriptor === descriptor &&
        s.data === data &&
        s.isOpenable === isOpenable
    ) ??
    start({ scope, descriptor, data, isOpenable }, content, home, workspace);
  known.session.users += 1;
  if (home) {
    known.session.join(home);
  }
  if (isTrusted) {
    known.session.trust();
    known.trust.give();
  }
  return handleOf(known);
}

function start(
  key: Omit<Known, 'session' | 'trust' | 'openProbe'>,
  content: OutputContent,
  home: Home | null,
  { contents, settings, trans }: IWorkspace
): Known {
  const { scope, data, isOpenable } = key;
  const away = awayOf(content.descriptor, home?.panel ?? null, contents);
  const source = away ? `${isOpenable} ${canonical(sourceIn(content))}` : '';
  const opening = engines.acquire({ scope, data, source }, downloads =>
    open(content, away, isOpenable, downloads)
  );
  const elsewhere = away?.elsewhere ?? null;
  const trust = new Trust();
  const live = liveModel(content.descriptor, home?.panel ?? null);
  const known = {
    ...key,
    session: new Session(
      content,
      live ? withLive(opening) : opening,
      elsewhere,
      settings,
      trans
    ),
    trust,
    openProbe: probeOf(trust, live)
  };
  sessions.add(known);
  // Whoever asks for it next tries again.
  known.session.store.catch(() => sessions.delete(known));
  return known;
}

function sourceIn({ descriptor }: OutputContent): unknown {
  return isObject(descriptor) ? descriptor['source'] : null;
}

function handleOf(known: Known): ISessionHandle {
  const { session, openProbe } = known;
  let isDisposed = false;
  return {
    session,
    openProbe,
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
  if (known.session.users === 0) {
    sessions.delete(known);
    known.session.dispose();
  }
}

async function open(
  { descriptor, data }: OutputContent,
  away: Away | null,
  isTrusted: boolean,
  downloads: Downloads
): Promise<Opened> {
  const carried = inlineCarried(descriptor, data);
  if (!carried && !isTrusted) {
    throw new UnavailableError(
      'the data is not in the notebook, which is not trusted',
      'untrusted'
    );
  }
  const engine = connectEngine({ onProgress: downloads.hear });
  const attacher = attacherOf(away, engine, downloads);
  try {
    const info = carried
      ? await engine.open(carried)
      : await attacher?.open(engine.open);
    if (!info) {
      throw new UnavailableError('the data is nowhere', 'elsewhere');
    }
    return { info, engine, attacher };
  } catch (error) {
    attacher?.dispose();
    engine.dispose();
    throw error;
  }
}

function attacherOf(
  away: Away | null,
  engine: IEngine,
  downloads: Downloads
): Attacher | null {
  if (away === null) {
    return null;
  }
  return new Attacher(away, engine, downloads);
}

/** A number for an object, for as long as it lives. */
function numberOf(object: object): number {
  const number = numbers.get(object) ?? (lastNumber += 1);
  numbers.set(object, number);
  return number;
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;
