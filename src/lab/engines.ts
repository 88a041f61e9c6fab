import { ReadError } from '../core/errors';
import { askOf, questionsBy } from '../worker/ask';
import type { IEngine, RecordingInfo } from '../worker/protocol';
import type { Attacher } from './attacher';
import { Downloads } from './downloads';

/** An opened recording and who answers questions about it. */
export type Opened = {
  readonly info: RecordingInfo;
  readonly engine: IEngine;
  /** All values, where they are elsewhere. */
  readonly attacher: Attacher | null;
};

/** A recording that is being opened. */
export type Opening = {
  /** Rejects as `open` does. */
  readonly opened: Promise<Opened>;
  readonly downloads: Downloads;
};

type Shared = Opening & { users: number; readonly key: Key };

/** What makes two outputs show one recording. */
export type Key = {
  readonly scope: number;
  readonly data: unknown;
  /** Where all values are, as text; empty: in the data. */
  readonly source: string;
};

/**
 * Opened recordings, each decoded once, in one worker, for all outputs of a scope that carry the same data.
 * The data itself is compared: what a descriptor says of damaged data need not be true.
 */
export class Engines {
  /** The recording of this data; the engine's last user to dispose closes it. */
  acquire(key: Key, open: (downloads: Downloads) => Promise<Opened>): Opening {
    const shared = this.find(key) ?? start(key, open);
    shared.users += 1;
    this.shared.add(shared);
    return {
      downloads: shared.downloads,
      opened: shared.opened.then(
        opened => ({ ...opened, engine: this.share(shared, opened) }),
        error => {
          this.release(shared);
          throw error;
        }
      )
    };
  }

  private find(key: Key): Shared | undefined {
    return [...this.shared].find(
      s =>
        s.key.scope === key.scope &&
        s.key.data === key.data &&
        s.key.source === key.source
    );
  }

  private share(shared: Shared, { engine, attacher }: Opened): IEngine {
    let isDisposed = false;
    return {
      ...engine,
      ...questionsBy(async (...asked) => {
        const attempt = attacher?.attempt ?? 0;
        try {
          return await askOf(engine)(...asked);
        } catch (error) {
          if (error instanceof ReadError) {
            attacher?.lose(error, attempt);
          }
          throw error;
        }
      }),
      dispose: () => {
        if (!isDisposed) {
          isDisposed = true;
          this.release(shared);
        }
      }
    };
  }

  private release(shared: Shared): void {
    shared.users -= 1;
    if (shared.users === 0) {
      this.shared.delete(shared);
      shared.opened.then(
        ({ engine, attacher }) => {
          attacher?.dispose();
          engine.dispose();
        },
        () => undefined
      );
    }
  }

  private readonly shared = new Set<Shared>();
}

function start(
  key: Key,
  open: (downloads: Downloads) => Promise<Opened>
): Shared {
  const downloads = new Downloads();
  return { key, users: 0, downloads, opened: open(downloads) };
}
