import { MessageLoop } from '@lumino/messaging';
import { Panel, SplitPanel, Widget } from '@lumino/widgets';
import { ActivationPanel } from './activation';
import type { PanelContext } from './context';
import { SelectionPanel } from './selection';
import { StatusBar } from './status';
import { Toolbar } from './toolbar';

/** The whole of NeuralDivergence in one widget, as a cell's output shows it. */
export class View extends Panel {
  constructor(context: PanelContext) {
    super();
    this.addClass('nd-View');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute(
      'aria-label',
      context.trans.__('NeuralDivergence: %1', context.store.info.name)
    );
    this.split = new SplitPanel({ orientation: 'horizontal', spacing: 1 });
    this.split.addClass('nd-Split');
    this.split.addWidget(new SelectionPanel(context));
    this.split.addWidget(new ActivationPanel(context));
    this.split.setRelativeSizes([0.19, 0.81]);
    this.addWidget(new Toolbar(context));
    this.addWidget(this.split);
    this.addWidget(new StatusBar(context));
    // The split panel's size follows CSS (the toolbar wraps); Lumino must be told.
    this.resizes = new ResizeObserver(() =>
      MessageLoop.postMessage(this.split, Widget.ResizeMessage.UnknownSize)
    );
    this.resizes.observe(this.split.node);
  }

  override dispose(): void {
    this.resizes.disconnect();
    super.dispose();
  }

  /** Repaint everything, for example after the theme changed. */
  repaint(): void {
    this.update();
    for (const part of [...this.widgets, ...this.split.widgets]) {
      part.update();
    }
  }

  private readonly split: SplitPanel;
  private readonly resizes: ResizeObserver;
}
