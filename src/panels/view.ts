import { MessageLoop } from '@lumino/messaging';
import { Panel, SplitPanel, Widget } from '@lumino/widgets';
import { LookingInView } from '../view/looking';
import { setChoice, reverseOrder, showAll } from '../view/update';
import { listenToKeys, offerActions } from './actions';
import { ActivationPanel } from './activation';
import { BrushBar } from './brush/brushBar';
import type { PanelContext } from './context';
import { canProbe } from './modelSource';
import { DetailPanel, type Beneath } from './detail/detailPanel';
import { button, setAttribute, setProperties } from './dom';
import { FindingsPanel } from './findings/findingsPanel';
import { exportButton } from './exportMenu';
import { NoticeBar } from './notice';
import { ProbePanel } from './probe/probePanel';
import { ProgressStrip } from './progressStrip';
import { SavedStrip } from './savedStrip';
import { SelectionPanel } from './selection';
import { StatusBar } from './status';
import { Toolbar } from './toolbar';

export type ViewOptions = {
  /** Layers, Classes and Instances stand beside the graphs; otherwise somewhere else. */
  readonly withSelection: boolean;
};

/** NeuralDivergence in one widget, as a cell's output shows it. */
export class View extends Panel {
  constructor(
    context: PanelContext,
    { withSelection }: ViewOptions = { withSelection: true }
  ) {
    super();
    const { store, trans, host } = context;
    this.addClass('nd-View');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute(
      'aria-label',
      trans.__('NeuralDivergence: %1', store.info.name)
    );
    this.split = new SplitPanel({ orientation: 'horizontal', spacing: 1 });
    this.split.addClass('nd-Split');
    const probe = (id: string) => this.openProbe(context, id);
    if (withSelection) {
      this.selection = new SelectionPanel({ ...context, probe });
      this.split.addWidget(this.selection);
    }
    const notice = new NoticeBar(context);
    const brushing = new BrushBar(context, text => notice.say(text));
    const activation = new ActivationPanel({
      ...context,
      brushing,
      detail: { open: (layer, neuron) => detail().open(layer, neuron) }
    });
    const detail = () =>
      (this.detail ??= this.makeDetail(
        { ...context, brushing, probe },
        activation
      ));
    this.graphs = new Panel();
    this.graphs.addClass('nd-Graphs');
    this.graphs.addWidget(activation);
    this.split.addWidget(this.graphs);
    const showDetail = () => store.view.detail && detail();
    store.changed.connect(showDetail, this);
    showDetail();
    const saved = new SavedStrip(context, notice);
    const buttons = [
      ...this.historyButtons(context),
      saved.toggle,
      this.findingsButton(context),
      this.probeButton(context),
      ...panelsButton(context),
      exportButton(context, () => activation.windows())
    ];
    this.addWidget(new Toolbar(context, buttons));
    this.addWidget(saved);
    this.addWidget(notice);
    this.addWidget(brushing);
    this.addWidget(this.split);
    this.addWidget(new StatusBar(context));
    if (host.attachment) {
      this.addWidget(new ProgressStrip(trans, host.attachment.downloads));
    }
    offerActions(this.node, {
      undo: () => store.undo(),
      redo: () => store.redo(),
      'save-view': () => saved.save(),
      'toggle-findings': () => LookingInView.of(store).toggle(),
      'toggle-probe': () => this.toggleProbe(context),
      'show-all': () => store.update(showAll),
      'reverse-order': () => store.update(reverseOrder),
      'marked-only': () =>
        store.update(v => setChoice(v, 'markedOnly', !v.markedOnly))
    });
    listenToKeys(this.node, host.actionOf);
    // The split panel's size follows CSS (the toolbar wraps); Lumino must be told.
    this.resizes = new ResizeObserver(() => {
      // Not that of the split panel: it is never narrower than its widgets can be.
      const { clientWidth } = this.node;
      const wanted = clientWidth < STACKED_BELOW_PX ? 'vertical' : 'horizontal';
      const isTurned = wanted !== this.split.orientation;
      if (isTurned || !this.isUsersShare) {
        this.split.orientation = wanted;
        this.arrange(clientWidth);
      }
      MessageLoop.postMessage(this.split, Widget.ResizeMessage.UnknownSize);
    });
    this.split.handleMoved.connect(() => (this.isUsersShare = true));
    this.resizes.observe(this.node);
    this.resizes.observe(this.split.node);
    const showFindings = () => this.showFindings(context);
    store.changed.connect(showFindings, this);
    showFindings();
  }

