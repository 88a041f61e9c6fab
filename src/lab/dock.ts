import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { SelectionPanel } from '../panels/selection';
import { View } from '../panels/view';
import type { IDocuments } from './documentTracker';
import { DockedPanel } from './docked';
import type { Place } from './followed';
import { Follower } from './follower';
import { recordingIcon } from './icons';
import type { IWorkspace } from './workspace';

export type PanelName = 'selection' | 'activation';

/** The docked panels and what they follow. There is one of each. */
export class Dock {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly workspace: IWorkspace,
    tracker: INotebookTracker,
    documents: IDocuments | null,
    /** Only JupyterLab itself has a main area for more than the document. */
    private readonly hasMainArea: boolean
  ) {
    this.follower = new Follower(workspace, tracker, documents, app.shell);
  }

  readonly follower: Follower;

  /** Open a panel, or bring it to front. */
  open(name: PanelName, area: Area | null = null): DockedPanel {
    const open = this.panels.get(name);
    const panel = open ?? this.create(name);
    if (!open || area !== null) {
      this.place(panel, name, area ?? this.homeOf(name));
    }
    return panel;
  }

  areaOf(name: PanelName): Area | null {
    return this.areas.get(name) ?? null;
  }

  isOpen(name: PanelName): boolean {
    return this.panels.has(name);
  }

  show(place: Place): void {
    this.follower.want(place);
  }

  repaint(): void {
    this.panels.forEach(panel => panel.update());
  }

  private create(name: PanelName): DockedPanel {
    const { workspace, follower } = this;
    const { trans } = workspace;
    const panel =
      name === 'selection'
        ? new DockedPanel({
            workspace,
            follower,
            hasHeader: false,
            build: context => {
              const selection = new SelectionPanel(context);
              selection.addClass('nd-View');
              return selection;
            }
          })
        : new DockedPanel({
            workspace,
            follower,
            hasHeader: true,
            build: context => new View(context, { withSelection: false })
          });
    panel.id = `neuraldivergence-${name}`;
    panel.title.label =
      name === 'selection' ? trans.__('Selection') : trans.__('Activation');
    panel.title.caption =
      name === 'selection'
        ? trans.__('Layers, classes and instances of the recording')
        : trans.__('Neurons of the recording');
    panel.title.icon = recordingIcon;
    panel.title.closable = true;
    panel.addClass(`nd-mod-${name}`);
    panel.disposed.connect(() => {
      this.panels.delete(name);
      if (this.panels.size === 0) {
        follower.setWatched(false);
      }
    });
    this.panels.set(name, panel);
    follower.setWatched(true);
    return panel;
  }

  private place(panel: DockedPanel, name: PanelName, area: Area): void {
    // A side bar shows the icon alone.
    const isSide = area === 'left' || area === 'right';
    panel.title.label = isSide
      ? ''
      : name === 'selection'
        ? this.workspace.trans.__('Selection')
        : this.workspace.trans.__('Activation');
    this.areas.set(name, area);
    this.app.shell.add(panel, area, {
      ...(area === 'main' ? { mode: 'split-right' } : {}),
      rank: 900,
      type: 'Neural Divergence'
    });
  }

  private homeOf(name: PanelName): Area {
    if (name === 'selection') {
      return 'right';
    }
    return this.hasMainArea ? 'main' : 'down';
  }

  private readonly panels = new Map<PanelName, DockedPanel>();
  private readonly areas = new Map<PanelName, Area>();
}

export type Area = 'main' | 'left' | 'right' | 'down';
