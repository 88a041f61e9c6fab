import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  WidgetTracker
} from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';
import { IDocuments } from './documentTracker';
import { addKeyCommands } from './keyCommands';
import type { Area, Dock, PanelName } from './dock';
import { recordingIcon } from './icons';
import { outputAt } from './outputs';
import { TabMemory } from './tabMemory';
import { COMMANDS, IWorkspace } from './workspace';

const PANELS: readonly PanelName[] = [
  'selection',
  'activation',
  'findings',
  'probe'
];

/** Those that open together. */
const FIRST_PANELS: readonly PanelName[] = ['selection', 'activation'];

/** Docked panels that follow the notebook in front, and the commands that open them. */
export const panelsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'neuraldivergence:panels',
  description:
    'Docked panels of NeuralDivergence, linked with the outputs of notebooks.',
  autoStart: true,
  requires: [IWorkspace, INotebookTracker],
  optional: [
    ILabShell,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IThemeManager,
    IDocuments
  ],
  activate: (
    app: JupyterFrontEnd,
    workspace: IWorkspace,
    tracker: INotebookTracker,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    themes: IThemeManager | null,
    documents: IDocuments | null
  ) => {
    const opened = new WidgetTracker<Widget>({
      namespace: 'neuraldivergence-panels'
    });
    const panels = new Panels(
      app,
      workspace,
      tracker,
      documents,
      labShell,
      opened
    );
    panels.addCommands();
    addKeyCommands(workspace);
    const repaint = () => panels.dock?.repaint();
    workspace.settings.changed.connect(repaint);
    themes?.themeChanged.connect(repaint);
    const category = workspace.trans.__('Neural Divergence');
    for (const command of PALETTE) {
      palette?.addItem({ command, category });
    }
    for (const panel of PANELS) {
      palette?.addItem({
        command: COMMANDS.openPanel,
        category,
        args: { panel }
      });
    }
    launcher?.add({ command: COMMANDS.openPanels, category });
    if (restorer) {
      void restorer.restore(opened, {
        command: COMMANDS.openPanel,
        args: widget => panels.stateOf(widget),
        name: widget => widget.id
      });
    } else {
      void panels.restoreFrom(new TabMemory());
    }
  }
};

const PALETTE = [
  COMMANDS.openPanels,
  COMMANDS.next,
  COMMANDS.previous,
  COMMANDS.pin,
  COMMANDS.moveSelection
];