  override dispose(): void {
    this.resizes.disconnect();
    super.dispose();
  }

  /** Repaint everything, for example after the theme changed. */
  repaint(): void {
    this.update();
    const { widgets, split, graphs } = this;
    for (const part of [...widgets, ...split.widgets, ...graphs.widgets]) {
      part.update();
    }
  }

  /** The selection gets its share: left of the graphs, with room for the names of instances, or above them. */
  private arrange(widthPx: number): void {
    this.isUsersShare = false;
    const { orientation, widgets } = this.split;
    const isStacked = orientation === 'vertical';
    const isCrowded =
      (isOpen(this.findings) && !isStacked && widthPx < THREE_COLUMNS_PX) ||
      (isOpen(this.probe) && isStacked);
    if (isCrowded && this.selection?.node.contains(document.activeElement)) {
      (isOpen(this.probe) ? this.probe?.node : this.findingsToggle)?.focus();
    }
    this.selection?.setHidden(isCrowded);
    const part = (px: number, least: number, most: number) =>
      Math.min(Math.max(least, px / widthPx), most);
    const selection = isStacked ? 0.3 : part(SELECTION_PX, 0.19, 0.3);
    const findings = isStacked ? 0.4 : part(FINDINGS_PX, 0.3, 0.45);
    const sides = new Map<Widget | null, number>([
      [this.selection, selection],
      [this.findings, findings],
      [this.probe, isStacked ? 0.4 : part(PROBE_PX, 0.2, 0.35)]
    ]);
    const shareOf = (widget: Widget) =>
      widget.isHidden ? 0 : (sides.get(widget) ?? 0);
    const taken = widgets.reduce((sum, widget) => sum + shareOf(widget), 0);
    this.split.setRelativeSizes(
      widgets.map(widget =>
        widget === this.graphs ? 1 - taken : shareOf(widget)
      )
    );
  }

  private findingsButton(context: PanelContext): HTMLElement {
    const { trans } = context;
    this.findingsToggle = button(
      {
        className: 'nd-Button',
        text: trans.__('findings'),
        title: trans.__('Neurons of all layers where two items diverge'),
        attributes: { 'aria-expanded': 'false' }
      },
      () => LookingInView.of(context.store).toggle()
    );
    return this.findingsToggle;
  }

  /** Open and closed as the view has it. The panel is made when it is first wanted. */
  private showFindings(context: PanelContext): void {
    const isWanted = context.store.view.findings !== null;
    if (isWanted === isOpen(this.findings)) {
      return;
    }
    if (this.findings?.node.contains(document.activeElement)) {
      this.findingsToggle?.focus();
    }
    if (!this.findings) {
      const looking = LookingInView.of(context.store);
      this.findings = new FindingsPanel(context, looking);
      this.split.addWidget(this.findings);
    }
    this.findings.setHidden(!isWanted);
    if (isWanted && this.isNarrow && isOpen(this.probe)) {
      this.closeProbe();
    }
    this.arrangeSides();
  }

  private probeButton(context: PanelContext): HTMLElement {
    const { store, trans } = context;
    const toggle = button(
      {
        className: 'nd-Button',
        text: trans.__('probe'),
        title: trans.__('Change a picture and see the neurons move'),
        attributes: { 'aria-expanded': 'false' }
      },
      () => this.toggleProbe(context)
    );
    const refresh = () => setProperties(toggle, { hidden: !canProbe(context) });
    store.changed.connect(refresh, this);
    refresh();
    this.probeToggle = toggle;
    return toggle;
  }

  private toggleProbe(context: PanelContext): void {
    if (isOpen(this.probe)) {
      this.closeProbe();
    } else {
      this.openProbe(context, null);
    }
  }

