import type { IEngine, RecordingInfo } from '../worker/protocol';

/** An opened recording and who answers questions about it. */
export type Opened = { readonly info: RecordingInfo; readonly engine: IEngine };

type Shared = {
  users: number;
  readonly scope: number;
  readonly data: unknown;
  readonly opened: Promise<Opened>;
};

/**
 * Opened recordings, each decoded once, in one worker, for all outputs of a scope that carry the same data.
 * The data itself is compared: what a descriptor says of damaged data need not be true.
 */
export class Engines {
  /** The recording of this data; the engine's last user to dispose closes it. Rejects as `open` does. */
  async acquire(
    scope: number,
    data: unknown,
    open: () => Promise<Opened>
  ): Promise<Opened> {
    const shared = this.find(scope, data) ?? {
      users: 0,
      scope,
      data,
      opened: open()
    };
    shared.users += 1;
    this.shared.add(shared);
    try {
      const { info, engine } = await shared.opened;
      return { info, engine: this.share(shared, engine) };
    } catch (error) {
      this.release(shared);
      throw error;
    }
  }

  private find(scope: number, data: unknown): Shared | undefined {
    return [...this.shared].find(s => s.scope === scope && s.data === data);
  }

  private share(shared: Shared, engine: IEngine): IEngine {
    let isDisposed = false;
    return {
      open: engine.open,
      attach: engine.attach,
      distribution: engine.distribution,
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
        ({ engine }) => engine.dispose(),
        () => undefined
      );
    }
  }

  private readonly shared = new Set<Shared>();
}