/** The commands, and the dock behind them, which is loaded when it is first wanted. */
class Panels {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly workspace: IWorkspace,
    private readonly tracker: INotebookTracker,
    private readonly documents: IDocuments | null,
    private readonly labShell: ILabShell | null,
    private readonly opened: WidgetTracker<Widget>
  ) {}

  dock: Dock | null = null;

  addCommands(): void {
    const { trans, commands } = this.workspace;
    const open = { description: trans.__('Open the panels of a recording') };
    commands.addCommand(COMMANDS.openPanels, {
      label: trans.__('Open Selection and Activation Panels'),
      caption: trans.__(
        'Show the recording of the notebook in front in docked panels'
      ),
      icon: recordingIcon,
      describedBy: { args: PLACE_ARGS },
      execute: args => this.openAll(args)
    });
    commands.addCommand(COMMANDS.openPanel, {
      label: args =>
        ({
          selection: trans.__('Open Selection Panel'),
          activation: trans.__('Open Activation Panel'),
          findings: trans.__('Open Findings Panel'),
          probe: trans.__('Open Probe Panel')
        })[panelIn(args)],
      icon: recordingIcon,
      describedBy: { args: PANEL_ARGS },
      execute: args => this.openOne(args)
    });
    commands.addCommand(COMMANDS.openOutput, {
      label: trans.__('Open in Panels'),
      caption: open.description,
      icon: recordingIcon,
      describedBy: { args: NO_ARGS },
      execute: () => this.openOutput()
    });
    const step = (by: 1 | -1) => async () => {
      const dock = await this.load();
      await this.add(dock, 'activation');
      dock.follower.step(by);
    };
    commands.addCommand(COMMANDS.next, {
      label: trans.__('Next Recording'),
      describedBy: { args: NO_ARGS },
      execute: step(1)
    });
    commands.addCommand(COMMANDS.previous, {
      label: trans.__('Previous Recording'),
      describedBy: { args: NO_ARGS },
      execute: step(-1)
    });
    commands.addCommand(COMMANDS.pin, {
      label: trans.__('Pin Panels to This Recording'),
      isToggleable: true,
      isToggled: () => this.dock?.follower.isPinned === true,
      isEnabled: () => this.dock?.isAnyOpen === true,
      describedBy: { args: NO_ARGS },
      execute: () => {
        const { follower } = this.dock ?? {};
        follower?.setPinned(!follower.isPinned);
      }
    });
    commands.addCommand(COMMANDS.moveSelection, {
      label: () =>
        this.dock?.areaOf('selection') === 'main'
          ? trans.__('Move Selection Panel to the Side')
          : trans.__('Move Selection Panel to the Main Area'),
      isVisible: () => this.labShell !== null,
      isEnabled: () => this.labShell !== null,
      describedBy: { args: NO_ARGS },
      execute: async () => {
        const dock = await this.load();
        const area = dock.areaOf('selection') === 'main' ? 'right' : 'main';
        const panel = await this.add(dock, 'selection', area);
        dock.move('selection', area);
        this.app.shell.activateById(panel.id);
      }
    });
  }

  /** What brings a panel back after the page was loaded again. */
  stateOf(widget: Widget): ReadonlyPartialJSONObject {
    const panel = panelIn({ panel: widget.id.split('-').at(-1) });
    const { follower } = this.dock ?? {};
    return {
      panel,
      area: this.dock?.areaOf(panel) ?? null,
      pinned: follower?.isPinned === true,
      ...follower?.place
    };
  }

  /** Jupyter Notebook restores no panels itself. */
  async restoreFrom(memory: TabMemory): Promise<void> {
    this.memory = memory;
    await this.app.restored;
    for (const state of memory.all()) {
      await this.app.commands.execute(COMMANDS.openPanel, state);
    }
  }

  /** Panels stand beside the document, which stays in front where it can. */
  private async openAll(args: ReadonlyPartialJSONObject): Promise<void> {
    const { currentWidget } = this.app.shell;
    const dock = await this.load();
    this.want(dock, args);
    for (const panel of FIRST_PANELS) {
      await this.add(dock, panel);
    }
    if (currentWidget?.isVisible === true) {
      currentWidget.activate();
    }
  }

  private async openOne(args: ReadonlyPartialJSONObject): Promise<void> {
    const dock = await this.load();
    this.want(dock, args);
    const panel = panelIn(args);
    const area = AREA_NAMES.find(a => a === args['area']) ?? null;
    await this.add(dock, panel, area);
  }

  private async openOutput(): Promise<void> {
    const node = this.app.contextMenuHitTest(n => outputAt(n) !== null);
    const model = node && outputAt(node);
    const { placeOfModel } = await import('./homes');
    const place = model && placeOfModel(this.tracker, model);
    if (place) {
      await this.openAll(place);
    }
  }

  private want(dock: Dock, args: ReadonlyPartialJSONObject): void {
    const { path, cell, index, pinned } = args;
    if (pinned === true) {
      dock.follower.setPinned(true);
    }
    if (typeof path === 'string' && typeof cell === 'string') {
      dock.show({ path, cell, index: typeof index === 'number' ? index : 0 });
    }
  }

  private async add(
    dock: Dock,
    name: PanelName,
    area: Area | null = null
  ): Promise<Widget> {
    const isNew = !dock.isOpen(name);
    const panel = dock.open(name, area);
    if (isNew) {
      const save = () => {
        void this.opened.save(panel);
        this.memory?.keep(panel.id, this.stateOf(panel));
      };
      dock.follower.changed.connect(save);
      panel.disposed.connect(() => {
        dock.follower.changed.disconnect(save);
        this.memory?.forget(panel.id);
      });
      save();
      await this.opened.add(panel);
    }
    this.app.shell.activateById(panel.id);
    return panel;
  }

  private memory: TabMemory | null = null;

  private async load(): Promise<Dock> {
    const { Dock } = await import('./dock');
    this.dock ??= new Dock(
      this.app,
      this.workspace,
      this.tracker,
      this.documents,
      this.labShell
    );
    return this.dock;
  }
}

function panelIn(args: ReadonlyPartialJSONObject): PanelName {
  return PANELS.find(name => name === args['panel']) ?? 'activation';
}

// A copy: the dock is loaded only when it is wanted.
const AREA_NAMES: readonly Area[] = ['main', 'left', 'right', 'down'];

const NO_ARGS = { type: 'object', properties: {} } as const;

const PLACE_ARGS = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Path of a notebook' },
    cell: { type: 'string', description: 'Id of the cell with the recording' },
    index: {
      type: 'number',
      description: 'Which recording of the cell, from 0'
    }
  }
} as const;

const PANEL_ARGS = {
  type: 'object',
  properties: {
    ...PLACE_ARGS.properties,
    panel: {
      type: 'string',
      enum: ['selection', 'activation', 'findings', 'probe']
    },
    area: { type: 'string', enum: ['main', 'left', 'right', 'down'] },
    pinned: { type: 'boolean', description: 'Stay with this recording' }
  }
} as const;
