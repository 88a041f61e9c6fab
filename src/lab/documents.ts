import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  InputDialog,
  IThemeManager,
  WidgetTracker
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ILauncher } from '@jupyterlab/launcher';
import type { Contents } from '@jupyterlab/services';
import { FileModelFactory, MODEL, RecordingFactory } from './documentFactory';
import { IDocuments } from './documentTracker';
import type { RecordingDocument } from './documentWidget';
import { recordingIcon } from './icons';
import { COMMANDS, IWorkspace } from './workspace';

/** Name of the widget factory. */
export const FACTORY = 'NeuralDivergence';

const EXTENSIONS = ['.ndiv', '.safetensors', '.npz'];

/** Opens files with recordings from the file browser. */
export const documentsPlugin: JupyterFrontEndPlugin<IDocuments> = {
  id: 'neuraldivergence:documents',
  description: 'Opens files with recordings from the file browser.',
  autoStart: true,
  provides: IDocuments,
  requires: [IWorkspace],
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    workspace: IWorkspace,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    themes: IThemeManager | null
  ) => {
    const { trans } = workspace;
    const tracker = new WidgetTracker<RecordingDocument>({
      namespace: 'neuraldivergence-documents'
    });
    const factory = addFactory(app, workspace);
    factory.widgetCreated.connect((_, widget) => {
      widget.title.icon = recordingIcon;
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });
    void restorer?.restore(tracker, {
      command: 'docmanager:open',
      args: ({ context }) => ({ path: context.path, factory: FACTORY }),
      name: ({ context }) => context.path
    });
    const repaint = () => tracker.forEach(widget => widget.repaint());
    workspace.settings.changed.connect(repaint);
    themes?.themeChanged.connect(repaint);
    addOpenCommand(app, workspace);
    const category = trans.__('Neural Divergence');
    palette?.addItem({ command: COMMANDS.openFile, category });
    launcher?.add({ command: COMMANDS.openFile, category });
    return { tracker };
  }
};

function addFactory(
  { docRegistry, serviceManager }: JupyterFrontEnd,
  workspace: IWorkspace
): RecordingFactory {
  const { trans } = workspace;
  const ours: Partial<DocumentRegistry.IFileType>[] = [
    {
      name: 'ndiv',
      displayName: trans.__('Recording of activations'),
      extensions: ['.ndiv'],
      mimeTypes: ['application/vnd.neuraldivergence'],
      icon: recordingIcon
    },
    {
      name: 'safetensors',
      displayName: trans.__('Tensors'),
      extensions: ['.safetensors'],
      mimeTypes: ['application/x-safetensors']
    },
    {
      name: 'npz',
      displayName: trans.__('Arrays of NumPy'),
      extensions: ['.npz'],
      mimeTypes: ['application/x-npz']
    }
  ];
  const known = [...docRegistry.fileTypes()];
  const names = ours.map(type => {
    const same = known.find(({ extensions }) =>
      extensions.some(extension => type.extensions?.includes(extension))
    );
    if (same === undefined) {
      docRegistry.addFileType({
        contentType: 'file',
        fileFormat: 'base64',
        ...type
      });
    }
    return same?.name ?? type.name ?? '';
  });
  const factory = new RecordingFactory(
    {
      name: FACTORY,
      label: trans.__('NeuralDivergence'),
      modelName: MODEL,
      fileTypes: names,
      defaultFor: ['ndiv']
    },
    serviceManager.contents,
    workspace
  );
  docRegistry.addModelFactory(new FileModelFactory());
  // Its types do not foresee exact optional properties.
  docRegistry.addWidgetFactory(factory as DocumentRegistry.WidgetFactory);
  return factory;
}

function addOpenCommand(app: JupyterFrontEnd, workspace: IWorkspace): void {
  const { trans } = workspace;
  app.commands.addCommand(COMMANDS.openFile, {
    label: trans.__('Open Recording File…'),
    caption: trans.__('Open a .ndiv, .safetensors or .npz file'),
    icon: recordingIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__('Path of the file; asked for when missing')
          },
          cwd: {
            type: 'string',
            description: trans.__('Folder whose files are offered')
          }
        }
      }
    },
    execute: async args => {
      const { path: given, cwd } = args;
      const path =
        typeof given === 'string'
          ? given
          : await askForPath(
              app,
              workspace,
              typeof cwd === 'string' ? cwd : folderInFront(app)
            );
      if (path !== null) {
        await app.commands.execute('docmanager:open', {
          path,
          factory: FACTORY
        });
      }
    }
  });
}

/** Offers the files in a folder; any path can be typed. */
async function askForPath(
  app: JupyterFrontEnd,
  { trans }: IWorkspace,
  folder: string
): Promise<string | null> {
  const { contents } = app.serviceManager;
  const listing = await contents.get(folder, { content: true });
  const { value } = await InputDialog.getItem({
    title: trans.__('Open a recording'),
    label: trans.__('Path of a .ndiv, .safetensors or .npz file'),
    items: recordingsIn(listing),
    editable: true,
    okLabel: trans.__('Open')
  });
  return value === null || value.trim() === '' ? null : value.trim();
}

function folderInFront({ shell }: JupyterFrontEnd): string {
  const { currentWidget } = shell;
  const context: unknown =
    currentWidget && Reflect.get(currentWidget, 'context');
  const path: unknown =
    typeof context === 'object' && context !== null
      ? Reflect.get(context, 'path')
      : '';
  return typeof path === 'string' ? PathExt.dirname(path) : '';
}

function recordingsIn({ content }: Contents.IModel): string[] {
  const entries = (Array.isArray(content) ? content : []) as Contents.IModel[];
  return entries
    .map(({ path }) => path)
    .filter(path => EXTENSIONS.includes(PathExt.extname(path).toLowerCase()))
    .sort((a, b) => a.localeCompare(b));
}