  /** Shows the picture of an instance to be changed; without one the first that is shown. */
  private openProbe(context: PanelContext, id: string | null): void {
    if (!isOpen(this.probe)) {
      this.probeOpener = document.activeElement;
    }
    const probe = (this.probe ??= new ProbePanel(context, () =>
      this.closeProbe()
    ));
    probe.choose(id);
    if (probe.parent === null) {
      this.split.addWidget(probe);
    }
    probe.show();
    if (this.isNarrow && isOpen(this.findings)) {
      LookingInView.of(context.store).toggle();
    }
    this.arrangeSides();
    probe.node.focus({ preventScroll: true });
  }

  /** The focus goes back to where it came from. */
  private closeProbe(): void {
    const { probeOpener } = this;
    const hadFocus = this.probe?.node.contains(document.activeElement);
    this.probe?.hide();
    this.probe?.end();
    this.arrangeSides();
    if (hadFocus === true) {
      const isThere =
        probeOpener instanceof HTMLElement && probeOpener.isConnected;
      (isThere ? probeOpener : this.probeToggle)?.focus();
    }
  }

  /** There is room for one of the panels at the side. */
  private get isNarrow(): boolean {
    return this.node.clientWidth < THREE_COLUMNS_PX;
  }

  private arrangeSides(): void {
    const tell = (toggle: HTMLElement | null, panel: Widget | null) =>
      toggle && setAttribute(toggle, 'aria-expanded', String(isOpen(panel)));
    tell(this.findingsToggle, this.findings);
    tell(this.probeToggle, this.probe);
    this.arrange(this.node.clientWidth);
  }

  private probe: ProbePanel | null = null;
  private probeToggle: HTMLElement | null = null;
  private probeOpener: Element | null = null;
  private selection: SelectionPanel | null = null;
  private findings: FindingsPanel | null = null;
  private findingsToggle: HTMLElement | null = null;

  /** Built when it is first opened. */
  private makeDetail(context: PanelContext, beneath: Beneath): DetailPanel {
    const detail = new DetailPanel(context, beneath);
    this.graphs.addWidget(detail);
    return detail;
  }

  private historyButtons({ store, trans }: PanelContext): HTMLElement[] {
    const step = (text: string, title: string, run: () => void) =>
      button(
        {
          className: 'nd-Button nd-mod-glyph',
          text,
          title,
          attributes: { 'aria-label': title }
        },
        run
      );
    const undo = step('↶', trans.__('Undo the last change of the view'), () =>
      store.undo()
    );
    const redo = step('↷', trans.__('Redo the change of the view'), () =>
      store.redo()
    );
    this.refreshHistory = () => {
      // A disabled button would lose the focus, and the next key would be the notebook's.
      setAttribute(undo, 'aria-disabled', String(!store.canUndo));
      setAttribute(redo, 'aria-disabled', String(!store.canRedo));
    };
    store.changed.connect(this.refreshHistory, this);
    this.refreshHistory();
    return [undo, redo];
  }

  private refreshHistory: () => void = () => undefined;
  /** The user moved the handle between selection and graphs. */
  private isUsersShare = false;
  private readonly split: SplitPanel;
  /** The graphs, and over them one neuron in detail. */
  private readonly graphs: Panel;
  private detail: DetailPanel | null = null;
  private readonly resizes: ResizeObserver;
}

/** In less width the selection stands above the graphs. */
const STACKED_BELOW_PX = 520;
const SELECTION_PX = 240;
const FINDINGS_PX = 430;
const PROBE_PX = 300;
/** In less width the selection makes room for findings while these are open. */
const THREE_COLUMNS_PX = 1250;

function isOpen(panel: Widget | null): boolean {
  return panel?.isHidden === false;
}

function panelsButton({ host, trans }: PanelContext): HTMLElement[] {
  const { openPanels } = host;
  return openPanels
    ? [
        button(
          {
            className: 'nd-Button',
            text: trans.__('panels'),
            title: trans.__('Open in docked panels')
          },
          openPanels
        )
      ]
    : [];
}
