import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { element } from '../panels/dom';
import type { View } from '../panels/view';
import type { OutputContent } from './content';
import { readContent, sameContent } from './content';
import { backToCell } from './escape';
import { markOutput } from './outputs';
import { loadViewer } from './preload';
import type { ISessionHandle } from './sessions';
import type { IWorkspace } from './workspace';

/**
 * A cell's output. `renderModel` may be called before attach, again and again, and while a former call is
 * under way; it never rejects. Decoding starts when the output first comes near the screen.
 */
export class OutputRenderer extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly workspace: IWorkspace) {
    super();
    this.addClass('nd-Output');
    this.node.addEventListener('keydown', backToCell);
    this.sight = new IntersectionObserver(entries => {
      if (entries.some(e => e.isIntersecting)) {
        this.seen = true;
        this.sight.disconnect();
        void this.open();
      }
    }, NEAR);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.sight.disconnect();
      super.dispose();
      this.handle?.dispose();
      this.handle = null;
    }
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const content = readContent(model);
    if (
      this.content &&
      sameContent(this.content, content) &&
      this.model === model
    ) {
      return;
    }
    this.model = model;
    this.content = content;
    markOutput(this.node, model);
    await this.open();
  }

  repaint(): void {
    this.view?.repaint();
  }

  protected override onAfterAttach(_: Message): void {
    if (!this.seen) {
      this.sight.observe(this.node);
    }
  }

  private async open(): Promise<void> {
    const { model, content } = this;
    if (!this.seen || !model || !content || this.isDisposed) {
      return;
    }
    const { trans } = this.workspace;
    if (!this.view) {
      this.showNode(
        element('div', {
          className: 'nd-Waiting',
          text: trans.__('Reading the recording…'),
          attributes: { role: 'status' }
        }),
        false
      );
    }
    const viewer = await loadViewer().catch(() => null);
    if (this.content !== content || this.isDisposed) {
      return;
    }
    if (!viewer) {
      this.showNode(
        element('div', {
          className: 'nd-Error',
          text: trans.__(
            'NeuralDivergence could not be loaded from the server. Reload the page.'
          ),
          attributes: { role: 'alert' }
        }),
        true
      );
      return;
    }
    const handle = viewer.acquireSession(model, content, this.workspace);
    const { session } = handle;
    const isSame = this.handle?.session === session;
    this.handle?.dispose();
    this.handle = handle;
    if (isSame && this.view) {
      return;
    }
    this.addWidget(new viewer.ProgressStrip(trans, session.downloads));
    try {
      const view = await viewer.outputView(handle, model, this.workspace);
      if (this.handle === handle) {
        this.replace(view, false);
        this.view = view;
      }
    } catch (error) {
      if (this.handle === handle) {
        const again = () => void this.open();
        this.showNode(
          viewer.outputCard(error, session.elsewhere, trans, again),
          true
        );
      }
    }
  }

  private showNode(node: HTMLElement, isMessage: boolean): void {
    this.replace(new Widget({ node }), isMessage);
  }

  private replace(widget: Widget, isMessage: boolean): void {
    this.view = null;
    [...this.widgets].forEach(w => w.dispose());
    this.toggleClass('nd-mod-message', isMessage);
    this.addWidget(widget);
  }

  private readonly sight: IntersectionObserver;
  private seen = false;
  private model: IRenderMime.IMimeModel | null = null;
  private content: OutputContent | null = null;
  private handle: ISessionHandle | null = null;
  private view: View | null = null;
}

/** Start a little before the output scrolls into sight. */
const NEAR = { rootMargin: '300px' };
