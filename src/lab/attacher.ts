import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { ReadError, UnavailableError } from '../core/errors';
import type { Attachment, Elsewhere, IAttachment } from '../panels/attachment';
import type { Carried, IEngine, RecordingInfo } from '../worker/protocol';
import type { Downloads } from './downloads';

/** Values that are elsewhere, within reach. */
export type Reached = {
  readonly carried: Carried;
  /** Lets go of them. */
  readonly close: () => void;
};

/** How to come to values that are elsewhere; `onLost` hears when they are out of reach again. */
export type Reach = (onLost: (error: unknown) => void) => Promise<Reached>;

/** Where all values of a recording are, and how to come there. */
export type Away = {
  readonly elsewhere: Elsewhere;
  /** Of the recording that is there. */
  readonly id: string;
  readonly reach: Reach;
  /** The file's path of the contents manager; null: no file. Throws a DecodeError. */
  readonly file: (() => string) | null;
};

/** All values of a recording, from elsewhere; one for all who show the recording. */
export class Attacher implements IAttachment, IDisposable {
  constructor(
    private readonly away: Away,
    private readonly engine: Pick<IEngine, 'attach'>,
    readonly downloads: Downloads
  ) {}

  get hasSummary(): boolean {
    return this.summary;
  }

  get elsewhere(): Elsewhere {
    return this.away.elsewhere;
  }

  get file(): (() => string) | null {
    return this.away.file;
  }

  get state(): Attachment {
    return this.attachment;
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** What is known of the recording since its values were attached last; null: no more than before. */
  get info(): RecordingInfo | null {
    return this.attachedInfo;
  }

  /** Counts how often the values were gone for: what was asked before tells nothing about now. */
  get attempt(): number {
    return this.attempts;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  attach(): void {
    const { kind } = this.attachment;
    if ((kind === 'untrusted' || kind === 'failed') && !this.disposed) {
      void this.go(async ({ carried }) => {
        this.attachedInfo = await this.engine.attach(carried, this.away.id);
      });
    }
  }

  /** Opens the values themselves, where there is no summary. Rejects as `open` does. */
  async open(
    open: (carried: Carried) => Promise<RecordingInfo>
  ): Promise<RecordingInfo> {
    this.summary = false;
    const opened: RecordingInfo[] = [];
    await this.go(async ({ carried }) => {
      const info = await open(carried);
      if (info.id !== this.away.id) {
        throw new ReadError(nameOf(this.elsewhere), 'changed');
      }
      opened.push(info);
    });
    const { state } = this;
    if (state.kind === 'failed') {
      throw state.error;
    }
    if (opened.length === 0) {
      throw new UnavailableError('the recording was closed', 'closed');
    }
    return opened[0];
  }

  /** What was asked in an attempt could not be had. */
  lose(error: unknown, attempt: number): void {
    if (attempt === this.attempts && this.attachment.kind === 'here') {
      this.fail(error);
    }
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.attempts += 1;
      this.release();
      Signal.clearData(this);
    }
  }

  /** Never rejects. */
  private async go(take: (reached: Reached) => Promise<void>): Promise<void> {
    const attempt = ++this.attempts;
    this.release();
    this.setState({ kind: 'waiting' });
    try {
      const reached = await this.away.reach(error => this.lose(error, attempt));
      if (attempt !== this.attempts) {
        reached.close();
        return;
      }
      this.reached = reached;
      await take(reached);
      if (attempt === this.attempts) {
        this.setState({ kind: 'here' });
      }
    } catch (error) {
      if (attempt === this.attempts) {
        this.fail(error);
      }
    }
  }

  private fail(error: unknown): void {
    this.release();
    this.downloads.clear();
    this.setState({ kind: 'failed', error });
  }

  private release(): void {
    this.reached?.close();
    this.reached = null;
  }

  private setState(attachment: Attachment): void {
    this.attachment = attachment;
    this.changedSignal.emit();
  }

  private attachment: Attachment = { kind: 'untrusted' };
  private attachedInfo: RecordingInfo | null = null;
  private reached: Reached | null = null;
  private summary = true;
  private attempts = 0;
  private disposed = false;
  private readonly changedSignal = new Signal<this, void>(this);
}

function nameOf(elsewhere: Elsewhere): string {
  return elsewhere.kind === 'file' ? elsewhere.path : 'kernel';
}
