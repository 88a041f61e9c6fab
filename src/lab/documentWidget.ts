import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { DocumentWidget } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { saveIcon, ToolbarButton } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';
import { ReadError, VersionError } from '../core/errors';
import { button, element } from '../panels/dom';
import { ProgressStrip } from '../panels/progressStrip';
import type { View } from '../panels/view';
import type { Store } from '../view/store';
import type { FileSession, FileState } from './fileSession';
import type * as Viewer from './fileViewer';
import type { IWorkspace } from './workspace';
import { COMMANDS } from './workspace';

/** A recording's file as a document of the main area. */
export class RecordingDocument extends DocumentWidget<FilePanel> {
  constructor(
    context: DocumentRegistry.Context,
    session: FileSession,
    workspace: IWorkspace
  ) {
    const content = new FilePanel(session, workspace);
    super({ content, context });
    this.addClass('nd-Document');
    const { trans } = workspace;
    this.toolbar.addItem(
      'save-views',
      new ToolbarButton({
        icon: saveIcon,
        label: trans.__('Save views'),
        tooltip: trans.__('Keep the named views and this view beside the file'),
        onClick: () => {
          // It tells of failures itself.
          context.save().catch(() => undefined);
        }
      })
    );
    this.toolbar.addItem('progress', content.strip);
  }

  /** The store of the recording, null until the file is open. */
  get store(): Store | null {
    return this.content.store;
  }

  /** Why there is no recording; null while there is, and while it is being opened. */
  get error(): unknown {
    return this.content.error;
  }

  /** The text of a page with the recording; null: not of this file. */
  get exportPage(): (() => Promise<string>) | null {
    return this.content.exportPage;
  }

  /** Emitted when `store` becomes another, and after a failure. */
  get storeChanged(): ISignal<FilePanel, void> {
    return this.content.storeChanged;
  }

  repaint(): void {
    this.content.repaint();
  }
}

/** The file: how far its reading is, its view, or why there is none. */
export class FilePanel extends Panel {
  constructor(
    private readonly session: FileSession,
    private readonly workspace: IWorkspace
  ) {
    super();
    this.addClass('nd-File');
    this.strip = new ProgressStrip(workspace.trans);
    session.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** Says how far downloads are; its place is in the toolbar. */
  readonly strip: ProgressStrip;

  get store(): Store | null {
    return this.session.isDisposed ? null : this.session.store;
  }

  get storeChanged(): ISignal<this, void> {
    return this.storeSignal;
  }

  get error(): unknown {
    const { state } = this.session;
    return state.kind === 'failed' ? state.error : null;
  }

  get exportPage(): (() => Promise<string>) | null {
    return this.pageExport;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.session.changed.disconnect(this.refresh, this);
      super.dispose();
      Signal.clearData(this);
    }
  }

  repaint(): void {
    this.view?.repaint();
  }

  private refresh(): void {
    const { state, downloads } = this.session;
    this.strip.follow(downloads, state.kind === 'opening');
    if (state !== this.shown) {
      this.shown = state;
      void this.showState(state);
    }
  }

  private async showState(state: FileState): Promise<void> {
    this.body?.dispose();
    this.body = null;
    this.view = null;
    this.pageExport = null;
    this.storeSignal.emit();
    if (state.kind === 'opening') {
      return;
    }
    const viewer = await import('./fileViewer').catch(() => null);
    if (this.isDisposed || state !== this.session.state) {
      return;
    }
    if (viewer === null || state.kind === 'failed') {
      this.setBody(this.errorWidget(state, viewer));
      return;
    }
    this.pageExport = this.session.path.toLowerCase().endsWith('.npz')
      ? null
      : viewer.fileExport(
          this.session.contents,
          this.session.path,
          state.store,
          this.workspace.trans
        );
    this.view = new viewer.View({
      store: state.store,
      trans: this.workspace.trans,
      host: viewer.hostOf(this.workspace, {
        savedUntil: this.workspace.trans.__(
          'Named views are kept beside the file when the document is saved.'
        ),
        openPanels: this.openPanels(),
        exportPage: this.pageExport,
        openProbe: viewer.openProbe,
        modelFiles: new viewer.ModelFiles(
          this.workspace,
          () => this.session.path
        ),
        hint: () => this.hint()
      })
    });
    this.setBody(this.view);
    this.storeSignal.emit();
  }

  private openPanels(): (() => void) | null {
    const { commands } = this.workspace;
    const { path } = this.session;
    return commands.hasCommand(COMMANDS.openPanels)
      ? () => void commands.execute(COMMANDS.openPanels, { path, cell: '' })
      : null;
  }

  private setBody(body: Widget): void {
    this.body = body;
    this.addWidget(body);
  }

  private hint(): string | null {
    const { sidecar } = this.session;
    const { trans } = this.workspace;
    if (sidecar.kind !== 'foreign') {
      return null;
    }
    return sidecar.reason === 'version'
      ? trans.__(
          'The views beside this file were saved by a newer version. They are left as they are; views cannot be saved here.'
        )
      : trans.__(
          'The views beside this file cannot be read. They are left as they are; views cannot be saved here.'
        );
  }

  private errorWidget(state: FileState, viewer: typeof Viewer | null): Widget {
    const { trans } = this.workspace;
    const node = element('div', { className: 'nd-File-failed' });
    const again = button(
      { className: 'nd-Button', text: trans.__('Try again') },
      () => void this.session.open()
    );
    if (viewer !== null && state.kind === 'failed') {
      const card = viewer.errorCard(
        state.error,
        trans,
        advice(state.error, trans)
      );
      card.append(again);
      node.append(card);
    } else {
      node.append(
        element('div', {
          className: 'nd-Error',
          text: trans.__(
            'NeuralDivergence could not be loaded from the server. Reload the page.'
          ),
          attributes: { role: 'alert' }
        })
      );
    }
    return new Widget({ node });
  }

  private body: Widget | null = null;
  private view: View | null = null;
  private pageExport: (() => Promise<string>) | null = null;
  private shown: FileState | null = null;
  private readonly storeSignal = new Signal<this, void>(this);
}

/** What to do about a file that is wrong or cannot be read; the card knows the rest. */
function advice(error: unknown, trans: TranslationBundle): string {
  if (error instanceof VersionError) {
    return trans.__(
      'The file was written by a newer neuraldivergence. Update the extension; the file is unchanged.'
    );
  }
  if (error instanceof ReadError && error.reason === 'forbidden') {
    return trans.__(
      'Check that you are still logged in and may read the file.'
    );
  }
  if (error instanceof ReadError) {
    return trans.__(
      'Check that the file is still there and that the server runs.'
    );
  }
  return trans.__(
    'The file is damaged, or is no recording of neuraldivergence. Nothing was changed. recording.save(…) in Python writes it anew.'
  );
}
