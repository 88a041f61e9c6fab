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
import { COMMANDS, IWorkspace } from './workspace';

const PANELS: readonly PanelName[] = ['selection', 'activation'];

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
    void restorer?.restore(opened, {
      command: COMMANDS.openPanel,
      args: widget => panels.stateOf(widget),
      name: widget => widget.id
    });
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
        args['panel'] === 'selection'
          ? trans.__('Open Selection Panel')
          : trans.__('Open Activation Panel'),
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
      dock.open('activation');
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
      isEnabled: () => this.dock !== null,
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
        await this.add(dock, 'selection', area);
      }
    });
  }

  /** What brings a panel back after the page was loaded again. */
  stateOf(widget: Widget): ReadonlyPartialJSONObject {
    const panel = PANELS.find(name => widget.id.endsWith(name)) ?? 'activation';
    const { follower } = this.dock ?? {};
    return {
      panel,
      area: this.dock?.areaOf(panel) ?? null,
      pinned: follower?.isPinned === true,
      ...follower?.place
    };
  }

  private async openAll(args: ReadonlyPartialJSONObject): Promise<void> {
    const dock = await this.load();
    this.want(dock, args);
    for (const panel of PANELS) {
      await this.add(dock, panel, null);
    }
  }

  private async openOne(args: ReadonlyPartialJSONObject): Promise<void> {
    const dock = await this.load();
    this.want(dock, args);
    const panel = PANELS.find(name => name === args['panel']) ?? 'activation';
    await this.add(dock, panel, AREAS.find(a => a === args['area']) ?? null);
  }

  private async openOutput(): Promise<void> {
    const node = this.app.contextMenuHitTest(n => outputAt(n) !== null);
    const model = node && outputAt(node);
    const { findHome } = await import('./homes');
    const home = model && findHome(this.tracker, model);
    if (home) {
      const { path } = home.panel.context;
      await this.openAll({ path, cell: home.cell.id });
    }
  }

  private want(dock: Dock, args: ReadonlyPartialJSONObject): void {
    const { path, cell, pinned } = args;
    if (typeof path === 'string' && typeof cell === 'string') {
      dock.show({ path, cell });
    }
    if (pinned === true) {
      dock.follower.setPinned(true);
    }
  }

  private async add(
    dock: Dock,
    name: PanelName,
    area: Area | null
  ): Promise<void> {
    const isNew = !dock.isOpen(name);
    const panel = dock.open(name, area);
    if (isNew) {
      await this.opened.add(panel);
      const save = () => void this.opened.save(panel);
      dock.follower.changed.connect(save);
      panel.disposed.connect(() => dock.follower.changed.disconnect(save));
    } else if (area !== null) {
      void this.opened.save(panel);
    }
    this.app.shell.activateById(panel.id);
  }

  private async load(): Promise<Dock> {
    const { Dock } = await import('./dock');
    this.dock ??= new Dock(
      this.app,
      this.workspace,
      this.tracker,
      this.documents,
      this.labShell !== null
    );
    return this.dock;
  }
}

const AREAS: readonly Area[] = ['main', 'left', 'right', 'down'];

const NO_ARGS = { type: 'object', properties: {} } as const;

const PLACE_ARGS = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Path of a notebook' },
    cell: { type: 'string', description: 'Id of the cell with the recording' }
  }
} as const;

const PANEL_ARGS = {
  type: 'object',
  properties: {
    ...PLACE_ARGS.properties,
    panel: { type: 'string', enum: ['selection', 'activation'] },
    area: { type: 'string', enum: ['main', 'left', 'right', 'down'] },
    pinned: { type: 'boolean', description: 'Stay with this recording' }
  }
} as const;
