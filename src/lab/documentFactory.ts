import { showDialog, showErrorMessage, Dialog } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ABCWidgetFactory, TextModelFactory } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isObject } from '../view/json';
import { RecordingDocument } from './documentWidget';
import { FileSession, ForeignSidecarError } from './fileSession';
import type { ContentsPort } from './fileSource';
import type { IWorkspace } from './workspace';

/** Name of the model factory. */
export const MODEL = 'neuraldivergence-file';

/**
 * A model without content: the document manager asks for a file's metadata only, because there is no format
 * to have its content in.
 */
export class FileModelFactory extends TextModelFactory {
  constructor() {
    super(false);
  }

  override get name(): string {
    return MODEL;
  }

  override get fileFormat(): null {
    return null;
  }
}

export class RecordingFactory extends ABCWidgetFactory<RecordingDocument> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions,
    private readonly contents: ContentsPort,
    private readonly workspace: IWorkspace
  ) {
    super(options);
  }

  protected createNewWidget(
    context: DocumentRegistry.Context
  ): RecordingDocument {
    return new RecordingDocument(
      context,
      this.sessionOf(context),
      this.workspace
    );
  }

  /** All widgets of one document share a session. */
  private sessionOf(context: DocumentRegistry.Context): FileSession {
    const { workspace } = this;
    const known = this.sessions.get(context);
    if (known) {
      return known;
    }
    const session = new FileSession(
      context.path,
      this.contents,
      workspace.settings
    );
    this.sessions.set(context, session);
    saveViewsInstead(context, session, workspace.trans);
    session.changed.connect(() => {
      context.model.dirty = session.isDirty;
    });
    context.disposed.connect(() => session.dispose());
    void context.ready.then(() => this.follow(context, session));
    return session;
  }

  private follow(
    context: DocumentRegistry.Context,
    session: FileSession
  ): void {
    let modified = context.contentsModel?.last_modified;
    context.pathChanged.connect((_, path) => session.move(path));
    // After "Reload from Disk".
    context.fileChanged.connect((_, model) => {
      if (model.last_modified !== modified) {
        modified = model.last_modified;
        void session.open();
      }
    });
    void session.open();
  }

  private readonly sessions = new WeakMap<
    DocumentRegistry.Context,
    FileSession
  >();
}

/**
 * Saving the document writes its views beside the file. The document manager's own ways would write the
 * model, which is empty, over the recording, and copy the whole file for a checkpoint.
 */
function saveViewsInstead(
  context: DocumentRegistry.Context,
  session: FileSession,
  trans: TranslationBundle
): void {
  const own: Partial<DocumentRegistry.Context> = {
    // Of autosave and of the first checkpoint, and only they ask.
    canSave: false,
    save: () => saveViews(session, trans),
    saveAs: () => explainSaveAs(trans),
    createCheckpoint: async () => ({ id: '', last_modified: '' }),
    listCheckpoints: async () => [],
    restoreCheckpoint: async () => undefined
  };
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(context, name, { value });
  }
  // Of the recording, which may be read-only where its views are not.
  const inherited = Reflect.getPrototypeOf(context) ?? {};
  Object.defineProperty(context, 'contentsModel', {
    get: () => {
      const model: unknown = Reflect.get(inherited, 'contentsModel', context);
      return isObject(model) ? { ...model, writable: true } : model;
    }
  });
}

/** A failure that the user knows of: the document manager stays quiet about errors of this name. */
class ToldError extends Error {
  override readonly name = 'ModalCancelError';
}

/** Rejects with a ToldError. */
async function saveViews(
  session: FileSession,
  trans: TranslationBundle
): Promise<void> {
  try {
    await session.save();
  } catch (error) {
    const reason =
      error instanceof ForeignSidecarError
        ? trans.__(
            'The file with views beside this recording is of a newer version or damaged. It was left as it is: rename or remove it, then save again.'
          )
        : error instanceof Error
          ? error.message
          : String(error);
    void showErrorMessage(trans.__('The views were not saved'), reason);
    throw new ToldError(reason, { cause: error });
  }
}

async function explainSaveAs(trans: TranslationBundle): Promise<boolean> {
  await showDialog({
    title: trans.__('A recording is not saved under another name'),
    body: trans.__(
      'Copy the file in the file browser, and its views: the file with “.views.json” after its name.'
    ),
    buttons: [Dialog.okButton()]
  });
  return false;
}
