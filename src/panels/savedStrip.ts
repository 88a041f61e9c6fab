import { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { Menu, Widget } from '@lumino/widgets';
import { readTheme } from '../draw/theme';
import { pythonCall } from '../view/python';
import type { SavedView, SavedViews } from '../view/saved';
import {
  insertView,
  moveBefore,
  moveView,
  removeView,
  renameView,
  replaceView,
  saveView
} from '../view/saved';
import { defaultView, parseView } from '../view/state';
import { viewToJson } from '../view/viewJson';
import type { PanelContext } from './context';
import { button, element, setText } from './dom';
import type { NoticeBar } from './notice';
import { acceptCards, SavedCard } from './savedCard';
import { shortName } from './names';

/** Cards that are drawn at first, and with each press of "more". */
const CARDS = 100;

/** The named views as a strip of cards. */
export class SavedStrip extends Widget {
  constructor(
    private readonly context: PanelContext,
    private readonly notice: NoticeBar
  ) {
    super();
    const { store, trans } = context;
    this.addClass('nd-Saved');
    this.node.setAttribute('role', 'list');
    this.node.setAttribute('aria-label', trans.__('Saved views'));
    this.setHidden(store.saved.length === 0);
    this.toggle = button(
      { className: 'nd-Button', title: trans.__('Saved views') },
      () => this.setOpen(this.isHidden)
    );
    store.changed.connect(this.refresh, this);
    this.refresh();
  }

  /** The button that opens and closes the strip; its place is in the toolbar. */
  readonly toggle: HTMLButtonElement;

  /** Keep the view on screen under a new name, and ask for the name. */
  save(): void {
    const { store, trans } = this.context;
    this.setOpen(true);
    if (!store.canSave) {
      this.notice.say(
        trans.__(
          'Views cannot be saved here: a newer version wrote those of this cell, and they stay as they are.'
        )
      );
      return;
    }
    const wanted = trans.__('View %1', store.saved.length + 1);
    const next = saveView(store.saved, wanted, viewToJson(store.view));
    this.newest = next[next.length - 1].name;
    store.setSaved(next);
    this.cards.find(c => c.saved.name === this.newest)?.edit();
  }

  protected override onAfterAttach(_: Message): void {
    this.paint();
  }

  protected override onAfterShow(_: Message): void {
    this.paint();
  }

  protected override onUpdateRequest(_: Message): void {
    this.paint();
  }

  private setOpen(isOpen: boolean): void {
    this.setHidden(!isOpen);
    this.showState();
    this.parent?.fit();
  }

  private refresh(): void {
    const { saved } = this.context.store;
    if (saved !== this.shown) {
      const first = this.shown === null;
      this.shown = saved;
      this.rebuild(saved);
      if (!first && saved.length > 0 && this.isHidden && this.wasEmpty) {
        this.setOpen(true);
      }
      this.wasEmpty = saved.length === 0;
    }
    this.cards.forEach(card => card.refresh());
    this.showState();
  }

  private showState(): void {
    const { store, trans } = this.context;
    const count = store.saved.length;
    setText(
      this.toggle,
      count === 0 ? trans.__('views ▾') : trans.__('views (%1) ▾', count)
    );
    this.toggle.setAttribute('aria-expanded', String(!this.isHidden));
  }

  private rebuild(saved: SavedViews): void {
    const { host } = this.context;
    const known = new Map(this.cards.map(c => [c.saved, c]));
    const shown = saved.filter(
      ({ name }, i) => i < this.most || name === this.newest
    );
    this.cards = shown.map(s => known.get(s) ?? this.card(s));
    const focused = document.activeElement;
    this.node.replaceChildren(
      ...this.cards.map(c => c.node),
      ...this.moreButton(saved.length - shown.length),
      this.addButton(),
      ...(host.savedUntil === null
        ? []
        : [
            element('span', {
              className: 'nd-Saved-until',
              text: host.savedUntil
            })
          ])
    );
    if (focused instanceof HTMLElement && this.node.contains(focused)) {
      // Nodes that are put in again lose the focus.
      focused.focus();
    }
    this.paint();
  }

  private addButton(): HTMLElement {
    const { store, trans } = this.context;
    const add = button(
      {
        className: 'nd-SavedCard nd-mod-add',
        title: trans.__('Save the view on screen under a name')
      },
      () => this.save(),
      element('span', { className: 'nd-SavedCard-plus', text: '+' }),
      element('span', { text: trans.__('Save view') })
    );
    acceptCards(add, name =>
      store.setSaved(moveBefore(store.saved, name, null))
    );
    return add;
  }

  private moreButton(left: number): HTMLElement[] {
    const { store, trans } = this.context;
    return left > 0
      ? [
          button(
            {
              className: 'nd-SavedCard nd-mod-add',
              text: trans.__('and %1 more', left)
            },
            () => {
              this.most += CARDS;
              this.rebuild(store.saved);
            }
          )
        ]
      : [];
  }

  private card(saved: SavedView): SavedCard {
    const { store } = this.context;
    const { name } = saved;
    const card = new SavedCard(saved, this.context, {
      apply: () => store.apply(saved.view),
      openMenu: at => this.menuOf(card).open(at.left, at.bottom),
      rename: next => {
        const at = store.saved.findIndex(s => s.name === name);
        const renamed = renameView(store.saved, name, next);
        this.newest = renamed.at(at)?.name ?? '';
        store.setSaved(renamed);
        this.cards.find(c => c.saved.name === this.newest)?.focus();
      },
      drop: moved => store.setSaved(moveBefore(store.saved, moved, name))
    });
    return card;
  }

  private menuOf(card: SavedCard): Menu {
    const commands = new CommandRegistry();
    const menu = new Menu({ commands });
    menu.addClass('nd-Menu');
    const add = (label: string, execute: () => unknown, isEnabled = true) => {
      const command = `neuraldivergence:view-${menu.items.length}`;
      commands.addCommand(command, {
        label,
        execute,
        isEnabled: () => isEnabled,
        describedBy: { args: { type: 'object', properties: {} } }
      });
      menu.addItem({ command });
    };
    this.fillMenu(card, add, () => menu.addItem({ type: 'separator' }));
    menu.aboutToClose.connect(() =>
      // The command that was chosen runs first.
      requestAnimationFrame(() => menu.dispose())
    );
    return menu;
  }

  private fillMenu(
    card: SavedCard,
    add: (label: string, execute: () => unknown, isEnabled?: boolean) => void,
    separate: () => void
  ): void {
    const { store, trans } = this.context;
    const { name, view } = card.saved;
    const at = store.saved.indexOf(card.saved);
    add(trans.__('Apply'), () => store.apply(view));
    add(trans.__('Replace by the view on screen'), () =>
      store.setSaved(replaceView(store.saved, name, viewToJson(store.view)))
    );
    add(trans.__('Rename and describe…'), () => card.edit());
    add(trans.__('Copy as Python'), () => this.copyPython(view));
    separate();
    const move = (step: number) =>
      store.setSaved(moveView(store.saved, name, step));
    add(trans.__('Move left'), () => move(-1), at > 0);
    add(trans.__('Move right'), () => move(1), at < store.saved.length - 1);
    separate();
    add(trans.__('Delete'), () => this.remove(card.saved));
  }

  private remove(view: SavedView): void {
    const { store, trans } = this.context;
    const at = store.saved.indexOf(view);
    store.setSaved(removeView(store.saved, view.name));
    this.notice.say(
      trans.__('Deleted the view “%1”.', shortName(view.name)),
      () => store.setSaved(insertView(store.saved, view, at))
    );
  }

  private async copyPython(json: unknown): Promise<void> {
    const { store, trans } = this.context;
    const { info } = store;
    const view = parseView(json, info, defaultView(info));
    const call = pythonCall(view, info);
    try {
      await navigator.clipboard.writeText(call);
      this.notice.say(
        trans.__(
          'Copied. Paste it into a cell and run it: %1 …',
          firstLine(call)
        )
      );
    } catch {
      this.notice.say(
        trans.__('The browser did not allow to copy. The call is: %1', call)
      );
    }
  }

  private paint(): void {
    if (this.isVisible) {
      const theme = readTheme(this.node);
      this.cards.forEach(card => void card.paint(theme));
    }
  }

  private cards: readonly SavedCard[] = [];
  private shown: SavedViews | null = null;
  private wasEmpty = true;
  private most = CARDS;
  /** Shown however many stand before it. */
  private newest = '';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
