import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import type { PanelContext } from '../panels/context';
import { FindingsPanel } from '../panels/findings/findingsPanel';
import { ProbePanel } from '../panels/probe/probePanel';
import { SelectionPanel } from '../panels/selection';
import { View } from '../panels/view';
import { LookingBeside } from '../view/looking';
import type { IDocuments } from './documentTracker';
import { DockedPanel } from './docked';
import type { Place } from './followed';
import { Follower } from './follower';
import { recordingIcon } from './icons';
import type { IWorkspace } from './workspace';

export type PanelName = 'selection' | 'activation' | 'findings' | 'probe';

/** The docked panels and what they follow. There is one of each. */
export class Dock {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly workspace: IWorkspace,
    tracker: INotebookTracker,
    documents: IDocuments | null,
    /** Only JupyterLab itself has a main area for more than the document. */
    private readonly labShell: ILabShell | null
  ) {
    this.follower = new Follower(
      workspace,
      tracker,
      documents,
      app.shell,
      app.restored
    );
    labShell?.layoutModified.connect(() => this.nameTabs());
  }

  readonly follower: Follower;

  /** Open a panel, or bring it to front. */
  open(name: PanelName, area: Area | null = null): DockedPanel {
    const open = this.panels.get(name);
    const panel = open ?? this.create(name);
    if (!open) {
      this.place(panel, area ?? this.homeOf(name));
      this.nameTabs();
    }
    return panel;
  }

  /** Where a panel is, wherever it was dragged to. */
  areaOf(name: PanelName): Area | null {
    const panel = this.panels.get(name);
    return (
      AREAS.find(
        area => panel && [...this.app.shell.widgets(area)].includes(panel)
      ) ?? null
    );
  }

  /** Take a panel, opened if it is not, to an area; the application remembers that as the user's wish. */
  move(name: PanelName, area: Area): DockedPanel {
    const panel = this.open(name, area);
    if (this.areaOf(name) !== area) {
      this.labShell?.move(panel, area);
      if (area === 'main') {
        this.place(panel, area);
      }
      this.nameTabs();
    }
    return panel;
  }

  isOpen(name: PanelName): boolean {
    return this.panels.has(name);
  }

  get isAnyOpen(): boolean {
    return this.panels.size > 0;
  }

  show(place: Place): void {
    this.follower.want(place);
  }

  repaint(): void {
    this.panels.forEach(panel => panel.update());
  }

  private create(name: PanelName): DockedPanel {
    const { workspace, follower } = this;
    const panel = new DockedPanel({
      workspace,
      follower,
      hasHeader: name !== 'selection',
      build: BUILD[name]
    });
    panel.id = `neuraldivergence-${name}`;
    panel.title.caption = captionOf(name, workspace.trans);
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

  private place(panel: DockedPanel, area: Area): void {
    this.app.shell.add(panel, area, {
      ...(area === 'main' ? { mode: 'split-right' } : {}),
      rank: 900
    });
  }

  /** A side bar shows the icon alone; below, a panel asks for room. */
  private nameTabs(): void {
    const { trans } = this.workspace;
    this.panels.forEach((panel, name) => {
      const area = this.areaOf(name);
      const label = {
        selection: trans.__('Selection'),
        activation: trans.__('Activation'),
        findings: trans.__('Findings'),
        probe: trans.__('Probe')
      }[name];
      panel.title.label = area === 'left' || area === 'right' ? '' : label;
      panel.toggleClass('nd-mod-down', area === 'down');
    });
  }

  private homeOf(name: PanelName): Area {
    if (name === 'selection') {
      return 'right';
    }
    return this.labShell ? 'main' : 'down';
  }

  private readonly panels = new Map<PanelName, DockedPanel>();
}

const BUILD: Readonly<Record<PanelName, (context: PanelContext) => Widget>> = {
  selection: context => asView(new SelectionPanel(context)),
  activation: context => new View(context, { withSelection: false }),
  findings: context =>
    asView(new FindingsPanel(context, LookingBeside.of(context.store))),
  probe: context => asView(new ProbePanel(context))
};

function asView(part: Widget): Widget {
  part.addClass('nd-View');
  return part;
}

function captionOf(name: PanelName, trans: TranslationBundle): string {
  return {
    selection: trans.__('Layers, classes and instances of the recording'),
    activation: trans.__('Neurons of the recording'),
    findings: trans.__('Where two items diverge, over all layers'),
    probe: trans.__('The picture of an instance, changed by hand')
  }[name];
}

export type Area = 'main' | 'left' | 'right' | 'down';

export const AREAS: readonly Area[] = ['main', 'left', 'right', 'down'];
