import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Store } from '../view/store';
import { attachmentNotice } from './attachment';
import type { PanelContext } from './context';
import { button, element } from './dom';
import { droppedText } from './sentence';

/** A line that tells what just happened, until it is closed or replaced. */
export class NoticeBar extends Widget {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Notice');
    this.node.setAttribute('role', 'status');
    this.setHidden(true);
    context.store.changed.connect(this.refresh, this);
    context.host.attachment?.changed.connect(this.refreshAttachment, this);
    this.refreshHint();
    this.refresh();
    this.refreshAttachment();
  }

  /** Settings changed: what is hinted at may not hold any more, or only now. */
  protected override onUpdateRequest(_: Message): void {
    this.refreshHint();
  }

  /** Say something; `undo` adds a button that takes it back. */
  say(text: string, undo: (() => void) | null = null): void {
    const label = this.context.trans.__('Undo');
    this.tell(text, undo && { label, run: undo });
  }

  private tell(text: string, action: Action | null): void {
    const { trans } = this.context;
    const run = () => {
      this.clear();
      action?.run();
    };
    this.node.replaceChildren(
      element('span', { className: 'nd-Notice-text', text, title: text }),
      ...(action
        ? [button({ className: 'nd-Link', text: action.label }, run)]
        : []),
      button(
        {
          className: 'nd-Icon',
          text: '×',
          title: trans.__('Close this message'),
          attributes: { 'aria-label': trans.__('Close this message') }
        },
        () => this.clear()
      )
    );
    this.says = null;
    this.setHidden(false);
  }

  private clear(): void {
    this.setHidden(true);
    this.context.store.forgetDropped();
  }

  /** What was left out of a view is said once, and no longer than it holds. */
  private refresh(): void {
    const { store, trans } = this.context;
    const { dropped } = store;
    if (dropped === this.known) {
      return;
    }
    this.known = dropped;
    if (dropped.length > 0) {
      this.say(droppedText(dropped, trans));
      this.says = 'dropped';
    } else if (this.says === 'dropped') {
      this.setHidden(true);
    }
  }

  private refreshHint(): void {
    const hint = this.context.host.hint?.() ?? null;
    if (hint === this.hint) {
      return;
    }
    this.hint = hint;
    if (hint !== null) {
      this.say(hint);
      this.says = 'hint';
    } else if (this.says === 'hint') {
      this.setHidden(true);
    }
  }

  /** Values that are not here, and what to do about it. */
  private refreshAttachment(): void {
    const { trans, host } = this.context;
    const { attachment } = host;
    const text = attachment && attachmentNotice(attachment, trans);
    if (attachment && text !== null) {
      const label = trans.__('Try again');
      const again = { label, run: () => attachment.attach() };
      this.tell(text, attachment.state.kind === 'failed' ? again : null);
      this.says = 'attachment';
    } else if (this.says === 'attachment') {
      this.setHidden(true);
    }
  }

  private known: Store['dropped'] = [];
  private hint: string | null = null;
  private says: 'attachment' | 'dropped' | 'hint' | null = null;
}

type Action = { readonly label: string; readonly run: () => void };
