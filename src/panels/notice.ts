import { Widget } from '@lumino/widgets';
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
    if (context.host.hint !== null) {
      this.say(context.host.hint);
    }
    this.refresh();
  }

  /** Say something; `undo` adds a button that takes it back. */
  say(text: string, undo: (() => void) | null = null): void {
    const { trans } = this.context;
    const back = button(
      { className: 'nd-Link', text: trans.__('Undo') },
      () => {
        undo?.();
        this.clear();
      }
    );
    this.node.replaceChildren(
      element('span', { className: 'nd-Notice-text', text, title: text }),
      ...(undo ? [back] : []),
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
    this.setHidden(false);
  }

  private clear(): void {
    this.context.store.forgetDropped();
    this.shown = '';
    this.setHidden(true);
  }

  private refresh(): void {
    const { store, trans } = this.context;
    const text =
      store.dropped.length > 0 ? droppedText(store.dropped, trans) : '';
    if (text !== this.shown) {
      this.shown = text;
      if (text === '') {
        this.setHidden(true);
      } else {
        this.say(text);
      }
    }
  }

  private shown = '';
}
