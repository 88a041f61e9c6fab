import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { listenToKeys, offerActions } from '../panels/actions';
import type { PanelContext } from '../panels/context';
import { button, element } from '../panels/dom';
import { errorCard } from '../panels/errorCard';
import type { Followed } from './followed';
import type { Follower } from './follower';
import type { FoundOutput } from './homes';
import { hostOf } from './host';
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
    const { follower, workspace } = options;
    if (options.hasHeader) {
      this.header = new Widget({
        node: element('div', { className: 'nd-Docked-header' })
      });
      this.addWidget(this.header);
    }
    follower.changed.connect(this.refresh, this);
    listenToKeys(this.node, hostOf(workspace, {}).actionOf);
    this.refresh();
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
    this.showHeader();
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
        const { store, exportPage } = followed;
        const host = hostOf(workspace, { exportPage });
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
        return new Widget({ node: errorCard(followed.error, trans) });
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

  /** Notebook, recording, pin. */
  private showHeader(): void {
    const { follower } = this.options;
    const { path } = follower;
    this.header?.setHidden(path === null);
    if (!this.header || path === null) {
      return;
    }
    this.header.node.replaceChildren(
      element('span', {
        className: 'nd-Docked-path',
        text: path.split('/').at(-1) ?? path,
        title: path
      }),
      ...this.recordingSelect(),
      element('span', { className: 'nd-Toolbar-space' }),
      this.pinButton()
    );
  }

  private recordingSelect(): HTMLElement[] {
    const { workspace, follower } = this.options;
    const { trans } = workspace;
    const { chosen, choices } = follower;
    if (!chosen) {
      return [];
    }
    const select = element('select', {
      className: 'nd-Select',
      attributes: {
        'aria-label': trans.__('Recording'),
        'data-lm-suppress-shortcuts': 'true'
      }
    });
    choices.forEach((choice, k) => {
      const option = element('option', {
        text: [
          trans.__('cell %1: %2', choice.cellIndex + 1, choice.name),
          ...(choice.heading === '' ? [] : [choice.heading])
        ].join(' · '),
        attributes: { value: String(k) }
      });
      option.selected = choice.model === chosen.model;
      select.append(option);
    });
    select.addEventListener('change', () => {
      const choice = choices[Number(select.value)];
      if (choice) {
        follower.choose(choice);
      }
    });
    return [select];
  }

  private pinButton(): HTMLElement {
    const { workspace, follower } = this.options;
    const { trans } = workspace;
    const label = follower.isPinned
      ? trans.__('Pinned: click to follow the notebook in front')
      : trans.__('Follows the notebook in front: click to stay with this one');
    return button(
      {
        className: 'nd-Button',
        text: follower.isPinned ? trans.__('pinned') : trans.__('pin'),
        title: label,
        attributes: {
          'aria-label': trans.__('Pin'),
          'aria-pressed': String(follower.isPinned)
        }
      },
      () => follower.setPinned(!follower.isPinned)
    );
  }

  private readonly header: Widget | null = null;
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
