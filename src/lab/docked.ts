import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { listenToKeys, offerActions } from '../panels/actions';
import type { PanelContext } from '../panels/context';
import { button, element } from '../panels/dom';
import { DockedHeader } from './dockedHeader';
import type { Followed } from './followed';
import type { Follower } from './follower';
import type { FoundOutput } from './homes';
import { hostOf } from './host';
import { outputCard } from './outputCard';
import type { IWorkspace } from './workspace';

export type DockedOptions = {
  readonly workspace: IWorkspace;
  readonly follower: Follower;
  /** The widget that shows an opened recording. */
  readonly build: (context: PanelContext) => Widget;
  /** Which recording is shown can be chosen here. */
  readonly hasHeader: boolean;
};

/** A docked panel: what the follower follows, or what there is to do. */
export class DockedPanel extends Panel {
  constructor(private readonly options: DockedOptions) {
    super();
    this.addClass('nd-Docked');
    this.node.tabIndex = -1;
    const { follower, workspace } = options;
    if (options.hasHeader) {
      this.header = new DockedHeader(follower, workspace.trans);
      this.addWidget(this.header);
    }
    follower.changed.connect(this.refresh, this);
    listenToKeys(this.node, hostOf(workspace, {}).actionOf);
    this.refresh();
  }

  /** The application has in front what has the focus. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override onCloseRequest(message: Message): void {
    super.onCloseRequest(message);
    this.dispose();
  }

  protected override onUpdateRequest(_: Message): void {
    this.body?.update();
    if (this.body && 'repaint' in this.body) {
      (this.body as { repaint(): void }).repaint();
    }
  }

  private refresh(): void {
    const { followed } = this.options.follower;
    this.header?.refresh();
    if (this.shown !== followed) {
      this.shown = followed;
      this.body?.dispose();
      this.body = this.bodyOf(followed);
      this.addWidget(this.body);
    }
  }

  private bodyOf(followed: Followed): Widget {
    const { workspace, build } = this.options;
    const { trans } = workspace;
    switch (followed.kind) {
      case 'open': {
        const { store } = followed;
        const host = hostOf(workspace, followed);
        const body = build({ store, trans, host });
        offerActions(this.node, {
          undo: () => store.undo(),
          redo: () => store.redo()
        });
        return body;
      }
      case 'waiting':
        return message(trans.__('Reading the recording…'));
      case 'failed':
        return new Widget({
          node: outputCard(
            followed.error,
            followed.elsewhere,
            trans,
            this.options.follower.again
          )
        });
      case 'nothing':
        return message(
          trans.__('No recording'),
          trans.__(
            'Open a notebook that shows a recording, or a .ndiv file from the file browser.'
          )
        );
      case 'noRecording':
        return message(
          trans.__('No recording in this notebook yet'),
          trans.__(
            'Run a cell that ends in a recording, or in recording.show(). It then appears here.'
          )
        );
      case 'choice':
        return this.chooser(followed.choices);
    }
  }

  private chooser(choices: readonly FoundOutput[]): Widget {
    const { workspace, follower } = this.options;
    const { trans } = workspace;
    const body = message(trans.__('Which recording?'));
    body.node.append(
      element(
        'div',
        { className: 'nd-Docked-choices' },
        ...choices.map(choice =>
          button(
            { className: 'nd-Docked-choice' },
            () => follower.choose(choice),
            element(
              'span',
              { className: 'nd-Docked-choiceText' },
              element('strong', { text: choice.name }),
              element('span', { text: choice.heading })
            ),
            element('span', { text: trans.__('cell %1', choice.cellIndex + 1) })
          )
        )
      )
    );
    return body;
  }

  private readonly header: DockedHeader | null = null;
  private body: Widget | null = null;
  private shown: Followed | null = null;
}

function message(title: string, text = ''): Widget {
  return new Widget({
    node: element(
      'div',
      { className: 'nd-Docked-message', attributes: { role: 'status' } },
      element('strong', { text: title }),
      ...(text === '' ? [] : [element('p', { text })])
    )
  });
}
