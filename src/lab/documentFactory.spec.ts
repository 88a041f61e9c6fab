import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Signal } from '@lumino/signaling';
import { plainTexts } from '../page/translation';
import { RecordingFactory } from './documentFactory';
import type { RecordingDocument } from './documentWidget';
import { FileSession } from './fileSession';
import type { ContentsPort } from './fileSource';
import { LiveSettings } from './settings';
import type { IWorkspace } from './workspace';

const mockShown: unknown[][] = [];

jest.mock('@jupyterlab/apputils', () => ({
  Dialog: { okButton: () => null },
  showDialog: async (...shown: unknown[]) => mockShown.push(shown),
  showErrorMessage: async (...shown: unknown[]) => mockShown.push(shown)
}));

jest.mock('@jupyterlab/docregistry', () => ({
  ABCWidgetFactory: class {},
  TextModelFactory: class {}
}));

jest.mock('./documentWidget', () => ({
  RecordingDocument: class {
    constructor(
      readonly context: DocumentRegistry.Context,
      readonly session: FileSession
    ) {}
  }
}));

/** A context as the document manager has it, of a file that is read-only. */
class FakeContext {
  written: unknown = null;
  model = { dirty: false };
  ready = Promise.resolve();
  path = 'a.ndiv';
  canSave = true;
  readonly pathChanged = new Signal<this, string>(this);
  readonly fileChanged = new Signal<this, object>(this);
  readonly disposed = new Signal<this, void>(this);
  loaded: object | null = null;
  get contentsModel(): object | null {
    return this.loaded;
  }
  save = async () => {
    this.written = 'the model over the recording';
  };
}

let save: jest.SpyInstance<Promise<void>>;

beforeEach(() => {
  mockShown.length = 0;
  jest.spyOn(FileSession.prototype, 'open').mockResolvedValue();
  save = jest.spyOn(FileSession.prototype, 'save').mockResolvedValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

let factory: RecordingFactory;
let shown: RecordingDocument;

function documentOf(fake: FakeContext): DocumentRegistry.Context {
  factory = new RecordingFactory(
    { name: 'x', fileTypes: [] },
    {} as ContentsPort,
    { trans: plainTexts, settings: new LiveSettings() } as IWorkspace
  );
  shown = factory['createNewWidget'](
    fake as unknown as DocumentRegistry.Context
  );
  return shown.context;
}

describe('The document of a recording', () => {
  test('can be saved also when the recording is read-only', async () => {
    const fake = new FakeContext();
    const context = documentOf(fake);
    expect(context.contentsModel).toBeNull();
    fake.loaded = { path: 'a.ndiv', writable: false };
    expect(context.contentsModel).toEqual({ path: 'a.ndiv', writable: true });
    await context.save();
    expect(save).toHaveBeenCalledTimes(1);
    expect(fake.written).toBeNull();
  });

  test('is left alone by autosave and has no checkpoints', async () => {
    const context = documentOf(new FakeContext());
    expect(context.canSave).toBe(false);
    expect(await context.listCheckpoints()).toEqual([]);
  });

  test('tells why its views were not saved, and the document manager does not tell again', async () => {
    const context = documentOf(new FakeContext());
    save.mockRejectedValue(new Error('read-only folder'));
    await expect(context.save()).rejects.toMatchObject({
      name: 'ModalCancelError'
    });
    expect(mockShown).toEqual([
      ['The views were not saved', 'read-only folder']
    ]);
  });
});
