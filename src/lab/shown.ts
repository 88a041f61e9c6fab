import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Store } from '../view/store';
import { readContent } from './content';
import type { RecordingDocument } from './documentWidget';
import type { Followed } from './followed';
import { sameFollowed } from './followed';
import type { FoundOutput } from './homes';
import { outputExport } from './outputExport';
import { ModelFiles } from './modelFiles';
import { openProbe } from './probes';
import type { ISessionHandle } from './sessions';
import { acquireSession } from './sessions';
import type { IWorkspace } from './workspace';

/** What docked panels show: the recording of an output or a file, held open, or why there is none. */
export class Shown implements IDisposable {
  constructor(private readonly workspace: IWorkspace) {}

  get state(): Followed {
    return this.shownState;
  }

  /** Emitted whenever something was asked to be shown, and when it is there. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** The output whose session is held. */
  get output(): FoundOutput | null {
    return this.shownOutput;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  showOutput(output: FoundOutput): void {
    const { model } = output;
    const old = this.handle;
    this.handle = acquireSession(model, readContent(model), this.workspace);
    this.shownOutput = output;
    old?.dispose();
    if (this.handle.session === old?.session) {
      this.changedSignal.emit();
    } else {
      void this.open(this.handle);
    }
  }

  /** Open the output once more. */
  again(): void {
    if (this.shownOutput) {
      this.showOutput(this.shownOutput);
    }
  }

  showFile({ store, error, exportPage, context }: RecordingDocument): void {
    this.release();
    if (store) {
      this.setState({
        kind: 'open',
        store,
        attachment: null,
        exportPage,
        openProbe,
        modelFiles: new ModelFiles(this.workspace, () => context.path)
      });
    } else {
      this.setState(
        error === null
          ? { kind: 'waiting' }
          : { kind: 'failed', error, elsewhere: null }
      );
    }
  }

  showNone(state: Followed): void {
    this.release();
    this.setState(state);
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.release();
      Signal.clearData(this);
    }
  }

  private release(): void {
    this.shownOutput = null;
    this.handle?.dispose();
    this.handle = null;
  }

  private async open({
    session,
    openProbe: own
  }: ISessionHandle): Promise<void> {
    const { opened, elsewhere } = session;
    const panel = this.shownOutput?.panel;
    const isOpen = (store: Store): Followed => ({
      kind: 'open',
      store,
      attachment: session.attachment,
      exportPage: outputExport(session, store, this.workspace),
      openProbe: own,
      modelFiles: panel
        ? new ModelFiles(this.workspace, () => panel.context.path)
        : null
    });
    if (opened) {
      this.setState(isOpen(opened));
      return;
    }
    this.setState({ kind: 'waiting' });
    const state = await session.store.then(
      isOpen,
      (error: unknown): Followed => ({ kind: 'failed', error, elsewhere })
    );
    if (this.handle?.session === session) {
      this.setState(state);
    }
  }

  private setState(state: Followed): void {
    if (!sameFollowed(this.shownState, state)) {
      this.shownState = state;
    }
    this.changedSignal.emit();
  }

  private shownState: Followed = { kind: 'nothing' };
  private shownOutput: FoundOutput | null = null;
  private handle: ISessionHandle | null = null;
  private disposed = false;
  private readonly changedSignal = new Signal<this, void>(this);
}
